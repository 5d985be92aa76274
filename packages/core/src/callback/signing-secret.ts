/**
 * A signing secret is `whsec_` + base64. The form parameter `signature` is keyed by this whole text + `&`, Standard
 * Webhooks by the decoded part (design.md §6). Two are live while rotating: the primary signs `signature`, both sign
 * the header.
 */
export interface SigningSecrets {
  readonly primary: string;
  readonly previous: string | null;
}

export type ParsedSecret =
  | { readonly valid: true; readonly key: Uint8Array }
  /** `problem` is one sentence that never repeats the secret. */
  | { readonly valid: false; readonly problem: string };

const PREFIX = 'whsec_';

export function parseSigningSecret(text: string): ParsedSecret {
  if (!text.startsWith(PREFIX)) return { valid: false, problem: `A signing secret begins with ${PREFIX}.` };
  const key = decodeBase64(text.slice(PREFIX.length));
  if (key === null) return { valid: false, problem: `What follows ${PREFIX} in a signing secret is padded base64.` };
  if (key.length === 0) return { valid: false, problem: `Nothing follows ${PREFIX} in the signing secret.` };
  return { valid: true, key };
}

/** All secrets a signature may have been made with, primary first. */
export function liveSecrets(secrets: SigningSecrets): string[] {
  return secrets.previous === null ? [secrets.primary] : [secrets.primary, secrets.previous];
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Strict: standard alphabet, padded, no spaces; null for anything else. */
function decodeBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  const digits = text.replace(/=+$/, '');
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let length = 0;
  for (const digit of digits) {
    held = ((held << 6) | ALPHABET.indexOf(digit)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[length++] = (held >> bits) & 0xff;
  }
  return bytes;
}
