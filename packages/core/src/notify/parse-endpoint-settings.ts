import { parseSigningSecret } from '../callback/signing-secret.ts';
import type { Problem } from '../contract/problem.ts';
import { suggestion } from '../metric/closest-name.ts';
import { isObject, kindOf, nameFault } from '../metric/text-size.ts';
import { type Findings, found, RULE_LIMITS } from '../rule/parse-rule-fields.ts';
import { CALLBACK_PROFILES, type CallbackProfile } from '../rule/rule.ts';
import type { EndpointAuth, EndpointSettings, RateLimit } from './endpoint-settings.ts';
import { isMasked } from './masked-secret.ts';
import { isCutEndpoint } from './shown-endpoint.ts';

export const ENDPOINT_SETTINGS_FIELDS = [
  'endpoint',
  'retryFor',
  'rateLimit',
  'callbackProfile',
  'headers',
  'auth',
  'signingSecret',
] as const;
/** Ignored on the way in, so that what was read can be edited and written back. */
const READ_ONLY_FIELDS = ['name', 'account', 'version', 'rotation', 'createdAt', 'updatedAt'] as const;

export const ENDPOINT_SETTINGS_LIMITS = {
  /** s: three days. */
  retryForS: 3 * 86_400,
  attempts: 1000,
  rateLimitPeriodS: 3600,
  headers: 20,
  headerValueLength: 4096,
} as const;

/** Headers of the request itself, and those that say what a callback is. */
const OWN_HEADERS =
  /^(host|connection|keep-alive|content-.*|transfer-encoding|te|trailer|upgrade|user-agent|expect|proxy-.*|webhook-.*|cloudbell-.*)$/i;
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
/** Visible ASCII with spaces between: what every receiver reads alike. */
const HEADER_VALUE = /^[!-~](?:[ !-~]*[!-~])?$/;

/** As written, secrets whole or masked; whoever stores it puts the stored ones in place of masks. */
export type EndpointSettingsInput = Omit<EndpointSettings, 'signing' | 'createdAt' | 'updatedAt'> & {
  readonly signingSecret: string | null;
};

export interface ParseEndpointSettingsOptions {
  /** Whether the deployment lets this URL be called. */
  readonly checkWebhook: (url: string) => Problem | null;
}

/** Endpoint settings as written by people or programs, or everything that is wrong with them. */
export function parseEndpointSettings(
  account: string,
  name: string,
  input: unknown,
  options: ParseEndpointSettingsOptions,
): { readonly settings: EndpointSettingsInput } | { readonly problems: readonly [Problem, ...Problem[]] } {
  const findings: Findings = { problems: [] };
  const fields = isObject(input) ? input : {};
  const fault = nameFault(name, RULE_LIMITS.nameBytes);
  if (fault !== null) wrong(findings, 'name', `The name ${fault}.`, 'Any text of 1 to 255 bytes will do.');
  if (!isObject(input)) {
    const hint = `Send a JSON object with ${ENDPOINT_SETTINGS_FIELDS.join(', ')}.`;
    found(findings, 'body_invalid', { message: `The settings are ${kindOf(input)}, not an object.`, hint });
  }
  noOthers(findings, fields, { known: ENDPOINT_SETTINGS_FIELDS, ignored: READ_ONLY_FIELDS, prefix: '' });
  const settings = {
    ...{ account, name },
    endpoint: readEndpoint(findings, fields.endpoint, options),
    retryFor: readSeconds(findings, 'retryFor', fields.retryFor ?? null, ENDPOINT_SETTINGS_LIMITS.retryForS),
    rateLimit: readRateLimit(findings, fields.rateLimit ?? null),
    callbackProfile: readProfile(findings, fields.callbackProfile ?? null),
    headers: readHeaders(findings, fields.headers ?? {}),
    auth: readAuth(findings, fields.auth ?? null),
    signingSecret: readSigningSecret(findings, fields.signingSecret ?? null),
  };
  const authorization = Object.keys(settings.headers).find((header) => /^authorization$/i.test(header));
  if (settings.auth !== null && authorization !== undefined) {
    wrong(findings, `headers.${authorization}`, 'auth makes this header too.', 'Give one of the two.');
  }
  const [first, ...others] = findings.problems;
  return first === undefined ? { settings } : { problems: [first, ...others] };
}

const wrong = (findings: Findings, field: string, message: string, hint: string): void =>
  found(findings, 'endpoint_settings_invalid', { field, message, hint });

function noOthers(
  findings: Findings,
  fields: Readonly<Record<string, unknown>>,
  of: { readonly known: readonly string[]; readonly ignored: readonly string[]; readonly prefix: string },
): void {
  for (const field of Object.keys(fields)) {
    if (of.known.includes(field) || of.ignored.includes(field)) continue;
    const shown = field.slice(0, 64);
    wrong(findings, of.prefix + shown, `There is no field "${shown}" here.`, suggestion(field, of.known));
  }
}

function readEndpoint(findings: Findings, value: unknown, options: ParseEndpointSettingsOptions): string {
  if (typeof value !== 'string' || value === '') {
    wrong(findings, 'endpoint', `endpoint is ${kindOf(value)}.`, 'Write the callback URL just as rules have it.');
    return '';
  }
  // As answers show it: it stands for the stored one, which was checked.
  const problem = isCutEndpoint(value) ? null : options.checkWebhook(value);
  if (problem !== null) findings.problems.push({ ...problem, field: 'endpoint' });
  return value;
}

function readSeconds(findings: Findings, field: string, value: unknown, most: number): number | null {
  if (value === null) return null;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most) return value;
  wrong(findings, field, `${field} is no whole number of seconds from 1 to ${most}.`, 'Write 86400 for a day.');
  return null;
}

function readRateLimit(findings: Findings, value: unknown): RateLimit | null {
  if (value === null) return null;
  const { attempts, period = 1 } = isObject(value) ? value : {};
  const { attempts: attemptsMax, rateLimitPeriodS } = ENDPOINT_SETTINGS_LIMITS;
  if (isObject(value)) noOthers(findings, value, { known: ['attempts', 'period'], ignored: [], prefix: 'rateLimit.' });
  if (typeof attempts !== 'number' || !Number.isInteger(attempts) || attempts < 1 || attempts > attemptsMax) {
    const hint = 'Write {"attempts": 10, "period": 1} for ten a second.';
    wrong(findings, 'rateLimit.attempts', `attempts is no whole number from 1 to ${attemptsMax}.`, hint);
    return null;
  }
  return { attempts, period: readSeconds(findings, 'rateLimit.period', period, rateLimitPeriodS) ?? 1 };
}

function readProfile(findings: Findings, value: unknown): CallbackProfile | null {
  if (value === null || CALLBACK_PROFILES.some((profile) => profile === value)) return value as CallbackProfile | null;
  const message = 'callbackProfile is none that there is.';
  wrong(findings, 'callbackProfile', message, `Write one of ${CALLBACK_PROFILES.join(', ')}; null for the default.`);
  return null;
}

function readHeaders(findings: Findings, value: unknown): Readonly<Record<string, string>> {
  const hint = 'Write {"X-Team": "ops"}: names of HTTP headers and texts of visible ASCII.';
  if (!isObject(value)) {
    wrong(findings, 'headers', `headers is ${kindOf(value)}, not an object.`, hint);
    return {};
  }
  const names = Object.keys(value);
  const { headers: most, headerValueLength } = ENDPOINT_SETTINGS_LIMITS;
  if (names.length > most) wrong(findings, 'headers', `There are more than ${most} headers.`, hint);
  const seen = new Set<string>();
  for (const name of names.slice(0, most)) {
    const field = `headers.${name.slice(0, 64)}`;
    const text = value[name];
    if (!HEADER_NAME.test(name)) wrong(findings, field, 'This is no name of a header.', hint);
    else if (OWN_HEADERS.test(name)) wrong(findings, field, 'Cloudbell sets this header itself.', 'Leave it out.');
    else if (seen.has(name.toLowerCase())) wrong(findings, field, 'The header is there twice.', 'Leave one out.');
    // The value may be a secret: it is not repeated.
    if (typeof text !== 'string' || text.length > headerValueLength || !HEADER_VALUE.test(text))
      wrong(findings, field, `The value is no text of 1 to ${headerValueLength} visible ASCII characters.`, hint);
    seen.add(name.toLowerCase());
  }
  return value as Readonly<Record<string, string>>;
}

const AUTH_FIELDS: Readonly<Record<EndpointAuth['type'], readonly string[]>> = {
  basic: ['user', 'password'],
  bearer: ['token'],
};

function readAuth(findings: Findings, value: unknown): EndpointAuth | null {
  if (value === null) return null;
  const hint = 'Write {"type": "basic", "user": "…", "password": "…"} or {"type": "bearer", "token": "…"}.';
  const type = isObject(value) ? value.type : undefined;
  if (!isObject(value) || (type !== 'basic' && type !== 'bearer')) {
    wrong(findings, 'auth', 'auth is neither basic nor bearer.', hint);
    return null;
  }
  const known = AUTH_FIELDS[type];
  noOthers(findings, value, { known: ['type', ...known], ignored: [], prefix: 'auth.' });
  for (const field of known) {
    const text = value[field];
    const fault = nameFault(text, ENDPOINT_SETTINGS_LIMITS.headerValueLength);
    if (fault !== null) wrong(findings, `auth.${field}`, `The ${field} ${fault}.`, hint);
    else if (field === 'user' && String(text).includes(':'))
      wrong(findings, 'auth.user', 'The user has a colon in it, which ends the user.', hint);
    else if (field === 'token' && !HEADER_VALUE.test(String(text)))
      wrong(findings, 'auth.token', 'The token is no text of visible ASCII characters.', hint);
  }
  return value as unknown as EndpointAuth;
}

function readSigningSecret(findings: Findings, value: unknown): string | null {
  if (value === null) return null;
  if (typeof value === 'string' && isMasked(value)) return value;
  const parsed = typeof value === 'string' ? parseSigningSecret(value) : null;
  if (parsed?.valid) return value as string;
  const message = parsed === null ? `signingSecret is ${kindOf(value)}.` : parsed.problem;
  const hint = 'Write whsec_ and Base64; null for the one of the deployment; or have one made: rotate.';
  wrong(findings, 'signingSecret', message, hint);
  return null;
}
