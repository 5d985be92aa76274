import { decodeUtf8, encodeUtf8 } from './utf8.ts';

/**
 * `application/x-www-form-urlencoded`, byte for byte what WHATWG `URLSearchParams` writes and reads: space is `+`,
 * `*-._` and letters and digits stand for themselves, everything else is %XX of its UTF-8, a lone surrogate is U+FFFD.
 * It is written here because core may not use the platform's; a property test holds the two equal.
 */
export type FormParameters = readonly (readonly [name: string, value: string])[];

export function serializeForm(parameters: FormParameters): string {
  return parameters.map(([name, value]) => `${encodeFormPart(name)}=${encodeFormPart(value)}`).join('&');
}

/** What encodeURIComponent leaves alone although a form may not, and the space. */
const FORM_ESCAPES: Readonly<Record<string, string>> = {
  '%20': '+',
  '!': '%21',
  '~': '%7E',
  "'": '%27',
  '(': '%28',
  ')': '%29',
};

function encodeFormPart(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/%20|[!~'()]/g, (found) => FORM_ESCAPES[found] ?? found);
}

/** Reads any text: there is no malformed form, only one that means something else than was intended. */
export function parseForm(text: string): [name: string, value: string][] {
  const parameters: [string, string][] = [];
  for (const part of text.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = equals < 0 ? part : part.slice(0, equals);
    const value = equals < 0 ? '' : part.slice(equals + 1);
    parameters.push([decodeFormPart(name), decodeFormPart(value)]);
  }
  return parameters;
}

function decodeFormPart(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced.toWellFormed();
  const bytes: number[] = [];
  const source = encodeUtf8(spaced);
  for (let i = 0; i < source.length; i++) {
    const byte = source[i] ?? 0;
    const high = byte === 0x25 ? hexDigit(source[i + 1]) : -1;
    const low = high < 0 ? -1 : hexDigit(source[i + 2]);
    if (low < 0) {
      bytes.push(byte);
    } else {
      bytes.push(high * 16 + low);
      i += 2;
    }
  }
  return decodeUtf8(Uint8Array.from(bytes));
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
