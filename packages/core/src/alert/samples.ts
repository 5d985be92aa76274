import { windowStart } from './gaps.ts';
import type { SamplesRecord } from './log-record.ts';
import type { Fold, Pair } from './state.ts';
import { wakePair } from './watches.ts';
import { appendSample, continuesWindow, DUPLICATE, insertSample, openWindow, startOf, TAKEN } from './window-pool.ts';

/** A sample whose window has closed, or ended before the rule began, is counted and nothing else. */
const LATE = 2;

/** The hot path: one array index leads from a sample to its pairs, and the usual sample continues their latest window. */
export function takeSamples(fold: Fold, { seriesIds, timestamps, values }: SamplesRecord): void {
  const { counts, pool, pairsOf } = fold;
  counts.samples += seriesIds.length;
  for (let i = 0; i < seriesIds.length; i++) {
    const pairs = pairsOf[seriesIds[i] as number];
    if (pairs === undefined) {
      counts.unwatchedSamples++;
      continue;
    }
    const at = timestamps[i] as number;
    const value = values[i] as number;
    let worst = TAKEN;
    for (let k = 0; k < pairs.length; k++) {
      const pair = pairs[k] as Pair;
      if (pair.slot !== -1 && continuesWindow(pool, pair.slot, at, pair.watch.periodMs)) {
        appendSample(pool, pair.slot, at, value);
      } else {
        const outcome = takeElsewhere(fold, pair, at, value);
        if (outcome > worst) worst = outcome;
      }
    }
    if (worst === LATE) counts.lateSamples++;
    else if (worst === DUPLICATE) counts.duplicateSamples++;
  }
}

/** A sample that opens a window, comes out of order, brings its pair to life, is a duplicate, or is late. */
function takeElsewhere(fold: Fold, pair: Pair, at: number, value: number): number {
  const { watch } = pair;
  if (!pair.alive && !wakePair(fold, pair, at)) return LATE;
  const start = windowStart(at, watch.periodMs);
  if (start < watch.closedTo) return LATE;
  if (start < pair.firstStart) pair.firstStart = start;
  if (at < pair.observedFrom) pair.observedFrom = Math.max(watch.seesFrom, at);
  return place(fold, pair, start, { at, value });
}

/** The chain runs from the latest window to the earliest; a window without samples yet is linked in where it belongs. */
function place(fold: Fold, pair: Pair, start: number, sample: { at: number; value: number }): number {
  const { pool } = fold;
  let before = -1;
  let slot = pair.slot;
  while (slot !== -1 && startOf(pool, slot) > start) {
    before = slot;
    slot = pool.next[slot] as number;
  }
  if (slot !== -1 && startOf(pool, slot) === start) return insertSample(pool, slot, sample.at, sample.value);
  const opened = openWindow(pool, start, sample);
  pool.next[opened] = slot;
  if (before === -1) pair.slot = opened;
  else pool.next[before] = opened;
  return TAKEN;
}
