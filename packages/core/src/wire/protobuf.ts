import { WireError } from './wire-error.ts';

/**
 * Just enough of the protobuf encoding to walk over a message: varints, and fields that are passed over. A position
 * goes in, and the one behind comes back; the value of a varint that was just read stands in `varint.value`, because a
 * pair would be an object for each.
 */
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

/** Of the last varint that {@link readVarint} read: exact up to 2^53; negative numbers (ten bytes) become -1. */
export const varint = { value: 0 };

/** Reads a varint at `at` into {@link varint}; answers the position behind it. */
export function readVarint(bytes: Uint8Array, at: number, end: number): number {
  let value = 0;
  let scale = 1;
  for (let next = at; next < end; scale *= 128) {
    const byte = bytes[next++] as number;
    if (next - at === 10) {
      if (byte > 1) throw malformed('a number is too long');
      varint.value = byte === 1 ? -1 : value;
      return next;
    }
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) {
      varint.value = value;
      return next;
    }
  }
  throw malformed('it ends within a number');
}

/** The position behind a field whose tag was just read. */
export function skipField(bytes: Uint8Array, at: number, end: number, wireType: number): number {
  let next = at;
  if (wireType === VARINT) return readVarint(bytes, at, end);
  if (wireType === FIXED64) next += 8;
  else if (wireType === FIXED32) next += 4;
  else if (wireType === BYTES) return readLength(bytes, at, end) + varint.value;
  else throw malformed(`a field has the wire type ${wireType}`);
  if (next > end) throw malformed('it ends within a number');
  return next;
}

/** Reads the length of a text, of bytes or of a message, and sees to it that as many bytes follow. */
export function readLength(bytes: Uint8Array, at: number, end: number): number {
  const next = readVarint(bytes, at, end);
  if (varint.value < 0 || varint.value > end - next) throw malformed('a field is longer than what holds it');
  return next;
}

export function malformed(what: string): WireError {
  return new WireError('protobuf_malformed', {
    message: `The body is not the protobuf message it should be: ${what}.`,
    hint: 'Send the whole message, and name its kind in content-type.',
  });
}
