import type { Alert } from './alert.ts';
import { presentLevel, restoreAlert, seriesOf } from './alert-of.ts';
import { closesAt, lastClosedEnd, windowStart } from './gaps.ts';
import { alertIdOf } from './ids.ts';
import { isEffective, nextOpening, parseInterval } from './interval.ts';
import type { Pair } from './pair.ts';
import { forgetBefore, resetPair } from './pair-table.ts';
import { addDeadline, type Deadline, OPENING } from './schedule.ts';
import { eventTime, type Fold, type Watch } from './state.ts';
import { listPair } from './watches.ts';

/** When a pair comes to life, and when a watch has something to do. */
/** Puts a pair that was dismissed back to where it began; it wakes with its next sample. */
export function forgetPair(fold: Fold, pair: Pair): void {
  resetPair(fold.pairs, pair.number);
  forgetBefore(fold.pairs, pair.number);
}

/** Brings a pair to life at the first sample that counts; false when the sample's window has closed already. */
export function wakePair(fold: Fold, pair: Pair, at: number): boolean {
  const { watch } = pair;
  if (watch.alive.count === 0) watch.closedTo = firstOpenStart(fold, watch);
  const start = windowStart(at, watch.periodMs);
  if (start < watch.closedTo) return false;
  pair.firstStart = start;
  pair.observedFrom = Math.max(watch.seesFrom, at);
  pair.alive = true;
  fold.counts.pairs++;
  listPair(fold, watch, pair.number);
  if (watch.closing === null) scheduleClose(fold, watch);
  takeAdopted(fold, pair);
  return true;
}

/** Where the windows of a watch begin that nothing has kept track of. */
export function firstOpenStart(fold: Fold, watch: Watch): number {
  const closed = lastClosedEnd(watch, eventTime(fold), fold.gaps);
  return Math.max(closed, windowStart(watch.seesFrom, watch.periodMs));
}

/** Announces the watch's next window close, in place of what was announced before. */
export function scheduleClose(fold: Fold, watch: Watch): void {
  if (watch.closing !== null) watch.closing.live = false;
  watch.closing = null;
  if (watch.alive.count === 0) return;
  const end = watch.closedTo + watch.periodMs;
  watch.closing = announce(fold, { at: closesAt(watch, end, fold.gaps), end, watch, live: true });
}

/** Announces the next start of the watch's interval, at which held notifications go out. */
export function scheduleOpening(fold: Fold, watch: Watch, after: number): void {
  cancelOpening(watch);
  const interval = parseInterval(watch.rule.effectiveInterval);
  const at = nextOpening(interval, zoneOf(fold, watch), after);
  watch.opening = announce(fold, { at, end: OPENING, watch, live: true });
}

/** A notification waits: the start of the interval is announced, unless it holds now or is announced already. */
export function awaitOpening(fold: Fold, watch: Watch, at: number): void {
  if (watch.opening === null && !effectiveAt(fold, watch, at)) scheduleOpening(fold, watch, at);
}

export function cancelOpening(watch: Watch): void {
  if (watch.opening !== null) watch.opening.live = false;
  watch.opening = null;
}

function announce(fold: Fold, deadline: Deadline<Watch>): Deadline<Watch> {
  addDeadline(fold.schedule, deadline);
  return deadline;
}

/** Whether the rule notifies at this event time; worked out once per minute. */
export function effectiveAt(fold: Fold, watch: Watch, at: number): boolean {
  const minute = Math.floor(at / 60_000);
  if (minute !== watch.effectiveMinute) {
    watch.effectiveMinute = minute;
    watch.effective = isEffective(parseInterval(watch.rule.effectiveInterval), zoneOf(fold, watch), at);
  }
  return watch.effective;
}

function zoneOf(fold: Fold, watch: Watch): string {
  return fold.zones.get(watch.account) ?? 'UTC';
}

/** A pair that comes to life after a restart without a checkpoint goes on where its committed alert stands. */
function takeAdopted(fold: Fold, pair: Pair): void {
  if (fold.adopted.size === 0) return;
  const alertId = alertIdOf(fold.options.digest, pair.watch.ruleId, seriesOf(fold, pair));
  const alert = fold.adopted.get(alertId);
  if (alert === undefined) return;
  fold.adopted.delete(alertId);
  overlayAlert(fold, pair, alert);
}

/** Puts a committed alert in place of what the fold made of it; what waits for the interval goes on waiting. */
export function overlayAlert(fold: Fold, pair: Pair, alert: Alert): void {
  const { watch } = pair;
  const now = eventTime(fold);
  restoreAlert(pair, alert);
  if (presentLevel(pair) !== pair.notifiedLevel) awaitOpening(fold, watch, now);
}
