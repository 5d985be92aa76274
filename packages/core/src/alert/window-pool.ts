import type { Statistic } from '../metric/statistic.ts';
import { increaseOf, rateOf } from './counter.ts';
import { addRow, createRows, type Rows, touch } from './rows.ts';
import { addStamp, createStampPool, freeStamps, hasStamp, listStamps, type StampPool } from './stamp-pool.ts';

/**
 * The open windows of all pairs: one row of 64 bytes each, so that a sample makes no object and a million windows cost
 * the garbage collector nothing. A row is called a slot; a pair's slots form a chain, latest window first.
 *
 * The latest sample stands in the row. When others were taken is kept in the stamps, because of two samples with one
 * timestamp only the first counts; one later than all others, the usual case, needs no search.
 */
export interface WindowPool {
  readonly rows: Rows;
  readonly stamps: StampPool;
  open: number;
}

const SHAPE = { floats: 6, words: 4 };
const FLOATS = 8;
const WORDS = 16;
const END = 0;
/** In units of SUM_UNIT. */
const SUM = 1;
/** What the sum has lost to rounding so far (Neumaier), in the same unit. */
const LOST = 2;
const MINIMUM = 3;
const MAXIMUM = 4;
const LAST = 5;
const COUNT = 12;
/** Of the latest sample: ms before the end. Timestamps are whole ms. */
const AGE = 13;
/** The next slot of the chain (an earlier window), or of the free list; -1 ends both. */
const NEXT = 14;
/** Newest chunk of the other samples; COUNT - 1 says how many there are. */
const CHUNK = 15;

/**
 * Sums are kept in units of 2^64, so that no number of finite samples adds up to an infinity, in any order. Scaling by
 * a power of two changes no digit, save of values below 1e-273.
 */
const SUM_UNIT = 2 ** 64;

export const TAKEN = 0;
export const DUPLICATE = 1;

export function createWindowPool(): WindowPool {
  return { rows: createRows(SHAPE), stamps: createStampPool(), open: 0 };
}

/** Opens a window with its first sample; the caller links the slot into a chain. */
export function openWindow(pool: WindowPool, end: number, at: number, value: number): number {
  const { rows } = pool;
  const slot = takeSlot(rows);
  const { floats, words } = rows;
  const base = slot * FLOATS;
  floats[base + END] = end;
  floats[base + SUM] = value / SUM_UNIT;
  floats[base + LOST] = 0;
  floats[base + MINIMUM] = value;
  floats[base + MAXIMUM] = value;
  floats[base + LAST] = value;
  const word = slot * WORDS;
  words[word + COUNT] = 1;
  words[word + AGE] = end - at;
  words[word + NEXT] = -1;
  words[word + CHUNK] = -1;
  pool.open++;
  return slot;
}

/** Takes a sample that belongs into the slot's window and is later than all of its samples: the usual case. Else false. */
export function continueWindow(pool: WindowPool, slot: number, at: number, value: number): boolean {
  const { rows, stamps } = pool;
  const { floats, words } = rows;
  const base = slot * FLOATS;
  const word = slot * WORDS;
  const age = (floats[base + END] as number) - at;
  const before = words[word + AGE] as number;
  if (age <= 0 || age >= before) return false;
  touch(rows, slot);
  const others = (words[word + COUNT] as number) - 1;
  const last = floats[base + LAST] as number;
  words[word + CHUNK] = addStamp(stamps, words[word + CHUNK] as number, others, before, last);
  words[word + AGE] = age;
  floats[base + LAST] = value;
  accumulate(floats, words, slot, value);
  return true;
}

/** Takes a sample of the slot's window that may come in any order, or answers DUPLICATE. */
export function insertSample(pool: WindowPool, slot: number, at: number, value: number): number {
  if (continueWindow(pool, slot, at, value)) return TAKEN;
  const { rows } = pool;
  const { floats, words } = rows;
  const word = slot * WORDS;
  const age = (floats[slot * FLOATS + END] as number) - at;
  const others = (words[word + COUNT] as number) - 1;
  const chunk = words[word + CHUNK] as number;
  if (age === words[word + AGE] || hasStamp(pool.stamps, chunk, others, age)) return DUPLICATE;
  touch(rows, slot);
  words[word + CHUNK] = addStamp(pool.stamps, chunk, others, age, value);
  accumulate(floats, words, slot, value);
  return TAKEN;
}

function accumulate(floats: Float64Array, words: Int32Array, slot: number, value: number): void {
  const base = slot * FLOATS;
  words[slot * WORDS + COUNT] = (words[slot * WORDS + COUNT] as number) + 1;
  const before = floats[base + SUM] as number;
  const added = value / SUM_UNIT;
  const sum = before + added;
  const lost = Math.abs(before) >= Math.abs(added) ? before - sum + added : added - sum + before;
  floats[base + SUM] = sum;
  floats[base + LOST] = (floats[base + LOST] as number) + lost;
  if (value < (floats[base + MINIMUM] as number)) floats[base + MINIMUM] = value;
  if (value > (floats[base + MAXIMUM] as number)) floats[base + MAXIMUM] = value;
}

/** The last sample before a window; `at` is NaN where there is none. */
export interface SampleBefore {
  readonly at: number;
  readonly value: number;
}

/**
 * The statistic of one window, not rounded. Finite, since samples are: a sum that no number holds is the largest one.
 * NaN where the samples do not tell: an increase needs two of them, of which one may lie before the window.
 */
export function measure(
  pool: WindowPool,
  slot: number,
  statistic: Statistic,
  of: { readonly periodMs: number; readonly before: SampleBefore },
): number {
  const { floats, words } = pool.rows;
  const base = slot * FLOATS;
  const count = words[slot * WORDS + COUNT] as number;
  const sum = (floats[base + SUM] as number) + (floats[base + LOST] as number);
  switch (statistic) {
    case 'Average':
      return unscaled(sum / count);
    case 'Minimum':
      return floats[base + MINIMUM] as number;
    case 'Maximum':
      return floats[base + MAXIMUM] as number;
    case 'Sum':
      return unscaled(sum);
    case 'SampleCount':
      return count;
    case 'LastValue':
    case 'Value':
      return floats[base + LAST] as number;
    case 'SumPerSecond':
      return unscaled((sum * 1000) / of.periodMs);
    case 'CountPerSecond':
      return (count * 1000) / of.periodMs;
    case 'Increase':
      return increaseOf(of.before, samplesIn(pool, slot));
    case 'Rate':
      return rateOf(of.before, samplesIn(pool, slot));
    default:
      return statistic satisfies never;
  }
}

function unscaled(sum: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, sum * SUM_UNIT));
}

/** In order of time; values are known once they are kept. */
export function samplesIn(pool: WindowPool, slot: number): SampleBefore[] {
  const { words, floats } = pool.rows;
  const end = endOf(pool, slot);
  const others = listStamps(
    pool.stamps,
    words[slot * WORDS + CHUNK] as number,
    (words[slot * WORDS + COUNT] as number) - 1,
  );
  others.push([words[slot * WORDS + AGE] as number, floats[slot * FLOATS + LAST] as number]);
  return others.sort((a, b) => b[0] - a[0]).map(([age, value]) => ({ at: end - age, value }));
}

export function endOf(pool: WindowPool, slot: number): number {
  return pool.rows.floats[slot * FLOATS + END] as number;
}

/** Event time, ms, and value of the latest sample. */
export function latestOf(pool: WindowPool, slot: number): SampleBefore {
  const { words, floats } = pool.rows;
  return {
    at: endOf(pool, slot) - (words[slot * WORDS + AGE] as number),
    value: floats[slot * FLOATS + LAST] as number,
  };
}

export function earlierSlot(pool: WindowPool, slot: number): number {
  return pool.rows.words[slot * WORDS + NEXT] as number;
}

export function linkSlot(pool: WindowPool, slot: number, earlier: number): void {
  touch(pool.rows, slot);
  pool.rows.words[slot * WORDS + NEXT] = earlier;
}

export function closeSlot(pool: WindowPool, slot: number): void {
  const { rows } = pool;
  freeStamps(pool.stamps, rows.words[slot * WORDS + CHUNK] as number);
  touch(rows, slot);
  rows.words[slot * WORDS + NEXT] = rows.free;
  rows.free = slot;
  pool.open--;
}

function takeSlot(rows: Rows): number {
  const reused = rows.free;
  const slot = reused === -1 ? addRow(rows) : reused;
  if (reused !== -1) rows.free = rows.words[reused * WORDS + NEXT] as number;
  touch(rows, slot);
  return slot;
}
