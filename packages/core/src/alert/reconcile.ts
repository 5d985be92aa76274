import { presentLevel } from './alert-of.ts';
import { compareWatches, type Pair, type Watch } from './state.ts';
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
  for (const watch of watches) {
    for (const pair of watch.pairs) if (isWaiting(pair) && concerns(pair)) waiting.push(pair);
  }
  waiting.sort((a, b) => a.seriesId - b.seriesId || compareWatches(a.watch, b.watch));
  for (const pair of waiting) takeStep(folding, pair, reconcileAt(at));
}

function isWaiting(pair: Pair): boolean {
  return presentLevel(pair) !== pair.notifiedLevel;
}
