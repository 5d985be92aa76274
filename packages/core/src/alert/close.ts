import { round12 } from '../metric/number.ts';
import type { AlertState } from './alert.ts';
import { isMissing, presentLevel } from './alert-of.ts';
import { lastEndClosingWith, touchesGap } from './gaps.ts';
import { decideLevel, type LevelPlan } from './levels.ts';
import { reconcile } from './reconcile.ts';
import { earliest, OPENING, takeEarliest } from './schedule.ts';
import { endSilences } from './silence-change.ts';
import { compareWatches, type Fold, NO_COUNTERS, type Pair, type Watch } from './state.ts';
import { type Folding, reconcileAt, takeStep } from './step.ts';
import { cancelOpening, pairsInOrder, scheduleClose } from './watches.ts';
import { closeSlot, measure, startOf } from './window-pool.ts';

/** The window being closed. */
interface Closing {
  readonly start: number;
  readonly end: number;
  /** Event time of the decision, ms. */
  readonly at: number;
}

/**
 * Decides everything that is due up to an event time, in order of deadline, then end of window, then series, then
 * rule; ends of silences and starts of effective intervals after the windows of the same moment. A decision is dated by its deadline, not
 * by the entry that reached it, so it makes no difference how many ticks led up to it.
 */
export function advance(folding: Folding, to: number): void {
  const { fold } = folding;
  for (let due = nextDue(fold); due <= to; due = nextDue(fold)) {
    // A rule edit can set a deadline that has passed: its decision is made now, not then.
    const at = Math.max(due, fold.advancedTo);
    const next = earliest(fold.schedule);
    if (next === null || next.at > due || (next.end === OPENING && fold.silenceEnd === due)) {
      endSilences(folding, due, at);
      continue;
    }
    const watches = takeEarliest(fold.schedule).map((deadline) => deadline.watch);
    if (next.end === OPENING) openIntervals(folding, watches, at);
    else closeWindows(folding, watches, { end: next.end, at });
  }
  if (to > fold.advancedTo) fold.advancedTo = to;
}

/** Event time, ms, of whatever is due next; infinite when nothing is open. */
export function nextDue(fold: Fold): number {
  return Math.min(earliest(fold.schedule)?.at ?? Number.POSITIVE_INFINITY, fold.silenceEnd);
}

function openIntervals(folding: Folding, watches: readonly Watch[], at: number): void {
  for (const watch of watches) cancelOpening(watch);
  reconcile(folding, watches, at);
}

function closeWindows(folding: Folding, watches: readonly Watch[], { end, at }: { end: number; at: number }): void {
  const { fold } = folding;
  const busy: Watch[] = [];
  for (const watch of watches) {
    watch.closedTo = passOver(fold, watch, end);
    if (watch.closedTo < end) busy.push(watch);
  }
  for (const pair of inOrder(busy)) {
    const { watch } = pair;
    closeWindow(folding, pair, { start: end - watch.periodMs, end, at });
  }
  for (const watch of busy) watch.closedTo = end;
  for (const watch of watches) scheduleClose(fold, watch);
}

/**
 * Where the watch is closed up to when the empty windows of a gap, which decide nothing, are passed over in one step:
 * six hours at a period of one second would be 21,600 windows for each pair.
 */
function passOver(fold: Fold, watch: Watch, end: number): number {
  const start = end - watch.periodMs;
  if (!touchesGap(watch, end, fold.gaps)) return start;
  let firstData = Number.POSITIVE_INFINITY;
  for (const pair of watch.pairs) {
    for (let slot = pair.slot; slot !== -1; slot = fold.pool.next[slot] as number) {
      firstData = Math.min(firstData, startOf(fold.pool, slot));
    }
  }
  return Math.min(firstData, lastEndClosingWith(watch, end, fold.gaps));
}

/** The live pairs of some watches in order of series, then rule. Sorting merges lists that are in order already. */
function inOrder(watches: readonly Watch[]): readonly Pair[] {
  const [only] = watches;
  if (only === undefined) return [];
  if (watches.length === 1) return pairsInOrder(only);
  const pairs = watches.flatMap((watch) => pairsInOrder(watch));
  return pairs.sort((a, b) => a.seriesId - b.seriesId || compareWatches(a.watch, b.watch));
}

function closeWindow(folding: Folding, pair: Pair, closing: Closing): void {
  if (closing.start < pair.firstStart) return;
  const { fold } = folding;
  const slot = unlink(fold, pair, closing.start);
  if (slot === -1) closeEmpty(folding, pair, closing);
  else {
    closeFilled(folding, pair, slot, closing);
    closeSlot(fold.pool, slot);
  }
  if (pair.notifiedLevel !== pair.level && presentLevel(pair) !== pair.notifiedLevel) {
    takeStep(folding, pair, reconcileAt(closing.at));
  }
}

function unlink(fold: Fold, pair: Pair, start: number): number {
  const { next } = fold.pool;
  let before = -1;
  for (let slot = pair.slot; slot !== -1; slot = next[slot] as number) {
    if (startOf(fold.pool, slot) === start) {
      if (before === -1) pair.slot = next[slot] as number;
      else next[before] = next[slot] as number;
      return slot;
    }
    before = slot;
  }
  return -1;
}

function closeFilled(folding: Folding, pair: Pair, slot: number, { start, end, at }: Closing): void {
  const { fold } = folding;
  const { plans, periodMs } = pair.watch;
  pair.emptyWindows = 0;
  const partial = start < pair.observedFrom || touchesGap(pair.watch, end, fold.gaps);
  const values: number[] = [];
  let observed = false;
  for (const plan of plans) {
    const hidden = partial && plan.wholeOnly;
    // Adding 0 turns -0 into 0.
    values.push(hidden ? Number.NaN : round12(measure(fold.pool, slot, plan.statistic, periodMs)) + 0);
    if (!hidden) observed = true;
  }
  if (!observed) return;
  fold.counts.evaluations++;
  const { state, level, counters } = pair;
  const verdict = decideLevel(plans, values, { state, level, counters, settled: isMissing(pair) });
  pair.counters = verdict.counters;
  pair.value = shownValue(pair, verdict.level, values);
  const change =
    verdict.reason === null ? null : { state: verdict.state, level: verdict.level, reason: verdict.reason };
  if (change === null && !verdict.breaching) return;
  takeStep(folding, pair, { at, change, window: { start, end }, valued: true, breaching: verdict.breaching });
}

/** The value under the statistic of the level it is about: reached, or cleared, or else the rule's lowest. */
function shownValue(pair: Pair, level: string, values: readonly number[]): number {
  const { plans } = pair.watch;
  if (plans.length === 1) return values[0] as number;
  const about = level !== 'OK' ? level : (pair.preTriggerLevel ?? pair.level);
  const at = plans.findIndex((plan) => plan.level === about);
  const value = values[at] ?? Number.NaN;
  return Number.isNaN(value) ? (values.findLast((other) => !Number.isNaN(other)) as number) : value;
}

/** An empty window: unobserved where nobody could look, otherwise what the rule's policy says about missing data. */
function closeEmpty(folding: Folding, pair: Pair, { start, end, at }: Closing): void {
  const { fold } = folding;
  const { rule, plans } = pair.watch;
  if (start < pair.observedFrom || touchesGap(pair.watch, end, fold.gaps)) return;
  fold.counts.evaluations++;
  pair.emptyWindows++;
  pair.value = Number.NaN;
  if (rule.noDataPolicy === 'KEEP_LAST_STATE') return;
  pair.counters = NO_COUNTERS;
  const step = { at, window: { start, end }, valued: false, breaching: false };
  if (rule.noDataPolicy === 'OK') {
    if (pair.state === 'OK') return;
    takeStep(folding, pair, { ...step, change: { state: 'OK', level: 'OK', reason: 'no_data_ok' } });
  } else if (!isMissing(pair) && pair.emptyWindows >= (rule.noDataPeriods ?? largestTimes(plans))) {
    const state: AlertState = 'INSUFFICIENT_DATA';
    takeStep(folding, pair, { ...step, change: { state, level: pair.level, reason: 'no_data' } });
  }
}

function largestTimes(plans: readonly LevelPlan[]): number {
  return plans.reduce((most, plan) => Math.max(most, plan.times), 1);
}

/** Frees all open windows of a pair that end after an event time. */
export function dropWindowsAfter(fold: Fold, pair: Pair, time: number): void {
  const { next } = fold.pool;
  for (let slot = pair.slot; slot !== -1; ) {
    const following = next[slot] as number;
    const start = startOf(fold.pool, slot);
    if (start + pair.watch.periodMs > time) closeSlot(fold.pool, unlink(fold, pair, start));
    slot = following;
  }
}
