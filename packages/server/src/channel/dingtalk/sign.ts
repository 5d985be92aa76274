import type { HmacBase64 } from '@cloudbell/core/callback/hmac.ts';

/**
 * The webhook's URL with `timestamp` (ms) and `sign`, as a robot with the security setting "sign" wants it: HMAC-SHA256,
 * keyed with the secret, over timestamp, line feed and secret. The robot takes a timestamp within an hour of its own.
 */
export function signedUrl(
  webhook: URL,
  { secret, timestampMs }: { readonly secret: string; readonly timestampMs: number },
  hmacBase64: HmacBase64,
): URL {
  const url = new URL(webhook);
  url.searchParams.set('timestamp', String(timestampMs));
  url.searchParams.set('sign', robotSignature(secret, timestampMs, hmacBase64));
  return url;
}

/** Base64, not yet encoded for a URL. */
export function robotSignature(secret: string, timestampMs: number, hmacBase64: HmacBase64): string {
  return hmacBase64('sha256', secret, signedText(secret, timestampMs));
}

export const signedText = (secret: string, timestampMs: number): string => `${timestampMs}\n${secret}`;
