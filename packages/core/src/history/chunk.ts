import {
  type ByteReader,
  type ByteWriter,
  newWriter,
  readByte,
  readUnsigned,
  writeByte,
  writeUnsigned,
  written,
} from './bytes.ts';
import type { HistorySamples } from './samples.ts';
import { readTimes, writeTimes } from './time-column.ts';
import { readValues, writeValues } from './value-column.ts';

/**
 * Samples of one series as compact bytes, and back:
 *
 *     version:u8 · count · times · values · late: number of runs, then for each how many are not late, how many are
 *
 * A chunk is small and is written anew when samples are added to it: so each time the best form is chosen for what it
 * holds, and nothing but its bytes must be remembered between.
 */
const CHUNK_VERSION = 1;
/** More samples than any chunk that was ever written has: a count beyond is damage, not a reason to allocate. */
const COUNT_MAX = 1 << 21;

export function encodeChunk(samples: HistorySamples): Uint8Array {
  const count = samples.timestamps.length;
  if (count === 0) throw new Error('a chunk holds at least one sample');
  const writer = newWriter(32 + 4 * count);
  writeByte(writer, CHUNK_VERSION);
  writeUnsigned(writer, count);
  writeTimes(writer, samples.timestamps);
  writeValues(writer, samples.values);
  writeLate(writer, samples.late);
  return written(writer);
}

/** The inverse. Throws an Error that says what is wrong with the bytes. */
export function decodeChunk(bytes: Uint8Array): HistorySamples {
  const reader = { bytes, at: 0 };
  const version = readByte(reader);
  if (version !== CHUNK_VERSION) throw new Error(`it has version ${version}, not ${CHUNK_VERSION}`);
  const count = readUnsigned(reader);
  if (count === 0 || count > COUNT_MAX) throw new Error(`it claims to hold ${count} samples`);
  const timestamps = readTimes(reader, count);
  const values = readValues(reader, count);
  return { timestamps, values, late: readLate(reader, count) };
}

function writeLate(writer: ByteWriter, late: Uint8Array): void {
  const borders: number[] = [];
  for (let i = 0; i < late.length; i++) if (late[i] !== (i === 0 ? 0 : late[i - 1])) borders.push(i);
  if (borders.length % 2 === 1) borders.push(late.length);
  writeUnsigned(writer, borders.length / 2);
  let before = 0;
  for (const border of borders) {
    writeUnsigned(writer, border - before);
    before = border;
  }
}

function readLate(reader: ByteReader, count: number): Uint8Array {
  const late = new Uint8Array(count);
  const runs = readUnsigned(reader);
  let at = 0;
  for (let i = 0; i < runs; i++) {
    const start = at + readUnsigned(reader);
    at = start + readUnsigned(reader);
    late.fill(1, start, at);
  }
  return late;
}
