import type { SeriesId } from '../metric/series.ts';
import { isMissing, presentLevel } from './alert-of.ts';
import { delist, endPair, setAside } from './end.ts';
import type { ExpireRecord } from './log-record.ts';
import { Pair } from './pair.ts';
import { firstPair, freePairRow, LINK_WORDS, NEXT_PAIR } from './pair-table.ts';
import { forgetSeries, knowsSeries } from './series-table.ts';
import type { Fold, Watch } from './state.ts';
import type { Folding } from './step.ts';

/**
 * Series without samples leave memory (ADR 0029). What decides that is in the log, so that a replay does the same; who
 * writes it asks {@link canExpire} first, and nothing may come between the answer and the record.
 */

/** True when nothing of the series is open or owed, and windows that stay empty would change none of its alerts. */
export function canExpire(fold: Fold, id: SeriesId): boolean {
  return knowsSeries(fold.series, id) && pairsOf(fold, id).every(isAtRest);
}

function isAtRest(pair: Pair): boolean {
  if (!pair.alive) return true;
  if (pair.slot !== -1 || presentLevel(pair) !== pair.notifiedLevel) return false;
  const { noDataPolicy } = pair.watch.rule;
  if (noDataPolicy === 'KEEP_LAST_STATE') return true;
  return noDataPolicy === 'OK' ? pair.state === 'OK' : isMissing(pair);
}

/**
 * Pairs go. An alert that says only that all was well ends, which tells nobody: the next one begins as every alert
 * does. Any other stays, and is taken up where it stands when the resource comes back.
 */
export function applyExpire(folding: Folding, { seriesIds }: ExpireRecord): void {
  const { fold } = folding;
  const watches = new Set<Watch>();
  const freed: number[] = [];
  for (const id of seriesIds) {
    for (const pair of pairsOf(fold, id)) {
      freed.push(pair.number);
      if (!pair.alive) continue;
      watches.add(pair.watch);
      if (hasSomethingToKeep(pair)) setAside(fold, pair);
      else {
        const { rule } = pair.watch;
        endPair(folding, pair, { reason: 'series_expired', rule, version: rule.version, closeNotify: false });
      }
    }
  }
  for (const watch of watches) delist(fold, watch);
  for (const pair of freed) freePairRow(fold.pairs, pair);
  forgetSeries(fold.series, seriesIds);
}

/** More than that all was well: a level, missing data, or breaches on their way to a level. */
function hasSomethingToKeep(pair: Pair): boolean {
  return pair.state === 'ALERT' || isMissing(pair) || pair.counters.some((count) => count > 0);
}

function pairsOf(fold: Fold, id: SeriesId): Pair[] {
  const { words } = fold.pairs.links;
  const pairs: Pair[] = [];
  for (let pair = firstPair(fold.pairs, id); pair !== -1; pair = words[pair * LINK_WORDS + NEXT_PAIR] as number) {
    pairs.push(new Pair(fold, pair));
  }
  return pairs;
}
