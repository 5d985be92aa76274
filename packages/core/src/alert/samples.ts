import { wakePair } from './deadlines.ts';
import { windowStart } from './gaps.ts';
import type { SamplesRecord } from './log-record.ts';
import { Pair } from './pair.ts';
import { LINK_WORDS, NEXT_PAIR, SLOT } from './pair-table.ts';
import type { Fold } from './state.ts';
import {
  continueWindow,
  DUPLICATE,
  earlierSlot,
  endOf,
  insertSample,
  linkSlot,
  openWindow,
  TAKEN,
} from './window-pool.ts';

/** A sample whose window has closed, or ended before the rule began, is counted and nothing else. */
const LATE = 2;

/** The hot path: one array index leads from a sample to its pairs, and the usual sample continues their latest window. */
export function takeSamples(fold: Fold, { seriesIds, timestamps, values }: SamplesRecord): void {
  const { counts, pool, pairs } = fold;
  const { first } = pairs;
  // No pair is made or freed by a sample, so these arrays stay what they are.
  const links = pairs.links.words;
  counts.samples += seriesIds.length;
  for (let i = 0; i < seriesIds.length; i++) {
    const id = seriesIds[i] as number;
    let pair = id < first.length ? (first[id] as number) : -1;
    if (pair === -1) {
      counts.unwatchedSamples++;
      continue;
    }
    const at = timestamps[i] as number;
    const value = values[i] as number;
    let worst = TAKEN;
    do {
      const slot = links[pair * LINK_WORDS + SLOT] as number;
      if (slot === -1 || !continueWindow(pool, slot, at, value)) {
        const outcome = takeElsewhere(fold, pair, at, value);
        if (outcome > worst) worst = outcome;
      }
      pair = links[pair * LINK_WORDS + NEXT_PAIR] as number;
    } while (pair !== -1);
    if (worst === LATE) counts.lateSamples++;
    else if (worst === DUPLICATE) counts.duplicateSamples++;
  }
}

/** A sample that opens a window, comes out of order, brings its pair to life, is a duplicate, or is late. */
function takeElsewhere(fold: Fold, number: number, at: number, value: number): number {
  const pair = new Pair(fold, number);
  const { watch } = pair;
  if (!pair.alive && !wakePair(fold, pair, at)) return LATE;
  const start = windowStart(at, watch.periodMs);
  if (start < watch.closedTo) return LATE;
  if (start < pair.firstStart) pair.firstStart = start;
  if (at < pair.observedFrom) pair.observedFrom = Math.max(watch.seesFrom, at);
  return place(fold, pair, start + watch.periodMs, { at, value });
}

/** The chain runs from the latest window to the earliest; a window without samples yet is linked in where it belongs. */
function place(fold: Fold, pair: Pair, end: number, { at, value }: { at: number; value: number }): number {
  const { pool } = fold;
  let before = -1;
  let slot = pair.slot;
  while (slot !== -1 && endOf(pool, slot) > end) {
    before = slot;
    slot = earlierSlot(pool, slot);
  }
  if (slot !== -1 && endOf(pool, slot) === end) return insertSample(pool, slot, at, value);
  const opened = openWindow(pool, end, at, value);
  linkSlot(pool, opened, slot);
  if (before === -1) pair.slot = opened;
  else linkSlot(pool, before, opened);
  return TAKEN;
}
