import type { CallbackProfile } from '../rule/rule.ts';
import type { HmacBase64 } from './hmac.ts';
import { type CallbackContent, classicParameters, extendedParameters, jsonCallback, signedForm } from './parameters.ts';
import type { SigningSecrets } from './signing-secret.ts';
import { encodeUtf8 } from './utf8.ts';

export const FORM_CONTENT_TYPE = 'application/x-www-form-urlencoded; charset=UTF-8';
export const JSON_CONTENT_TYPE = 'application/json';

export interface RenderRequest extends CallbackContent {
  readonly profile: CallbackProfile;
  readonly secrets: SigningSecrets;
}

export interface RenderedCallback {
  readonly body: Uint8Array;
  readonly contentType: string;
}

/** The bytes of a callback: frozen when the delivery is made, the same in every attempt. */
export function renderCallback(request: RenderRequest, hmacBase64: HmacBase64): RenderedCallback {
  const { profile, secrets } = request;
  switch (profile) {
    case 'classic':
      return form(signedForm(classicParameters(request), secrets.primary, hmacBase64));
    case 'extended':
      return form(signedForm(extendedParameters(request), secrets.primary, hmacBase64));
    case 'json':
      return { body: encodeUtf8(jsonCallback(request)), contentType: JSON_CONTENT_TYPE };
    default:
      return profile satisfies never;
  }
}

function form(text: string): RenderedCallback {
  return { body: encodeUtf8(text), contentType: FORM_CONTENT_TYPE };
}
