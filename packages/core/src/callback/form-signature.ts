import type { FormParameters } from './form.ts';
import { equalInConstantTime, type HmacBase64 } from './hmac.ts';
import { liveSecrets, type SigningSecrets } from './signing-secret.ts';
import { encodeUtf8 } from './utf8.ts';

/**
 * The form parameter `signature`. The vendor's own is unpublished; ours follows the rule of its RPC signature v1,
 * which its users already have code for (design.md §7):
 *
 *     Base64(HMAC-SHA1(secret + "&", "POST&%2F&" + enc(sorted enc(k)=enc(v) joined by "&")))
 *
 * over the decoded values of every other parameter, RFC 3986 encoding, keys in byte order.
 */
export const SIGNATURE_PARAMETER = 'signature';

export function formSignature(parameters: FormParameters, secret: string, hmacBase64: HmacBase64): string {
  return hmacBase64('sha1', `${secret}&`, formStringToSign(parameters));
}

/** True when any live secret made it: a body stays frozen while its secret is being rotated out. */
export function formSignatureMatches(
  parameters: FormParameters,
  signature: string,
  secrets: SigningSecrets,
  hmacBase64: HmacBase64,
): boolean {
  const candidates = liveSecrets(secrets).map((secret) => formSignature(parameters, secret, hmacBase64));
  return candidates.filter((candidate) => equalInConstantTime(candidate, signature)).length > 0;
}

export function formStringToSign(parameters: FormParameters): string {
  const canonical = parameters
    .filter(([name]) => name !== SIGNATURE_PARAMETER)
    .map(([name, value]) => ({ order: encodeUtf8(name), text: `${encodeRfc3986(name)}=${encodeRfc3986(value)}` }))
    .sort((a, b) => compareBytes(a.order, b.order))
    .map(({ text }) => text)
    .join('&');
  return `POST&%2F&${encodeRfc3986(canonical)}`;
}

/** Everything but `A-Z a-z 0-9 - _ . ~` becomes %XX of its UTF-8; a lone surrogate counts as U+FFFD. */
export function encodeRfc3986(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
