import { equalInConstantTime, type HmacBase64 } from './hmac.ts';
import { liveSecrets, parseSigningSecret, type SigningSecrets } from './signing-secret.ts';
import { encodeUtf8 } from './utf8.ts';

/**
 * Standard Webhooks (https://www.standardwebhooks.com): `webhook-signature` is `v1,` + Base64(HMAC-SHA256(key,
 * `${id}.${timestamp}.${body}`)), one per live secret, separated by spaces. The timestamp is the attempt's and so the
 * signature is too; id and body are the delivery's for life.
 */
export interface SignedContent {
  readonly id: string;
  /** s, as in the header `webhook-timestamp`. */
  readonly timestamp: number;
  readonly body: Uint8Array;
}

/** A receiver refuses what is older or newer than this, s: the standard's own tolerance. */
export const WEBHOOK_TOLERANCE_S = 300;

/** The header's value: `v1,a`, or `v1,a v1,b` while rotating, the primary's first. */
export function signWebhook(content: SignedContent, secrets: SigningSecrets, hmacBase64: HmacBase64): string {
  return liveSecrets(secrets)
    .map((secret) => `v1,${signOnce(content, secret, hmacBase64)}`)
    .join(' ');
}

/** As found in a request's headers; null where absent. */
export interface ReceivedSignature {
  readonly id: string | null;
  readonly timestamp: string | null;
  readonly signature: string | null;
  readonly body: Uint8Array;
}

/** `expired`: rightly signed, but outside the tolerance, so it may be a replay by somebody else. */
export type WebhookVerdict = 'valid' | 'invalid' | 'absent' | 'expired';

export function verifyWebhook(
  received: ReceivedSignature,
  secrets: SigningSecrets,
  nowSeconds: number,
  hmacBase64: HmacBase64,
): WebhookVerdict {
  const { id, timestamp, signature, body } = received;
  if (id === null && timestamp === null && signature === null) return 'absent';
  if (id === null || timestamp === null || signature === null || !/^\d{1,15}$/.test(timestamp)) return 'invalid';
  const content = { id, timestamp: Number(timestamp), body };
  const offered = signature.split(' ').filter((part) => part.startsWith('v1,'));
  const matches = liveSecrets(secrets)
    .map((secret) => `v1,${signOnce(content, secret, hmacBase64)}`)
    .filter((expected) => offered.some((part) => equalInConstantTime(part, expected)));
  if (matches.length === 0) return 'invalid';
  return Math.abs(nowSeconds - content.timestamp) > WEBHOOK_TOLERANCE_S ? 'expired' : 'valid';
}

function signOnce({ id, timestamp, body }: SignedContent, secret: string, hmacBase64: HmacBase64): string {
  const parsed = parseSigningSecret(secret);
  // Secrets are checked where they enter (options, console); a malformed one here is a programmer's error.
  if (!parsed.valid) throw new Error(parsed.problem);
  const head = encodeUtf8(`${id}.${timestamp}.`);
  const signed = new Uint8Array(head.length + body.length);
  signed.set(head);
  signed.set(body, head.length);
  return hmacBase64('sha256', parsed.key, signed);
}
