import { isUtf8 } from 'node:buffer';
import type { SigningSecrets } from '@cloudbell/core/callback/signing-secret.ts';
import { type VerifiedCallback, verifyCallback } from '@cloudbell/core/callback/verify.ts';
import { hmacBase64 } from '../base/digest.ts';

/** A request as it came to `/inbox/<name>`: the bytes are kept as they are. */
export interface Arrival {
  readonly name: string;
  /** Wall clock, ms. */
  readonly receivedAt: number;
  readonly contentType: string | null;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
}

/** What the inbox shows of one request: in lists, in the stream, and on the terminal. */
export interface ReceivedItem extends VerifiedCallback {
  /** Names this request for as long as the process runs; ids of a later process differ. */
  readonly id: string;
  readonly name: string;
  /** Wall clock, ms. */
  readonly receivedAt: number;
  readonly contentType: string | null;
  /** The first kept request to the same inbox with the same `webhook-id`; null when this is the first. */
  readonly duplicateOf: string | null;
  readonly bodyBytes: number;
  /** The exact text; where the bytes are no UTF-8, their nearest reading, and `bodyBase64` has them exactly. */
  readonly body: string;
  readonly bodyBase64: string | null;
}

/**
 * A callback has about 1 KiB and 23 fields. The inbox takes anything from anybody, so what is far larger is kept and
 * shown, but its fields are not read: reading a megabyte of `&` would hold up the thread that takes samples in.
 */
export const VERIFIED_BYTES_MAX = 16 * 1024;
const FIELDS_MAX = 64;
/** Of a header or name; a longer one is cut, for memory is what strangers must not fill. */
const TEXT_LENGTH_MAX = 256;

/** Judges an arrival; never throws. */
export function readArrival(
  arrival: Arrival,
  secrets: SigningSecrets | null,
): Omit<ReceivedItem, 'id' | 'duplicateOf'> {
  const { name, receivedAt, contentType, headers, body } = arrival;
  const isTooLarge = body.length > VERIFIED_BYTES_MAX;
  const judged = { contentType, headers, body: isTooLarge ? new Uint8Array() : body };
  const verified = verifyCallback(judged, isTooLarge ? null : secrets, receivedAt / 1000, hmacBase64);
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return {
    ...verified,
    ...unread(body.length, Object.keys(verified.fields).length),
    name: cut(name),
    receivedAt,
    contentType: contentType === null ? null : cut(contentType),
    webhookId: verified.webhookId === null ? null : cut(verified.webhookId),
    bodyBytes: body.length,
    body: bytes.toString('utf8'),
    bodyBase64: isUtf8(bytes) ? null : bytes.toString('base64'),
  };
}

/** Why the fields of a request are not kept; nothing when they are. */
function unread(bodyBytes: number, fieldCount: number): Partial<VerifiedCallback> {
  const reason =
    bodyBytes > VERIFIED_BYTES_MAX
      ? `The body has ${bodyBytes} bytes; above ${VERIFIED_BYTES_MAX} it is not read.`
      : fieldCount > FIELDS_MAX
        ? `The body has ${fieldCount} fields; above ${FIELDS_MAX} they are not kept.`
        : null;
  return reason === null ? {} : { profile: null, fields: {}, problems: [reason] };
}

const cut = (text: string): string => (text.length > TEXT_LENGTH_MAX ? `${text.slice(0, TEXT_LENGTH_MAX)}…` : text);

/** Bytes that keeping the item costs, roughly: its texts, and its fields once more. */
export function keptBytesOf(item: Omit<ReceivedItem, 'id' | 'duplicateOf'>): number {
  const texts = [item.name, item.contentType, item.webhookId, item.body, item.bodyBase64];
  return texts.reduce((sum, text) => sum + (text?.length ?? 0), 0) + Math.min(item.bodyBytes, VERIFIED_BYTES_MAX);
}
