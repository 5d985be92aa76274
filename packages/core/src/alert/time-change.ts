import { dropWindowsAfter } from './close.ts';
import { scheduleClose } from './deadlines.ts';
import { type Gap, windowStart } from './gaps.ts';
import { isTimeZone } from './interval.ts';
import { forgetBefore } from './pair-table.ts';
import { recheckInterval } from './rule-change.ts';
import { recheckSilences } from './silence-change.ts';
import type { Fold } from './state.ts';
import type { Folding } from './step.ts';
import { livePairs } from './watches.ts';

/** Records that change what time means: a gap, a clock that steps back, an account's zone. */
export function applyGap(fold: Fold, gap: Gap): void {
  if (gap.to <= gap.from) return;
  const gaps = [...fold.gaps, { from: gap.from, to: gap.to }];
  gaps.sort((a, b) => a.from - b.from || a.to - b.to);
  fold.gaps = gaps.slice(firstUsefulGap(fold, gaps));
  for (const watch of fold.watches.values()) scheduleClose(fold, watch);
}

/** Windows that touched an older gap are closed, unless they waited from one gap to the next. */
function firstUsefulGap(fold: Fold, gaps: readonly Gap[]): number {
  let longestMs = 0;
  for (const watch of fold.watches.values()) longestMs = Math.max(longestMs, watch.periodMs + watch.graceMs);
  let useful = gaps.length;
  for (const [index, gap] of [...gaps.entries()].reverse()) {
    const next = gaps[index + 1];
    const open = gap.to + longestMs > fold.advancedTo;
    if (!open && (next === undefined || useful > index + 1 || next.from >= gap.to + longestMs)) break;
    useful = index;
  }
  return useful;
}

/**
 * Event time stepped back to `to`: windows from there on are evaluated anew, from samples that come from now on.
 * Alerts, counters and log time (silence times) go on.
 */
export function applyClockStep(folding: Folding, step: Gap): void {
  const { fold } = folding;
  const { from, to } = step;
  if (to >= from) return;
  fold.skew += to - from;
  fold.advancedTo = Math.min(fold.advancedTo, to);
  fold.gaps = fold.gaps.filter((gap) => gap.from < to).map((gap) => ({ from: gap.from, to: Math.min(gap.to, to) }));
  for (const watch of fold.watches.values()) {
    const start = windowStart(to, watch.periodMs);
    watch.seesFrom = to;
    watch.closedTo = Math.min(watch.closedTo, start);
    for (const pair of livePairs(fold, watch)) {
      dropWindowsAfter(fold, pair, to);
      forgetBefore(fold.pairs, pair.number);
      pair.firstStart = Math.min(pair.firstStart, start);
      pair.observedFrom = to;
    }
    scheduleClose(fold, watch);
    if (watch.opening !== null) recheckInterval(folding, watch);
  }
  recheckSilences(folding, from, to);
}

/** A zone that this runtime does not know changes nothing: the fold must not fail on a record that is in the log. */
export function applyZone(folding: Folding, account: string, timeZone: string): void {
  const { fold } = folding;
  if (!isTimeZone(timeZone) || fold.zones.get(account) === timeZone) return;
  fold.zones.set(account, timeZone);
  for (const watch of fold.watches.values()) {
    if (watch.account !== account) continue;
    watch.effectiveMinute = Number.NaN;
    if (watch.opening !== null) recheckInterval(folding, watch);
  }
}
