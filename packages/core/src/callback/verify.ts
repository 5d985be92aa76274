import type { CallbackProfile } from '../rule/rule.ts';
import { parseForm } from './form.ts';
import { formSignatureMatches, SIGNATURE_PARAMETER } from './form-signature.ts';
import type { HmacBase64 } from './hmac.ts';
import { CLASSIC_NAMES, EXTENDED_ONLY_NAMES } from './parameters.ts';
import type { SigningSecrets } from './signing-secret.ts';
import { verifyWebhook, type WebhookVerdict } from './standard-webhooks.ts';
import { decodeUtf8 } from './utf8.ts';

/**
 * A receiver's view of a callback, for the inbox and `cloudbell receive`. It takes whatever arrives and never throws:
 * what is no callback has profile null and its reasons in `problems`.
 */
export interface ReceivedCallback {
  readonly contentType: string | null;
  /** As node:http gives them; names in any case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
}

export type FieldValue = string | number | null | Readonly<Record<string, unknown>>;

/** `unchecked`: no secret was given. */
export type SignatureVerdict = 'valid' | 'invalid' | 'absent' | 'unchecked';

export interface VerifiedCallback {
  readonly profile: CallbackProfile | null;
  /** Decoded, in the order received; texts in the form profiles, typed in json. */
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** `absent` for json, which has none. */
  readonly formSignature: SignatureVerdict;
  readonly webhookSignature: WebhookVerdict | 'unchecked';
  /** Header `webhook-id`: the same for every attempt of one delivery. */
  readonly webhookId: string | null;
  /** Header `cloudbell-attempt`, 1…4; null when absent or not a number. */
  readonly attempt: number | null;
  readonly replay: boolean;
  /** Header `cloudbell-test`: sent by hand, nothing is wrong. */
  readonly test: boolean;
  /** One sentence each: why it is no callback. Empty when `profile` is set. */
  readonly problems: readonly string[];
}

export function verifyCallback(
  received: ReceivedCallback,
  secrets: SigningSecrets | null,
  nowSeconds: number,
  hmacBase64: HmacBase64,
): VerifiedCallback {
  const header = (name: string): string | null => headerOf(received.headers, name);
  const id = header('webhook-id');
  const signed = { id, timestamp: header('webhook-timestamp'), signature: header('webhook-signature') };
  const attempt = header('cloudbell-attempt');
  return {
    ...readBody(received, secrets, hmacBase64),
    webhookSignature:
      secrets === null
        ? 'unchecked'
        : verifyWebhook({ ...signed, body: received.body }, secrets, nowSeconds, hmacBase64),
    webhookId: id,
    attempt: attempt !== null && /^\d{1,3}$/.test(attempt) ? Number(attempt) : null,
    replay: header('cloudbell-replay') === 'true',
    test: header('cloudbell-test') === 'true',
  };
}

type BodyReading = Pick<VerifiedCallback, 'profile' | 'fields' | 'formSignature' | 'problems'>;

function readBody(received: ReceivedCallback, secrets: SigningSecrets | null, hmacBase64: HmacBase64): BodyReading {
  const mediaType = (received.contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const text = decodeUtf8(received.body);
  if (mediaType === 'application/json') return readJson(text);
  if (mediaType === 'application/x-www-form-urlencoded') return readForm(text, secrets, hmacBase64);
  const sent = mediaType === '' ? 'none' : mediaType;
  return noCallback([`The content type is ${sent}; a callback has a form's or application/json.`]);
}

function readForm(text: string, secrets: SigningSecrets | null, hmacBase64: HmacBase64): BodyReading {
  const parameters = parseForm(text);
  const fields = Object.fromEntries(parameters);
  const problems = missingFrom(fields, CLASSIC_NAMES);
  if (Object.keys(fields).length !== parameters.length) problems.push('A parameter is given more than once.');
  const signature = Object.hasOwn(fields, SIGNATURE_PARAMETER) ? (fields[SIGNATURE_PARAMETER] ?? '') : null;
  const extended = EXTENDED_ONLY_NAMES.every((name) => Object.hasOwn(fields, name));
  return {
    profile: problems.length > 0 ? null : extended ? 'extended' : 'classic',
    fields,
    formSignature: judgeSignature(parameters, signature, secrets, hmacBase64),
    problems,
  };
}

function judgeSignature(
  parameters: [string, string][],
  signature: string | null,
  secrets: SigningSecrets | null,
  hmacBase64: HmacBase64,
): SignatureVerdict {
  if (signature === null) return 'absent';
  if (secrets === null) return 'unchecked';
  return formSignatureMatches(parameters, signature, secrets, hmacBase64) ? 'valid' : 'invalid';
}

function readJson(text: string): BodyReading {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return noCallback(['The body is not JSON.']);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return noCallback(['The body is not a JSON object.']);
  }
  const fields = parsed as Record<string, FieldValue>;
  const expected = [...CLASSIC_NAMES, ...EXTENDED_ONLY_NAMES].filter((name) => name !== SIGNATURE_PARAMETER);
  const problems = missingFrom(fields, expected);
  return { profile: problems.length > 0 ? null : 'json', fields, formSignature: 'absent', problems };
}

function missingFrom(fields: Readonly<Record<string, unknown>>, names: readonly string[]): string[] {
  const missing = names.filter((name) => !Object.hasOwn(fields, name));
  return missing.length === 0 ? [] : [`Missing: ${missing.join(', ')}.`];
}

function noCallback(problems: string[]): BodyReading {
  return { profile: null, fields: {}, formSignature: 'absent', problems };
}

function headerOf(headers: ReceivedCallback['headers'], name: string): string | null {
  const direct = headers[name] ?? Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  if (direct === undefined) return null;
  return typeof direct === 'string' ? direct : (direct[0] ?? null);
}
