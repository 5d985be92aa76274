import { WireError } from './wire-error.ts';

/** Where reading a text has come to. Bytes beyond `end` may stand in the buffer, but not count. */
export interface TextCursor {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;
  /** From 1. */
  line: number;
}

export function textFault(cursor: TextCursor, what: string): WireError {
  return new WireError('text_malformed', {
    message: `Line ${cursor.line} cannot be read: ${what}.`,
    hint: 'Send Prometheus’ text format or OpenMetrics, one sample a line, and nothing else.',
  });
}

export const isBlank = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0d;

const isLetter = (byte: number): boolean => ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a) || byte === 0x5f;

/** Letters, digits and `_`; not a digit first, which nobody sends and nothing depends on. */
export const isLabelByte = (byte: number | undefined): boolean =>
  byte !== undefined && (isLetter(byte) || (byte >= 0x30 && byte <= 0x39));

/** Of a metric's name: also `:`. */
export const isNameByte = (byte: number | undefined): boolean => byte === 0x3a || isLabelByte(byte);
