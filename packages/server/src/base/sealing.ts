import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Random } from './random.ts';

/**
 * Seals texts that must not be readable in a file: AES-256-GCM, a fresh nonce for each, and the place it belongs to as
 * additional data, so that what was sealed for one place cannot be moved to another.
 *
 *     sealed:1:<base64url of nonce (12) ciphertext tag (16)>
 */
export interface Sealer {
  seal(text: string, place: string): string;
  /** The inverse. Throws for what this key did not seal, or not for this place. */
  open(sealed: string, place: string): string;
}

export const MASTER_KEY_BYTES = 32;
const PREFIX = 'sealed:1:';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export const isSealed = (text: string): boolean => text.startsWith(PREFIX);

export function createSealer(key: Uint8Array, random: Random): Sealer {
  if (key.length !== MASTER_KEY_BYTES) throw new RangeError(`a key has ${MASTER_KEY_BYTES} bytes, not ${key.length}`);
  return {
    seal: (text, place) => {
      const nonce = random.bytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(place));
      const sealed = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
      return PREFIX + Buffer.concat(sealed).toString('base64url');
    },
    open: (sealed, place) => {
      const bytes = isSealed(sealed) ? Buffer.from(sealed.slice(PREFIX.length), 'base64url') : Buffer.alloc(0);
      if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new Error('nothing that was sealed');
      const nonce = bytes.subarray(0, NONCE_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(-TAG_BYTES));
      const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
      return Buffer.concat([text, decipher.final()]).toString('utf8');
    },
  };
}

/** A key as people and files write it: 64 hex digits, or Base64 of 32 bytes; null when it is none. */
export function parseMasterKey(text: string): Uint8Array | null {
  const trimmed = text.trim();
  if (/^[0-9a-f]{64}$/i.test(trimmed)) return Uint8Array.from(Buffer.from(trimmed, 'hex'));
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)) return null;
  return Uint8Array.from(Buffer.from(trimmed, 'base64'));
}
