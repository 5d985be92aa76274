import type { Statistic } from '../metric/statistic.ts';
import { addStamp, createStampPool, freeStamps, hasStamp, listStamps, type StampPool } from './stamp-pool.ts';

/**
 * The open windows of all pairs: one row of numbers each in one array, so that a sample makes no object and a million
 * windows cost the garbage collector nothing. A row is called a slot; a pair's slots form a chain, latest start first.
 *
 * The timestamps of a window are kept too, because of two samples with one timestamp only the first counts. A sample
 * later than all others needs no search.
 */
export interface WindowPool {
  cells: Float64Array;
  /** The next slot of the chain (an earlier window), or of the free list; -1 ends both. */
  next: Int32Array;
  /** Newest chunk of the window's timestamps, by slot; COUNT says how many there are. */
  chunks: Int32Array;
  readonly stamps: StampPool;
  used: number;
  free: number;
  open: number;
}

const WIDTH = 8;
const START = 0;
const COUNT = 1;
/** In units of SUM_UNIT. */
const SUM = 2;
/** What the sum has lost to rounding so far (Neumaier), in the same unit. */
const LOST = 3;
const MINIMUM = 4;
const MAXIMUM = 5;
const LAST_AT = 6;
const LAST = 7;

/**
 * Sums are kept in units of 2^64, so that no number of finite samples adds up to an infinity, in any order. Scaling by
 * a power of two changes no digit, save of values below 1e-273.
 */
const SUM_UNIT = 2 ** 64;

export const TAKEN = 0;
export const DUPLICATE = 1;

export function createWindowPool(): WindowPool {
  return {
    cells: new Float64Array(WIDTH * 64),
    next: new Int32Array(64),
    chunks: new Int32Array(64),
    stamps: createStampPool(),
    used: 0,
    free: -1,
    open: 0,
  };
}

/** Opens a window with its first sample; the caller links the slot into a chain. */
export function openWindow(pool: WindowPool, start: number, sample: { at: number; value: number }): number {
  const slot = takeSlot(pool);
  const { cells } = pool;
  const base = slot * WIDTH;
  cells[base + START] = start;
  cells[base + COUNT] = 1;
  cells[base + SUM] = sample.value / SUM_UNIT;
  cells[base + LOST] = 0;
  cells[base + MINIMUM] = sample.value;
  cells[base + MAXIMUM] = sample.value;
  cells[base + LAST_AT] = sample.at;
  cells[base + LAST] = sample.value;
  pool.chunks[slot] = addStamp(pool.stamps, -1, 0, sample.at);
  pool.open++;
  return slot;
}

/** True when the sample belongs into the slot's window and is later than all of its samples: the usual case. */
export function continuesWindow(pool: WindowPool, slot: number, at: number, periodMs: number): boolean {
  const base = slot * WIDTH;
  return at > (pool.cells[base + LAST_AT] as number) && at < (pool.cells[base + START] as number) + periodMs;
}

/** Takes a sample that is later than all of the window's. */
export function appendSample(pool: WindowPool, slot: number, at: number, value: number): void {
  const { cells } = pool;
  const base = slot * WIDTH;
  const count = cells[base + COUNT] as number;
  pool.chunks[slot] = addStamp(pool.stamps, pool.chunks[slot] as number, count, at);
  cells[base + LAST_AT] = at;
  cells[base + LAST] = value;
  accumulate(cells, base, value);
}

/** Takes a sample that may come in any order, or answers DUPLICATE. */
export function insertSample(pool: WindowPool, slot: number, at: number, value: number): number {
  const { cells } = pool;
  const base = slot * WIDTH;
  const count = cells[base + COUNT] as number;
  const chunk = pool.chunks[slot] as number;
  if (hasStamp(pool.stamps, chunk, count, at)) return DUPLICATE;
  pool.chunks[slot] = addStamp(pool.stamps, chunk, count, at);
  if (at > (cells[base + LAST_AT] as number)) {
    cells[base + LAST_AT] = at;
    cells[base + LAST] = value;
  }
  accumulate(cells, base, value);
  return TAKEN;
}

function accumulate(cells: Float64Array, base: number, value: number): void {
  cells[base + COUNT] = (cells[base + COUNT] as number) + 1;
  const before = cells[base + SUM] as number;
  const added = value / SUM_UNIT;
  const sum = before + added;
  const lost = Math.abs(before) >= Math.abs(added) ? before - sum + added : added - sum + before;
  cells[base + SUM] = sum;
  cells[base + LOST] = (cells[base + LOST] as number) + lost;
  if (value < (cells[base + MINIMUM] as number)) cells[base + MINIMUM] = value;
  if (value > (cells[base + MAXIMUM] as number)) cells[base + MAXIMUM] = value;
}

/** The statistic of one window, not rounded. Finite, since samples are: a sum that no number holds is the largest one. */
export function measure(pool: WindowPool, slot: number, statistic: Statistic, periodMs: number): number {
  const { cells } = pool;
  const base = slot * WIDTH;
  const count = cells[base + COUNT] as number;
  const sum = (cells[base + SUM] as number) + (cells[base + LOST] as number);
  switch (statistic) {
    case 'Average':
      return unscaled(sum / count);
    case 'Minimum':
      return cells[base + MINIMUM] as number;
    case 'Maximum':
      return cells[base + MAXIMUM] as number;
    case 'Sum':
      return unscaled(sum);
    case 'SampleCount':
      return count;
    case 'LastValue':
    case 'Value':
      return cells[base + LAST] as number;
    case 'SumPerSecond':
      return unscaled((sum * 1000) / periodMs);
    case 'CountPerSecond':
      return (count * 1000) / periodMs;
    default:
      return statistic satisfies never;
  }
}

function unscaled(sum: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, sum * SUM_UNIT));
}

export function startOf(pool: WindowPool, slot: number): number {
  return pool.cells[slot * WIDTH + START] as number;
}

export function closeSlot(pool: WindowPool, slot: number): void {
  freeStamps(pool.stamps, pool.chunks[slot] as number);
  pool.next[slot] = pool.free;
  pool.free = slot;
  pool.open--;
}

/** A window as plain numbers, and back: what a checkpoint holds. */
export function exportWindow(pool: WindowPool, slot: number): number[] {
  const base = slot * WIDTH;
  const row = Array.from(pool.cells.subarray(base, base + WIDTH));
  return row.concat(listStamps(pool.stamps, pool.chunks[slot] as number, row[COUNT] as number));
}

export function importWindow(pool: WindowPool, numbers: readonly number[]): number {
  const slot = takeSlot(pool);
  for (let i = 0; i < WIDTH; i++) pool.cells[slot * WIDTH + i] = numbers[i] as number;
  let chunk = -1;
  for (let i = WIDTH; i < numbers.length; i++) chunk = addStamp(pool.stamps, chunk, i - WIDTH, numbers[i] as number);
  pool.chunks[slot] = chunk;
  pool.open++;
  return slot;
}

function takeSlot(pool: WindowPool): number {
  const reused = pool.free;
  if (reused !== -1) {
    pool.free = pool.next[reused] as number;
    return reused;
  }
  if (pool.used === pool.next.length) grow(pool);
  return pool.used++;
}

function grow(pool: WindowPool): void {
  const cells = new Float64Array(pool.cells.length * 2);
  cells.set(pool.cells);
  const next = new Int32Array(pool.next.length * 2);
  next.set(pool.next);
  const chunks = new Int32Array(pool.chunks.length * 2);
  chunks.set(pool.chunks);
  pool.cells = cells;
  pool.next = next;
  pool.chunks = chunks;
}
