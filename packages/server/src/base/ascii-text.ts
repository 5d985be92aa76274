import type { AsciiText } from '@cloudbell/core/alert/log-codec-text.ts';

/** By Node's own loops, a hundred times faster than one of ours. */
export const nativeAscii: AsciiText = {
  encode: (text) => Buffer.from(text, 'latin1'),
  decode: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'),
};
