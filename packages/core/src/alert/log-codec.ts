import { checksum } from './log-codec-checksum.ts';
import { type AsciiText, encodeText, plainAscii, recordOfText, textOfRecord } from './log-codec-text.ts';
import type { LogRecord, SamplesRecord } from './log-record.ts';

/**
 * The records of one entry as the bytes of one row, and back. Little-endian, everything aligned to 8 bytes:
 *
 *     entry   "CBL" version:u8 · checksum:u32 · length:u32 · records:u32 · record*
 *     record  kind:u32 · length:u32 · payload · zeros up to the next multiple of 8
 *
 * Samples are raw arrays (timestamps f64, values f64, series ids u32): writing them is three copies, reading them
 * none. Every other kind is rare and is JSON in ASCII. The checksum covers all that follows it, so a byte changed on
 * the disk is an error and never another value. A new form of a payload gets a new version.
 */
export const LOG_CODEC_VERSION = 1;

const MAGIC = 0x004c4243; // "CBL", then the version in the highest byte
const HEADER_BYTES = 16;
const SAMPLE_BYTES = 20;
const KIND_SAMPLES = 1;
const KIND_TEXT = 2;

export function encodeRecords(records: readonly LogRecord[], ascii: AsciiText = plainAscii): Uint8Array {
  assertLittleEndian();
  const payloads = records.map((record) =>
    record.kind === 'samples' ? record : encodeText(textOfRecord(record), ascii),
  );
  let length = HEADER_BYTES;
  for (const payload of payloads) length += 8 + padded(payloadBytes(payload));
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC + LOG_CODEC_VERSION * 2 ** 24, true);
  view.setUint32(8, length, true);
  view.setUint32(12, records.length, true);
  let at = HEADER_BYTES;
  for (const payload of payloads) {
    const size = payloadBytes(payload);
    view.setUint32(at, payload instanceof Uint8Array ? KIND_TEXT : KIND_SAMPLES, true);
    view.setUint32(at + 4, size, true);
    if (payload instanceof Uint8Array) bytes.set(payload, at + 8);
    else writeSamples(bytes.buffer, at + 8, payload);
    at += 8 + padded(size);
  }
  view.setUint32(4, checksum(bytes, 8), true);
  return bytes;
}

/**
 * The inverse. Throws an Error that says what is wrong with the bytes. The samples' arrays are views of `bytes` where
 * its alignment allows, so the caller must not write to it afterwards.
 */
export function decodeRecords(given: Uint8Array, ascii: AsciiText = plainAscii): LogRecord[] {
  assertLittleEndian();
  const bytes = given.byteOffset % 8 === 0 ? given : given.slice();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = readHeader(bytes, view);
  const records: LogRecord[] = [];
  let at = HEADER_BYTES;
  for (let i = 0; i < count; i++) {
    if (at + 8 > bytes.length) throw malformed('ends inside a record');
    const kind = view.getUint32(at, true);
    const size = view.getUint32(at + 4, true);
    at += 8;
    if (at + padded(size) > bytes.length) throw malformed('ends inside a record');
    if (kind === KIND_SAMPLES) records.push(readSamples(bytes, at, size));
    else if (kind === KIND_TEXT) records.push(recordOfText(ascii.decode(bytes.subarray(at, at + size))));
    else throw malformed(`unknown kind ${kind}`);
    at += padded(size);
  }
  if (at !== bytes.length) throw malformed('goes on after its last record');
  return records;
}

/** Checks everything that can be wrong before the first record; answers the number of records. */
function readHeader(bytes: Uint8Array, view: DataView): number {
  if (bytes.length < HEADER_BYTES) throw malformed('is too short');
  const word = view.getUint32(0, true);
  if ((word & 0xffffff) !== MAGIC) throw malformed('does not start like one');
  if (word >>> 24 !== LOG_CODEC_VERSION) throw malformed(`has version ${word >>> 24}, not ${LOG_CODEC_VERSION}`);
  if (view.getUint32(8, true) !== bytes.length) throw malformed('has another length than it says');
  if (view.getUint32(4, true) !== checksum(bytes, 8)) throw malformed('does not match its checksum');
  return view.getUint32(12, true);
}

function payloadBytes(payload: Uint8Array | SamplesRecord): number {
  return payload instanceof Uint8Array ? payload.length : payload.seriesIds.length * SAMPLE_BYTES;
}

function writeSamples(buffer: ArrayBuffer, at: number, samples: SamplesRecord): void {
  const count = samples.seriesIds.length;
  if (samples.timestamps.length !== count || samples.values.length !== count) {
    throw new Error('a samples record needs arrays of equal lengths');
  }
  new Float64Array(buffer, at, count).set(samples.timestamps);
  new Float64Array(buffer, at + 8 * count, count).set(samples.values);
  new Uint32Array(buffer, at + 16 * count, count).set(samples.seriesIds);
}

function readSamples(bytes: Uint8Array, at: number, size: number): SamplesRecord {
  if (size % SAMPLE_BYTES !== 0) throw malformed('holds part of a sample');
  const count = size / SAMPLE_BYTES;
  const start = bytes.byteOffset + at;
  return {
    kind: 'samples',
    timestamps: new Float64Array(bytes.buffer as ArrayBuffer, start, count),
    values: new Float64Array(bytes.buffer as ArrayBuffer, start + 8 * count, count),
    seriesIds: new Uint32Array(bytes.buffer as ArrayBuffer, start + 16 * count, count),
  };
}

const padded = (size: number): number => Math.ceil(size / 8) * 8;

const malformed = (what: string): Error => new Error(`malformed log entry: it ${what}`);

/** Every machine Node is offered for with this release is; a port to another must swap bytes here. */
function assertLittleEndian(): void {
  if (new Uint8Array(Uint32Array.of(1).buffer)[0] !== 1) throw new Error('the log codec needs a little-endian machine');
}
