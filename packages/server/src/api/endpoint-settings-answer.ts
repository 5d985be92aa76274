import type { EndpointSettingsAnswer } from '@cloudbell/core/contract/endpoint-settings.ts';
import {
  type EndpointAuth,
  type EndpointSettings,
  type EndpointSigning,
  rotationAt,
  signingSecretsAt,
} from '@cloudbell/core/notify/endpoint-settings.ts';
import { isMasked, masked } from '@cloudbell/core/notify/masked-secret.ts';
import type { EndpointSettingsInput } from '@cloudbell/core/notify/parse-endpoint-settings.ts';
import { isCutEndpoint, shownEndpoint } from '@cloudbell/core/notify/shown-endpoint.ts';
import { CloudbellError } from '../base/errors.ts';
import { versionOf } from './seen-condition.ts';

/** What may be seen of endpoint settings, and what it stands for when it comes back with a write. */
export function settingsAnswer(settings: EndpointSettings, now: number): EndpointSettingsAnswer {
  const { signing, headers, auth, ...rest } = settings;
  const rotation = signing === null ? null : rotationAt(signing, now);
  return {
    ...rest,
    endpoint: shownEndpoint(settings.endpoint),
    version: versionOfSettings(settings),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, masked(value)])),
    auth: auth === null ? null : maskedAuth(auth),
    signingSecret: signing === null ? null : masked(settledSecret(signing, now)),
    rotation: rotation === null ? null : { ...rotation, next: masked(rotation.next) },
  };
}

/** No secret is in it, not even digested: a change of one alone shows in the time of the change. */
export const versionOfSettings = ({ endpoint, createdAt, updatedAt }: EndpointSettings): number =>
  versionOf([endpoint, createdAt, updatedAt]);

const maskedAuth = (auth: EndpointAuth): EndpointAuth =>
  auth.type === 'basic' ? { ...auth, password: masked(auth.password) } : { ...auth, token: masked(auth.token) };

/** While rotating the old one, which is the one that may come back with a write. */
const settledSecret = (signing: EndpointSigning, now: number): string =>
  rotationAt(signing, now) === null ? signingSecretsAt(signing, now).primary : signing.secret;

/**
 * What is masked, read and sent back, stands for what is stored: for the same endpoint only, or whoever may write here
 * could have secrets sent to a place of their own. Throws `endpoint_settings_secret_masked` for any other.
 */
export function unmaskedSettings(
  { signingSecret, ...input }: EndpointSettingsInput,
  stored: EndpointSettings | null,
): Omit<EndpointSettings, 'createdAt' | 'updatedAt'> {
  const endpoint = wholeEndpoint(input.endpoint, stored);
  const known = stored?.endpoint === endpoint ? stored : null;
  const headers = Object.entries(input.headers).map(([name, value]) => [
    name,
    whole(value, known?.headers[name], `headers.${name}`),
  ]);
  return {
    ...input,
    endpoint,
    headers: Object.fromEntries(headers),
    auth: input.auth === null ? null : wholeAuth(input.auth, known?.auth ?? null),
    signing: signingSecret === null ? null : wholeSigning(signingSecret, known?.signing ?? null),
  };
}

function wholeEndpoint(endpoint: string, stored: EndpointSettings | null): string {
  if (!isCutEndpoint(endpoint)) return endpoint;
  if (stored !== null && shownEndpoint(stored.endpoint) === endpoint) return stored.endpoint;
  throw notTheStored('The endpoint is shortened', 'endpoint', 'Write the whole callback URL.');
}

function wholeAuth(auth: EndpointAuth, stored: EndpointAuth | null): EndpointAuth {
  if (auth.type === 'basic') {
    const known = stored?.type === 'basic' && stored.user === auth.user ? stored.password : undefined;
    return { ...auth, password: whole(auth.password, known, 'auth.password') };
  }
  return { ...auth, token: whole(auth.token, stored?.type === 'bearer' ? stored.token : undefined, 'auth.token') };
}

/** A secret that is written whole signs at once, alone; a masked one goes on as it was, rotating or not. */
function wholeSigning(secret: string, stored: EndpointSigning | null): EndpointSigning {
  if (!isMasked(secret)) return { secret, rotation: null };
  const shown = stored === null ? [] : [stored.secret, ...(stored.rotation === null ? [] : [stored.rotation.next])];
  if (stored !== null && shown.some((one) => masked(one) === secret)) return stored;
  throw notTheStored('signingSecret is masked', 'signingSecret', 'Write the whole secret, or null for none.');
}

function whole(secret: string, stored: string | undefined, field: string): string {
  if (!isMasked(secret)) return secret;
  if (stored !== undefined && masked(stored) === secret) return stored;
  throw notTheStored(`${field} is masked`, field, 'Write the whole value.');
}

const notTheStored = (what: string, field: string, hint: string): CloudbellError =>
  new CloudbellError('endpoint_settings_secret_masked', {
    message: `${what}, and is not that of the stored settings of this endpoint.`,
    field,
    hint,
  });
