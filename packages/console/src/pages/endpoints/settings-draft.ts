import type { EndpointSettings } from '../../data/endpoint-settings.ts';

/** Endpoint settings as a form has them: texts, for what is typed need not be right yet. The server judges. */
export interface SettingsDraft {
  readonly name: string;
  readonly endpoint: string;
  /** s, or `none`. */
  readonly retryFor: string;
  readonly attempts: string;
  readonly period: string;
  /** Or empty: none of its own. */
  readonly callbackProfile: string;
  readonly auth: 'none' | 'basic' | 'bearer';
  readonly user: string;
  /** Password or token. */
  readonly credential: string;
  /** `Name: value`, one a line. */
  readonly headers: string;
  readonly signingSecret: string;
}

export const NEW_DRAFT: SettingsDraft = {
  ...{ name: '', endpoint: '', retryFor: 'none', attempts: '', period: '1', callbackProfile: '' },
  ...{ auth: 'none', user: '', credential: '', headers: '', signingSecret: '' },
};

export function draftOf({ auth, ...of }: EndpointSettings): SettingsDraft {
  return {
    name: of.name,
    endpoint: of.endpoint,
    retryFor: of.retryFor === null ? 'none' : String(of.retryFor),
    attempts: of.rateLimit === null ? '' : String(of.rateLimit.attempts),
    period: String(of.rateLimit?.period ?? 1),
    callbackProfile: of.callbackProfile ?? '',
    auth: auth?.type ?? 'none',
    user: auth?.type === 'basic' ? auth.user : '',
    credential: auth === null ? '' : auth.type === 'basic' ? auth.password : auth.token,
    headers: Object.entries(of.headers)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n'),
    signingSecret: of.signingSecret ?? '',
  };
}

/** What is sent for it. A number that is none is sent as it was typed, so that the server can say so. */
export function bodyOf(draft: SettingsDraft): object {
  return {
    endpoint: draft.endpoint.trim(),
    retryFor: draft.retryFor === 'none' ? null : Number(draft.retryFor),
    rateLimit:
      draft.attempts.trim() === '' ? null : { attempts: numberOf(draft.attempts), period: numberOf(draft.period) },
    callbackProfile: draft.callbackProfile === '' ? null : draft.callbackProfile,
    auth: authOf(draft),
    headers: headersOf(draft.headers),
    signingSecret: draft.signingSecret.trim() || null,
  };
}

const numberOf = (text: string): number | string => (/^\d+$/.test(text.trim()) ? Number(text) : text);

function authOf({ auth, user, credential }: SettingsDraft): object | null {
  if (auth === 'basic') return { type: 'basic', user, password: credential };
  return auth === 'bearer' ? { type: 'bearer', token: credential } : null;
}

/** A line without a colon is a name without a value, which the server refuses by its name. */
function headersOf(text: string): Readonly<Record<string, string>> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.includes(':') ? line.indexOf(':') : line.length;
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }),
  );
}
