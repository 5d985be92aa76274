import { presentLevel } from './alert-of.ts';
import { Pair } from './pair.ts';
import { CALM, CALM_MASK, FLAGS, ROW_WORDS } from './pair-table.ts';
import { compareWatches, type Fold, type Watch } from './state.ts';
import { type Folding, reconcileAt, takeStep } from './step.ts';

/**
 * Brings every alert of these watches up to date whose notification was left waiting, in order of series, then rule;
 * or only those that `concerns` names.
 */
export function reconcile(
  folding: Folding,
  watches: Iterable<Watch>,
  at: number,
  concerns: (pair: Pair) => boolean = () => true,
): void {
  const waiting: Pair[] = [];
  for (const watch of watches) waiting.push(...waitingPairs(folding.fold, watch).filter(concerns));
  waiting.sort((a, b) => a.seriesId - b.seriesId || compareWatches(a.watch, b.watch));
  for (const pair of waiting) takeStep(folding, pair, reconcileAt(at));
}

/** The live pairs of which something is still to be told. */
export function waitingPairs(fold: Fold, watch: Watch): Pair[] {
  const { words } = fold.pairs.rows;
  const waiting: Pair[] = [];
  for (const number of watch.alive.numbers.subarray(0, watch.alive.count)) {
    if (((words[number * ROW_WORDS + FLAGS] as number) & CALM_MASK) === CALM) continue;
    const pair = new Pair(fold, number);
    if (presentLevel(pair) !== pair.notifiedLevel) waiting.push(pair);
  }
  return waiting;
}
