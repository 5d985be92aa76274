import { createHmac, hash } from 'node:crypto';

/** Lower-case hex SHA-256 of a text's UTF-8: what core code is handed where it must derive an id. */
export const sha256Hex = (text: string): string => hash('sha256', text, 'hex');

/** Base64 HMAC; core's signatures are handed this. */
export const hmacBase64 = (algorithm: 'sha1' | 'sha256', key: string | Uint8Array, data: string | Uint8Array): string =>
  createHmac(algorithm, key).update(data).digest('base64');
