import { parseForm } from '@cloudbell/core/callback/form.ts';
import { formStringToSign, SIGNATURE_PARAMETER } from '@cloudbell/core/callback/form-signature.ts';
import type { HmacBase64 } from '@cloudbell/core/callback/hmac.ts';
import { liveSecrets, type SigningSecrets } from '@cloudbell/core/callback/signing-secret.ts';
import { signWebhook } from '@cloudbell/core/callback/standard-webhooks.ts';
import type { ClaimedDelivery } from '@cloudbell/core/notify/delivery.ts';
import { callbackSettingsAt, type EndpointSettings } from '@cloudbell/core/notify/endpoint-settings.ts';
import { type SignedText, TEST_HEADER } from '@cloudbell/core/notify/test-send.ts';
import type { Channel } from '../../ports/channel.ts';
import { createPoster, type PosterOptions } from '../http/poster.ts';
import { ownHeaders } from './own-headers.ts';

/**
 * Sends callbacks: one POST of the frozen body, signed anew for this attempt, judged by its status. Redirects are never
 * followed, nothing is retried here: only the courier loops.
 */
export interface CallbackChannelOptions extends PosterOptions {
  /** Asked at each attempt: secrets rotate. */
  readonly secrets: () => SigningSecrets;
  /** What this callback URL wants otherwise, asked likewise; null: nothing. */
  readonly settingsOf: (endpoint: string) => EndpointSettings | null;
  readonly hmacBase64: HmacBase64;
  /** `Cloudbell/0.1.0`. */
  readonly userAgent: string;
}

export function createCallbackChannel(options: CallbackChannelOptions): Channel {
  const poster = createPoster(options);
  return {
    name: 'callback',
    send: async ([delivery], rehearsal) => {
      if (delivery === undefined) throw new Error('an attempt without a delivery');
      const settings = options.settingsOf(delivery.endpoint);
      const own = ownHeaders(settings);
      const common = options.secrets();
      const secrets = (settings && callbackSettingsAt(settings, options.clock.wallMs()).secrets) ?? common;
      const isTest = rehearsal !== undefined;
      const { result } = await poster.post({
        endpoint: delivery.endpoint,
        make: (url) => {
          const headers = [...headersOf({ delivery, secrets, isTest }, options), ...own.headers];
          if (isTest) for (const signed of signedTexts(delivery, headers)) rehearsal.onSigned(signed);
          return { url, headers, body: delivery.body };
        },
        onSent: rehearsal?.onSent,
        // The receiver may have known the common one before it had its own.
        secrets: [...liveSecrets(common).flatMap(bothForms), ...own.secrets],
      });
      return result;
    },
    close: async () => poster.close(),
  };
}

/** A signing secret as it is configured, and its base64 alone. */
const bothForms = (secret: string): string[] => [secret, secret.replace(/^whsec_/, '')];

function headersOf(
  { delivery, secrets, isTest }: { delivery: ClaimedDelivery; secrets: SigningSecrets; isTest: boolean },
  { clock, userAgent, hmacBase64 }: CallbackChannelOptions,
): string[] {
  const id = delivery.deliveryId;
  const timestamp = Math.floor(clock.wallMs() / 1000);
  const signature = signWebhook({ id, timestamp, body: delivery.body }, secrets, hmacBase64);
  const headers = ['Content-Type', delivery.contentType, 'User-Agent', userAgent];
  headers.push('webhook-id', id, 'webhook-timestamp', String(timestamp), 'webhook-signature', signature);
  headers.push('cloudbell-attempt', String(delivery.judgedAttempts + 1));
  if (isTest) headers.push(TEST_HEADER, 'true');
  if (delivery.replay) headers.push('cloudbell-replay', 'true');
  // The body is the bytes of then; a receiver should not page somebody for what is over.
  if (delivery.alertStateNow !== undefined) headers.push('cloudbell-alert-state', delivery.alertStateNow);
  return headers;
}

/** What the signatures of a callback are made of (core callback/form-signature.ts, callback/standard-webhooks.ts). */
function signedTexts({ body, contentType }: ClaimedDelivery, headers: readonly string[]): SignedText[] {
  const header = (name: string): string => headers[headers.indexOf(name) + 1] ?? '';
  const text = new TextDecoder().decode(body);
  const form = contentType.startsWith('application/x-www-form-urlencoded') ? parseForm(text) : [];
  const value = form.find(([name]) => name === SIGNATURE_PARAMETER)?.[1];
  const ofHeader: SignedText = {
    name: 'webhook-signature',
    algorithm: 'HMAC-SHA256',
    key: 'the Base64-decoded part of the signing secret, after whsec_',
    text: `${header('webhook-id')}.${header('webhook-timestamp')}.${text}`,
    value: header('webhook-signature'),
  };
  if (value === undefined) return [ofHeader];
  const key = 'the whole signing secret, followed by &';
  const ofForm: SignedText = {
    ...{ name: SIGNATURE_PARAMETER, algorithm: 'HMAC-SHA1', key, value },
    text: formStringToSign(form),
  };
  return [ofForm, ofHeader];
}
