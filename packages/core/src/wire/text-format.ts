import { readUtf8 } from './label-bytes.ts';
import { type ByteRange, LabelWriter } from './label-writer.ts';
import type { SampleRows } from './sample-rows.ts';
import { isBlank, isLabelByte, isNameByte, type TextCursor, textFault } from './text-cursor.ts';
import { TextMetadata } from './text-metadata.ts';
import { readTextNumber } from './text-number.ts';

/**
 * Prometheus' text format 0.0.4 and OpenMetrics 1.0, line by line into rows:
 *
 *     # HELP name text      # TYPE name type      # UNIT name unit (OpenMetrics)      # EOF (OpenMetrics, must be last)
 *     name{label="value",…} value timestamp       OpenMetrics: # {label="value"} value timestamp (an exemplar)
 *
 * Timestamps are ms in the one and s in the other. A line that cannot be read refuses the whole text, as Prometheus
 * does: what stands behind it could be anything. Works on bytes; a text is made of a number and of nothing else.
 */
export interface TextOptions {
  readonly isOpenMetrics: boolean;
  /** Of samples that carry none, or whose own is not to be believed; ms. */
  readonly timestampMs: number;
  readonly keepsTimestamps: boolean;
  /** Labels of every sample. */
  readonly shared: ReadonlyMap<string, string>;
  /** A sample's own label of such a name: is called `exported_…`, left out, or stays in place of the shared one. */
  readonly onConflict: 'export' | 'drop' | 'keep';
}

/** Throws `text_malformed` with the line. Answers how many samples the text held, stale or not finite ones too. */
export function decodeText(bytes: Uint8Array, length: number, rows: SampleRows, options: TextOptions): number {
  const cursor: TextCursor = { bytes, at: 0, end: length, line: 1 };
  const metadata = new TextMetadata();
  const labels = new LabelWriter();
  // Written once for all; labels that may give way are written behind those that do not.
  if (options.onConflict !== 'keep') for (const [name, value] of options.shared) labels.text(name, value);
  const state = {
    ...options,
    labels,
    sharedLength: labels.length,
    own: new Set<string>(),
    scratch: new Uint8Array(256),
  };
  let samples = 0;
  let isEnded = false;
  for (; cursor.at < length; cursor.line++) {
    skipBlanks(cursor);
    const first = bytes[cursor.at];
    if (isEnded && cursor.at < length) throw textFault(cursor, 'something stands behind # EOF');
    if (first === HASH) {
      isEnded = metadata.readComment(cursor) && options.isOpenMetrics;
    } else if (first !== NEWLINE && cursor.at < length) {
      readSample(cursor, rows, state);
      samples += 1;
    }
    endLine(cursor);
  }
  if (options.isOpenMetrics && !isEnded) throw textFault(cursor, 'it does not end with # EOF');
  metadata.tell(rows);
  return samples;
}

const HASH = 0x23;
const NEWLINE = 0x0a;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const COMMA = 0x2c;
const EQUALS = 0x3d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

interface TextState extends TextOptions {
  readonly labels: LabelWriter;
  /** Names of shared labels that the sample has itself; where those stay. */
  readonly own: Set<string>;
  /** For label values with escapes. */
  scratch: Uint8Array;
  readonly sharedLength: number;
}

const NAME_LABEL: ByteRange = { bytes: Uint8Array.from('__name__', (c) => c.charCodeAt(0)), start: 0, end: 8 };

function readSample(cursor: TextCursor, rows: SampleRows, state: TextState): void {
  const { labels } = state;
  labels.truncate(state.sharedLength);
  state.own.clear();
  const start = cursor.at;
  while (isNameByte(cursor.bytes[cursor.at])) cursor.at += 1;
  if (cursor.at === start) throw textFault(cursor, 'a line begins with no metric name');
  labels.pair(NAME_LABEL, { bytes: cursor.bytes, start, end: cursor.at });
  skipBlanks(cursor);
  if (cursor.bytes[cursor.at] === OPEN) readLabels(cursor, state);
  if (state.onConflict === 'keep') {
    for (const [label, text] of state.shared) if (!state.own.has(label)) labels.text(label, text);
  }
  skipBlanks(cursor);
  const value = readTextNumber(cursor);
  const timestamp = readTimestamp(cursor, state);
  if (state.isOpenMetrics && cursor.bytes[cursor.at] === HASH) {
    rows.exemplars += 1;
    while (cursor.at < cursor.end && cursor.bytes[cursor.at] !== NEWLINE) cursor.at += 1;
  }
  rows.add(rows.slotOf(labels.bytes, 0, labels.length), timestamp, value);
}

function readTimestamp(cursor: TextCursor, state: TextState): number {
  skipBlanks(cursor);
  const next = cursor.bytes[cursor.at];
  if (cursor.at >= cursor.end || next === NEWLINE || next === HASH) return state.timestampMs;
  const given = readTextNumber(cursor);
  skipBlanks(cursor);
  if (!state.keepsTimestamps) return state.timestampMs;
  const ms = state.isOpenMetrics ? given * 1000 : given;
  if (!Number.isFinite(ms)) throw textFault(cursor, 'a timestamp is not a number');
  return Math.round(ms);
}

function readLabels(cursor: TextCursor, state: TextState): void {
  const { bytes } = cursor;
  cursor.at += 1;
  for (;;) {
    skipBlanks(cursor);
    if (bytes[cursor.at] === CLOSE) break;
    const start = cursor.at;
    while (isLabelByte(bytes[cursor.at])) cursor.at += 1;
    const name: ByteRange = { bytes, start, end: cursor.at };
    if (name.end === start) throw textFault(cursor, 'a label has no name');
    skipBlanks(cursor);
    if (bytes[cursor.at] !== EQUALS) throw textFault(cursor, 'a label has no value');
    cursor.at += 1;
    skipBlanks(cursor);
    writeLabel(state, name, readQuoted(cursor, state));
    skipBlanks(cursor);
    if (bytes[cursor.at] === COMMA) cursor.at += 1;
    else if (bytes[cursor.at] !== CLOSE) throw textFault(cursor, 'labels have no end');
  }
  cursor.at += 1;
}

function writeLabel(state: TextState, name: ByteRange, value: ByteRange): void {
  if (state.shared.size > 0) {
    const text = readUtf8(name.bytes, name.start, name.end) ?? '';
    if (state.onConflict === 'keep') state.own.add(text);
    else if (state.shared.has(text)) {
      if (state.onConflict === 'drop') return;
      const renamed = Uint8Array.from(`exported_${text}`, (character) => character.charCodeAt(0));
      state.labels.pair({ bytes: renamed, start: 0, end: renamed.length }, value);
      return;
    }
  }
  state.labels.pair(name, value);
}

/** A value between quotes. Only one with escapes is copied. */
function readQuoted(cursor: TextCursor, state: TextState): ByteRange {
  const { bytes, end } = cursor;
  if (bytes[cursor.at] !== QUOTE) throw textFault(cursor, 'the value of a label is not in quotes');
  cursor.at += 1;
  const start = cursor.at;
  let isPlain = true;
  for (; cursor.at < end && bytes[cursor.at] !== QUOTE; cursor.at++) {
    if (bytes[cursor.at] === NEWLINE) break;
    if (bytes[cursor.at] === BACKSLASH) {
      isPlain = false;
      cursor.at += 1;
    }
  }
  if (cursor.at >= end || bytes[cursor.at] !== QUOTE) throw textFault(cursor, 'the value of a label has no end');
  const range = { bytes, start, end: cursor.at };
  cursor.at += 1;
  return isPlain ? range : unescaped(range, state);
}

function unescaped({ bytes, start, end }: ByteRange, state: TextState): ByteRange {
  if (state.scratch.length < end - start) state.scratch = new Uint8Array(2 * (end - start));
  const { scratch } = state;
  let length = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte !== BACKSLASH) {
      scratch[length++] = byte;
      continue;
    }
    const next = bytes[++at] as number;
    if (next === 0x6e) scratch[length++] = NEWLINE;
    else {
      // A backslash before anything else stands for itself.
      if (next !== BACKSLASH && next !== QUOTE) scratch[length++] = BACKSLASH;
      scratch[length++] = next;
    }
  }
  return { bytes: scratch, start: 0, end: length };
}

function skipBlanks(cursor: TextCursor): void {
  while (isBlank(cursor.bytes[cursor.at])) cursor.at += 1;
}

/** To the start of the next line. A carriage return before its end is a blank. */
function endLine(cursor: TextCursor): void {
  skipBlanks(cursor);
  if (cursor.at < cursor.end && cursor.bytes[cursor.at] !== NEWLINE)
    throw textFault(cursor, 'a line holds more than it may');
  cursor.at += 1;
}
