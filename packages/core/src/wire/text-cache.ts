import { readUtf8 } from './label-bytes.ts';

const PLACES = 4096;
const LENGTH_MAX = 64;

/**
 * Texts that labels hold again and again: names, jobs, modes. A text that was read a moment ago is found by a hash of its
 * bytes and compared, so it is neither made anew nor kept twice: a hundred thousand series share their words.
 */
export class TextCache {
  readonly #texts = new Array<string>(PLACES).fill('');

  /** As `readUtf8`: null when the bytes are not UTF-8. */
  read(bytes: Uint8Array, start: number, end: number): string | null {
    const length = end - start;
    if (length > LENGTH_MAX) return readUtf8(bytes, start, end);
    let hash = length;
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
    const place = (hash ^ (hash >>> 12)) & (PLACES - 1);
    const known = this.#texts[place] as string;
    if (known.length === length && isText(known, bytes, start)) return known;
    const text = readUtf8(bytes, start, end);
    // Only ASCII can be compared byte by byte.
    if (text !== null && text.length === length) this.#texts[place] = text;
    return text;
  }
}

function isText(text: string, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}
