import { WireError } from './wire-error.ts';

/**
 * Snappy's block format, read into a buffer that the caller keeps (google/snappy, format_description.txt):
 * a varint with the uncompressed length, then elements, each with a tag byte whose two low bits say what it is.
 *
 *     00 literal   the next bytes as they are; their number in the tag, or in 1 to 4 bytes behind it
 *     01 copy      4 to 11 bytes from up to 2 KiB back
 *     10 copy      1 to 64 bytes from up to 64 KiB back
 *     11 copy      1 to 64 bytes from up to 4 GiB back
 *
 * The length is checked against the limit before a byte is written, and no element can write past it: a bomb costs
 * nothing. Our own and not the native library's: ADR 0021 has both measured.
 */

/** The uncompressed length that the block promises. Throws `snappy_malformed`, or `decompressed_too_large` beyond `bytesMax`. */
export function snappyLength(block: Uint8Array, bytesMax: number): number {
  const { length } = readPreamble(block);
  if (length <= bytesMax) return length;
  throw new WireError('decompressed_too_large', {
    message: `Uncompressed, the body would have ${length} bytes; at most ${bytesMax} are taken.`,
    hint: 'Send fewer samples at once, or raise --decompressed-bytes-max.',
  });
}

/** Uncompresses into `out` from its start, and answers the length. `out` holds at least {@link snappyLength} bytes. */
export function snappyUncompress(block: Uint8Array, out: Uint8Array): number {
  const { length, at: start } = readPreamble(block);
  if (out.length < length) throw new RangeError('the buffer is shorter than the block promises');
  const end = block.length;
  let at = start;
  let to = 0;
  while (at < end) {
    const tag = block[at++] as number;
    const kind = tag & 3;
    if (kind === 0) {
      let size = (tag >>> 2) + 1;
      if (size > 60) {
        const bytes = size - 60;
        if (at + bytes > end) throw malformed('a literal ends before its length');
        size = littleEndian(block, at, bytes) + 1;
        at += bytes;
      }
      if (size > end - at) throw malformed('a literal is longer than the body');
      if (size > length - to) throw malformed('it holds more than it promises');
      if (size < 40) for (const stop = at + size; at < stop; ) out[to++] = block[at++] as number;
      else {
        out.set(block.subarray(at, at + size), to);
        at += size;
        to += size;
      }
      continue;
    }
    let size: number;
    let offset: number;
    if (kind === 1) {
      if (at >= end) throw malformed('a copy ends before its offset');
      size = ((tag >>> 2) & 7) + 4;
      offset = ((tag >>> 5) << 8) | (block[at++] as number);
    } else {
      const bytes = kind === 2 ? 2 : 4;
      if (at + bytes > end) throw malformed('a copy ends before its offset');
      size = (tag >>> 2) + 1;
      offset = littleEndian(block, at, bytes);
      at += bytes;
    }
    if (offset === 0 || offset > to) throw malformed('a copy reaches back before the start');
    if (size > length - to) throw malformed('it holds more than it promises');
    // Byte by byte: a copy may overlap what it writes, and repeats it then.
    for (let from = to - offset, stop = to + size; to < stop; ) out[to++] = out[from++] as number;
  }
  if (to !== length) throw malformed(`it ends after ${to} of ${length} bytes`);
  return length;
}

function readPreamble(block: Uint8Array): { readonly length: number; readonly at: number } {
  let length = 0;
  for (let at = 0; at < 5; at++) {
    const byte = block[at];
    if (byte === undefined) throw malformed('it ends within its length');
    length += (byte & 0x7f) * 2 ** (7 * at);
    if (byte >= 0x80) continue;
    if (length > 0xffff_ffff) break;
    return { length, at: at + 1 };
  }
  throw malformed('its length is none');
}

function littleEndian(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = count - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] as number);
  return value;
}

function malformed(what: string): WireError {
  return new WireError('snappy_malformed', {
    message: `The body is not a snappy block: ${what}.`,
    hint: 'Compress it with snappy in the block format, not the framed one, and send all of it.',
  });
}
