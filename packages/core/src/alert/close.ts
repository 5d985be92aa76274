import { round12 } from '../metric/number.ts';
import type { AlertState } from './alert.ts';
import { isMissing, presentLevel } from './alert-of.ts';
import { cancelOpening, scheduleClose } from './deadlines.ts';
import { lastEndClosingWith, touchesGap } from './gaps.ts';
import { breaches, decideLevel, type LevelPlan } from './levels.ts';
import { NO_COUNTERS, Pair } from './pair.ts';
import {
  CALM,
  CALM_MASK,
  COUNTERS,
  EMPTY_WINDOWS,
  FIRST_START,
  FLAGS,
  LINK_WORDS,
  OBSERVED_FROM,
  ROW_FLOATS,
  ROW_WORDS,
  SERIES,
  SLOT,
  VALUE,
} from './pair-table.ts';
import { reconcile } from './reconcile.ts';
import { touch } from './rows.ts';
import { earliest, OPENING, takeEarliest } from './schedule.ts';
import { endSilences } from './silence-change.ts';
import { compareWatches, type Fold, type Watch } from './state.ts';
import { type Folding, reconcileAt, takeStep } from './step.ts';
import { findPair, pairsInOrder } from './watches.ts';
import { closeSlot, earlierSlot, endOf, latestOf, linkSlot, measure, type SampleBefore } from './window-pool.ts';

/** The windows of one watch that are being closed. */
interface Closing {
  readonly watch: Watch;
  readonly start: number;
  readonly end: number;
  /** Event time of the decision, ms. */
  readonly at: number;
  /** They touch a gap: seen in part at best. */
  readonly gap: boolean;
  /** One number per level, filled in for each pair. */
  readonly values: number[];
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
  closeInOrder(folding, busy, (watch) => ({
    ...{ watch, start: end - watch.periodMs, end, at, gap: touchesGap(watch, end, fold.gaps), values: [] },
  }));
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
  for (const pair of pairsInOrder(fold, watch)) {
    for (let slot = slotOf(fold, pair); slot !== -1; slot = earlierSlot(fold.pool, slot)) {
      firstData = Math.min(firstData, endOf(fold.pool, slot) - watch.periodMs);
    }
  }
  return Math.min(firstData, lastEndClosingWith(watch, end, fold.gaps));
}

/** Closes one window of each live pair of some watches, in order of series, then rule. */
function closeInOrder(folding: Folding, watches: readonly Watch[], closingOf: (watch: Watch) => Closing): void {
  const { fold } = folding;
  const [only] = watches;
  if (only === undefined) return;
  if (watches.length === 1) {
    const closing = closingOf(only);
    for (const pair of pairsInOrder(fold, only)) closeWindow(folding, pair, closing);
    return;
  }
  const closings = [...watches].sort(compareWatches).map(closingOf);
  // One number for both, so that a million are sorted without a function: ids of series have 32 bits, ranks 20 and more.
  const keys = new Float64Array(watches.reduce((count, watch) => count + watch.alive.count, 0));
  let count = 0;
  for (const [rank, { watch }] of closings.entries()) {
    for (const pair of pairsInOrder(fold, watch)) {
      keys[count++] = (fold.pairs.rows.words[pair * ROW_WORDS + SERIES] as number) * closings.length + rank;
    }
  }
  for (const key of keys.sort()) {
    const closing = closings[key % closings.length] as Closing;
    closeWindow(folding, findPair(fold, closing.watch, Math.floor(key / closings.length)), closing);
  }
}

function closeWindow(folding: Folding, pair: number, closing: Closing): void {
  const { fold } = folding;
  const { rows } = fold.pairs;
  if (closing.start < (rows.floats[pair * ROW_FLOATS + FIRST_START] as number)) return;
  touch(rows, pair);
  const slot = unlink(fold, pair, closing.end);
  if (slot === -1) closeEmpty(folding, pair, closing);
  else {
    rows.words[pair * ROW_WORDS + EMPTY_WINDOWS] = 0;
    closeFilled(folding, pair, slot, closing);
    if (closing.watch.isCounter) keepLatest(fold, pair, slot);
    closeSlot(fold.pool, slot);
  }
  if (((rows.words[pair * ROW_WORDS + FLAGS] as number) & CALM_MASK) === CALM) return;
  const seen = new Pair(fold, pair);
  if (seen.notifiedLevel !== seen.level && presentLevel(seen) !== seen.notifiedLevel) {
    takeStep(folding, seen, reconcileAt(closing.at));
  }
}

function slotOf({ pairs }: Fold, pair: number): number {
  return pairs.links.words[pair * LINK_WORDS + SLOT] as number;
}

/** Takes the window that ends there off the pair's chain; -1 when there is none. */
function unlink(fold: Fold, pair: number, end: number): number {
  const { pool, pairs } = fold;
  let before = -1;
  for (let slot = slotOf(fold, pair); slot !== -1; slot = earlierSlot(pool, slot)) {
    if (endOf(pool, slot) === end) {
      if (before !== -1) linkSlot(pool, before, earlierSlot(pool, slot));
      else {
        touch(pairs.links, pair);
        pairs.links.words[pair * LINK_WORDS + SLOT] = earlierSlot(pool, slot);
      }
      return slot;
    }
    before = slot;
  }
  return -1;
}

const NONE_BEFORE: SampleBefore = { at: Number.NaN, value: Number.NaN };

function sampleBefore({ pairs }: Fold, pair: number): SampleBefore {
  const { befores } = pairs;
  if (befores === null) return NONE_BEFORE;
  return { at: befores.floats[pair * 2] as number, value: befores.floats[pair * 2 + 1] as number };
}

/** The window's last sample is the last before the next. */
function keepLatest(fold: Fold, pair: number, slot: number): void {
  const { befores } = fold.pairs;
  if (befores === null) return;
  const { at, value } = latestOf(fold.pool, slot);
  touch(befores, pair);
  befores.floats[pair * 2] = at;
  befores.floats[pair * 2 + 1] = value;
}

function closeFilled(folding: Folding, pair: number, slot: number, closing: Closing): void {
  const { fold } = folding;
  const { start, end, at, watch, values } = closing;
  const { plans, periodMs } = watch;
  const { floats, words } = fold.pairs.rows;
  const partial = closing.gap || start < (floats[pair * ROW_FLOATS + OBSERVED_FROM] as number);
  const of = { periodMs, before: watch.isCounter ? sampleBefore(fold, pair) : NONE_BEFORE };
  let observed = false;
  let breaching = false;
  for (let i = 0; i < plans.length; i++) {
    const plan = plans[i] as LevelPlan;
    const hidden = partial && plan.wholeOnly;
    // Adding 0 turns -0 into 0.
    const value = hidden ? Number.NaN : measure(fold.pool, slot, plan.statistic, of) + 0;
    values[i] = value;
    if (Number.isNaN(value)) continue;
    observed = true;
    if (breaches(isFarFrom(value, plan.threshold) ? value : round12(value), plan.operator, plan.threshold))
      breaching = true;
  }
  if (!observed) return;
  fold.counts.evaluations++;
  if (!breaching && isCalm(words, pair)) {
    floats[pair * ROW_FLOATS + VALUE] = shownValue(plans, plans.at(-1)?.level ?? 'OK', values);
    return;
  }
  for (let i = 0; i < plans.length; i++) values[i] = round12(values[i] as number);
  decide(folding, new Pair(fold, pair), { values, window: { start, end }, at });
}

/** True where rounding to 12 digits, which moves a value by 5e-12 of it at most, cannot take it across the threshold. */
function isFarFrom(value: number, threshold: number): boolean {
  return Math.abs(value - threshold) > 1e-11 * Math.max(Math.abs(value), Math.abs(threshold));
}

/** In order, with every counter at zero: a window that does not breach changes nothing. */
function isCalm(words: Int32Array, pair: number): boolean {
  const row = pair * ROW_WORDS;
  if (((words[row + FLAGS] as number) & CALM_MASK) !== CALM) return false;
  return words[row + COUNTERS] === 0 && words[row + COUNTERS + 1] === 0 && words[row + COUNTERS + 2] === 0;
}

function decide(
  folding: Folding,
  pair: Pair,
  of: { readonly values: readonly number[]; readonly window: { start: number; end: number }; readonly at: number },
): void {
  const { values, window, at } = of;
  const { plans } = pair.watch;
  const { state, level, counters } = pair;
  const verdict = decideLevel(plans, values, { state, level, counters, settled: isMissing(pair) });
  pair.counters = verdict.counters;
  const about = verdict.level !== 'OK' ? verdict.level : (pair.preTriggerLevel ?? level);
  pair.value = shownValue(plans, about, values);
  const change =
    verdict.reason === null ? null : { state: verdict.state, level: verdict.level, reason: verdict.reason };
  if (change === null && !verdict.breaching) return;
  takeStep(folding, pair, { at, change, window, valued: true, breaching: verdict.breaching });
}

/** The value under the statistic of the level it is about: reached, or cleared, or else the rule's lowest. */
function shownValue(plans: readonly LevelPlan[], about: string, values: readonly number[]): number {
  if (plans.length === 1) return values[0] as number;
  const value = values[plans.findIndex((plan) => plan.level === about)] ?? Number.NaN;
  return Number.isNaN(value) ? (values.findLast((other) => !Number.isNaN(other)) as number) : value;
}

/** An empty window: unobserved where nobody could look, otherwise what the rule's policy says about missing data. */
function closeEmpty(folding: Folding, number: number, closing: Closing): void {
  const { fold } = folding;
  const { start, end, at, watch } = closing;
  const { rule, plans } = watch;
  const { floats, words } = fold.pairs.rows;
  if (closing.gap || start < (floats[number * ROW_FLOATS + OBSERVED_FROM] as number)) return;
  fold.counts.evaluations++;
  words[number * ROW_WORDS + EMPTY_WINDOWS] = (words[number * ROW_WORDS + EMPTY_WINDOWS] as number) + 1;
  floats[number * ROW_FLOATS + VALUE] = Number.NaN;
  if (rule.noDataPolicy === 'KEEP_LAST_STATE') return;
  const pair = new Pair(fold, number);
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
  for (let slot = pair.slot; slot !== -1; ) {
    const earlier = earlierSlot(fold.pool, slot);
    const end = endOf(fold.pool, slot);
    if (end > time) closeSlot(fold.pool, unlink(fold, pair.number, end));
    slot = earlier;
  }
}
