/**
 * Base64 (padded) of an HMAC. Texts count as their UTF-8. Core has no cryptography of its own: whoever calls it hands
 * this in (`server/src/base/digest.ts`).
 */
export type HmacBase64 = (algorithm: 'sha1' | 'sha256', key: string | Uint8Array, data: string | Uint8Array) => string;

/** Compares without stopping at the first difference, so that timing tells nothing about a signature. */
export function equalInConstantTime(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}
