import {
  type EndpointAuth,
  type EndpointSettings,
  secretsOfSettings,
} from '@cloudbell/core/notify/endpoint-settings.ts';

/** What an endpoint's settings add to the headers of a request. */
export interface OwnHeaders {
  /** Name, value, name, value … */
  readonly headers: readonly string[];
  /** Every text among them that a receiver may echo and the ledger must not have. */
  readonly secrets: readonly string[];
}

const NONE: OwnHeaders = { headers: [], secrets: [] };

export function ownHeaders(settings: EndpointSettings | null): OwnHeaders {
  if (settings === null) return NONE;
  const credentials = settings.auth === null ? null : credentialsOf(settings.auth);
  const scheme = settings.auth?.type === 'basic' ? 'Basic' : 'Bearer';
  return {
    headers: [
      ...Object.entries(settings.headers).flat(),
      ...(credentials === null ? [] : ['Authorization', `${scheme} ${credentials}`]),
    ],
    secrets: [...secretsOfSettings(settings), ...(credentials === null ? [] : [credentials])],
  };
}

const credentialsOf = (auth: EndpointAuth): string =>
  auth.type === 'bearer' ? auth.token : Buffer.from(`${auth.user}:${auth.password}`).toString('base64');
