import { type ByteReader, newWriter, readByte, readUnsigned, writeByte, writeUnsigned, written } from './bytes.ts';
import type { HistorySamples } from './samples.ts';
import { readTimes, writeTimes } from './time-column.ts';
import { readValues, writeValues } from './value-column.ts';

/**
 * Samples of one series, downsampled: for each stretch of time with samples in it their least, greatest, sum, number
 * and last. From these every statistic but percentiles can be told for any period that the stretch divides.
 */
export interface Buckets {
  /** Where each begins, ms; ascending. */
  readonly starts: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly sum: Float64Array;
  readonly count: Float64Array;
  readonly last: Float64Array;
}

const COLUMNS = ['min', 'max', 'sum', 'count', 'last'] as const;
const BUCKETS_VERSION = 1;
const COUNT_MAX = 1 << 20;

/** In order of time. A NaN is the end of a series and no value: it is in no bucket. */
export function bucketsOf(samples: HistorySamples, widthMs: number): Buckets {
  const { timestamps, values } = samples;
  const starts: number[] = [];
  const rows: Record<(typeof COLUMNS)[number], number[]> = { min: [], max: [], sum: [], count: [], last: [] };
  let at = -1;
  let lost = 0;
  for (let i = 0; i < timestamps.length; i++) {
    const value = values[i] as number;
    if (Number.isNaN(value)) continue;
    const start = Math.floor((timestamps[i] as number) / widthMs) * widthMs;
    if (starts[at] !== start) {
      at += 1;
      lost = 0;
      starts.push(start);
      rows.min.push(value);
      rows.max.push(value);
      rows.sum.push(0);
      rows.count.push(0);
      rows.last.push(value);
    }
    rows.min[at] = Math.min(rows.min[at] as number, value);
    rows.max[at] = Math.max(rows.max[at] as number, value);
    rows.last[at] = value;
    rows.count[at] = (rows.count[at] as number) + 1;
    // Kahan's sum: what the last addition lost goes into the next.
    const added = value - lost;
    const total = (rows.sum[at] as number) + added;
    lost = total - (rows.sum[at] as number) - added;
    rows.sum[at] = total;
  }
  // Fifteen digits say all that the sum can know, and a decimal takes a third of the room that noise does.
  for (let i = 0; i < rows.sum.length; i++) rows.sum[i] = Number((rows.sum[i] as number).toPrecision(15));
  return {
    starts: Float64Array.from(starts),
    min: Float64Array.from(rows.min),
    max: Float64Array.from(rows.max),
    sum: Float64Array.from(rows.sum),
    count: Float64Array.from(rows.count),
    last: Float64Array.from(rows.last),
  };
}

export function encodeBuckets(buckets: Buckets): Uint8Array {
  const count = buckets.starts.length;
  if (count === 0) throw new Error('there are no buckets to encode');
  const writer = newWriter(64 + 16 * count);
  writeByte(writer, BUCKETS_VERSION);
  writeUnsigned(writer, count);
  writeTimes(writer, buckets.starts);
  for (const column of COLUMNS) writeValues(writer, buckets[column]);
  return written(writer);
}

/** The inverse. Throws an Error that says what is wrong with the bytes. */
export function decodeBuckets(bytes: Uint8Array): Buckets {
  const reader: ByteReader = { bytes, at: 0 };
  const version = readByte(reader);
  if (version !== BUCKETS_VERSION) throw new Error(`it has version ${version}, not ${BUCKETS_VERSION}`);
  const count = readUnsigned(reader);
  if (count === 0 || count > COUNT_MAX) throw new Error(`it claims to hold ${count} buckets`);
  const starts = readTimes(reader, count);
  const [min, max, sum, counts, last] = COLUMNS.map(() => readValues(reader, count)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  return { starts, min, max, sum, count: counts, last };
}

/** End to end. */
export function joinedBuckets(parts: readonly Buckets[]): Buckets {
  const join = (column: keyof Buckets): Float64Array => {
    const all = new Float64Array(parts.reduce((sum, part) => sum + part.starts.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part[column], at);
      at += part.starts.length;
    }
    return all;
  };
  return {
    starts: join('starts'),
    min: join('min'),
    max: join('max'),
    sum: join('sum'),
    count: join('count'),
    last: join('last'),
  };
}

/** Those that begin from `from` to before `to`. */
export function bucketsBetween(buckets: Buckets, from: number, to: number): Buckets {
  const { starts } = buckets;
  let start = 0;
  while (start < starts.length && (starts[start] as number) < from) start += 1;
  let end = start;
  while (end < starts.length && (starts[end] as number) < to) end += 1;
  const cut = (column: keyof Buckets): Float64Array => buckets[column].subarray(start, end);
  return {
    starts: cut('starts'),
    min: cut('min'),
    max: cut('max'),
    sum: cut('sum'),
    count: cut('count'),
    last: cut('last'),
  };
}
