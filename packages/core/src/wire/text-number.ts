import { isBlank, type TextCursor, textFault } from './text-cursor.ts';

/** A number as Go writes it: decimal, with or without an exponent, or `NaN`, `Inf`, `+Inf`, `-Inf` in any case. */
export function readTextNumber(cursor: TextCursor): number {
  const { bytes } = cursor;
  const start = cursor.at;
  while (cursor.at < cursor.end && bytes[cursor.at] !== 0x0a && !isBlank(bytes[cursor.at])) cursor.at += 1;
  const length = cursor.at - start;
  if (length === 0) throw textFault(cursor, 'a sample has no value');
  if (length <= 40) {
    const text = String.fromCharCode(...bytes.subarray(start, cursor.at));
    if (DECIMAL.test(text)) return Number(text);
    const word = WORDS[text.toLowerCase().replace(/^\+/, '')];
    if (word !== undefined) return word;
  }
  throw textFault(cursor, 'a value is not a number');
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const WORDS: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
  '-infinity': Number.NEGATIVE_INFINITY,
};
