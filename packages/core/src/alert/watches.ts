import { dimensionsContain } from '../metric/dimensions.ts';
import type { SeriesDefinition, SeriesId } from '../metric/series.ts';
import type { Rule } from '../rule/rule.ts';
import type { Alert } from './alert.ts';
import { presentLevel, restoreAlert } from './alert-of.ts';
import { closesAt, lastClosedEnd, windowStart } from './gaps.ts';
import { alertIdOf } from './ids.ts';
import { isEffective, nextOpening, parseInterval } from './interval.ts';
import { levelPlans } from './levels.ts';
import { addDeadline, type Deadline, OPENING } from './schedule.ts';
import { dormantPair, eventTime, type Fold, metricKey, type Pair, type Watch } from './state.ts';

/** Watches and pairs: which rule watches which series, when a pair comes to life, and when a watch has something to do. */
export function createWatch(rule: Rule, seesFrom: number): Watch {
  return {
    account: rule.account,
    ruleId: rule.ruleId,
    ...timing(rule),
    seesFrom,
    closedTo: Number.NaN,
    pairs: [],
    unsorted: false,
    closing: null,
    opening: null,
    effectiveMinute: Number.NaN,
    effective: false,
  };
}

/** Puts a version in force. */
export function useRule(watch: Watch, rule: Rule): void {
  Object.assign(watch, timing(rule), { effectiveMinute: Number.NaN });
}

function timing(rule: Rule): Pick<Watch, 'rule' | 'plans' | 'periodMs' | 'graceMs'> {
  return { rule, plans: levelPlans(rule), periodMs: rule.period * 1000, graceMs: Math.round(rule.grace * 1000) };
}

export function selects(rule: Rule, series: SeriesDefinition): boolean {
  if (rule.account !== series.account || rule.namespace !== series.namespace) return false;
  if (rule.metricName !== series.metricName) return false;
  return rule.resources.length === 0 || rule.resources.some((wanted) => dimensionsContain(series.dimensions, wanted));
}

/** From here on the watch is offered new series, and every known one it selects has a dormant pair, unless it has one. */
export function startWatching(fold: Fold, watch: Watch): void {
  const { index, keys } = placesOf(fold, watch.rule);
  for (const key of keys) {
    const watches = index.get(key);
    if (watches === undefined) index.set(key, [watch]);
    else if (!watches.includes(watch)) watches.push(watch);
  }
  for (const id of fold.seriesByMetric.get(metricKey(watch.rule)) ?? []) {
    const series = fold.series[id];
    if (series !== undefined && selects(watch.rule, series)) addPair(fold, watch, id);
  }
}

/** The inverse, by the rule still in force. Its pairs must have ended, or be offered to {@link startWatching} again. */
export function stopWatching(fold: Fold, watch: Watch): void {
  const { index, keys } = placesOf(fold, watch.rule);
  for (const key of keys) {
    const rest = (index.get(key) ?? []).filter((other) => other !== watch);
    if (rest.length > 0) index.set(key, rest);
    else index.delete(key);
  }
}

export function defineSeries(fold: Fold, series: SeriesDefinition): void {
  const known = fold.series[series.id];
  fold.series[series.id] = series;
  if (known !== undefined) return;
  const key = metricKey(series);
  const ids = fold.seriesByMetric.get(key);
  if (ids === undefined) fold.seriesByMetric.set(key, [series.id]);
  else ids.push(series.id);
  offer(fold, series, fold.watchesByMetric.get(key));
  if (fold.watchesByDimension.size === 0) return;
  for (const name of Object.keys(series.dimensions)) {
    offer(fold, series, fold.watchesByDimension.get(dimensionKey(key, name, series.dimensions[name] ?? '')));
  }
}

function offer(fold: Fold, series: SeriesDefinition, watches: readonly Watch[] | undefined): void {
  if (watches === undefined) return;
  for (const watch of watches) if (selects(watch.rule, series)) addPair(fold, watch, series.id);
}

/**
 * Where a new series finds the rule: under its metric when the rule watches every resource, else under one dimension
 * of each, so that a hundred thousand rules for one host each do not all look at every new series.
 */
function placesOf(fold: Fold, rule: Rule): { index: Map<string, Watch[]>; keys: Iterable<string> } {
  const metric = metricKey(rule);
  const firsts = rule.resources.flatMap((resource) => Object.entries(resource).slice(0, 1));
  if (firsts.length === 0 || firsts.length < rule.resources.length)
    return { index: fold.watchesByMetric, keys: [metric] };
  const keys = new Set(firsts.map(([name, value]) => dimensionKey(metric, name, value)));
  return { index: fold.watchesByDimension, keys };
}

function dimensionKey(metric: string, name: string, value: string): string {
  return `${metric}${JSON.stringify([name, value])}`;
}

export function findPair(fold: Fold, watch: Watch, id: SeriesId): Pair | undefined {
  return fold.pairsOf[id]?.find((pair) => pair.watch === watch);
}

/** Adds a dormant pair unless the series has one of this watch. */
function addPair(fold: Fold, watch: Watch, id: SeriesId): void {
  if (findPair(fold, watch, id) !== undefined) return;
  const pair = dormantPair(watch, id);
  const pairs = fold.pairsOf[id];
  if (pairs === undefined) fold.pairsOf[id] = [pair];
  else pairs.push(pair);
}

export function dropPair(fold: Fold, watch: Watch, id: SeriesId): void {
  const rest = fold.pairsOf[id]?.filter((pair) => pair.watch !== watch);
  if (rest !== undefined) fold.pairsOf[id] = rest.length > 0 ? rest : undefined;
}

/** Puts a fresh dormant pair in the place of one that was dismissed. */
export function forgetPair(fold: Fold, pair: Pair): void {
  dropPair(fold, pair.watch, pair.seriesId);
  addPair(fold, pair.watch, pair.seriesId);
}

/** Brings a pair to life at the first sample that counts; false when the sample's window has closed already. */
export function wakePair(fold: Fold, pair: Pair, at: number): boolean {
  const { watch } = pair;
  if (watch.pairs.length === 0) watch.closedTo = firstOpenStart(fold, watch);
  const start = windowStart(at, watch.periodMs);
  if (start < watch.closedTo) return false;
  pair.firstStart = start;
  pair.observedFrom = Math.max(watch.seesFrom, at);
  enlist(fold, pair);
  takeAdopted(fold, pair);
  return true;
}

/** Adds a pair to those that its watch evaluates. */
export function enlist(fold: Fold, pair: Pair): void {
  const { watch } = pair;
  pair.alive = true;
  fold.counts.pairs++;
  const last = watch.pairs.at(-1);
  if (last !== undefined && last.seriesId > pair.seriesId) watch.unsorted = true;
  watch.pairs.push(pair);
  if (watch.closing === null) scheduleClose(fold, watch);
}

/** Where the windows of a watch begin that nothing has kept track of. */
export function firstOpenStart(fold: Fold, watch: Watch): number {
  const closed = lastClosedEnd(watch, eventTime(fold), fold.gaps);
  return Math.max(closed, windowStart(watch.seesFrom, watch.periodMs));
}

export function pairsInOrder(watch: Watch): readonly Pair[] {
  if (watch.unsorted) {
    watch.pairs.sort((a, b) => a.seriesId - b.seriesId);
    watch.unsorted = false;
  }
  return watch.pairs;
}

/** Announces the watch's next window close, in place of what was announced before. */
export function scheduleClose(fold: Fold, watch: Watch): void {
  if (watch.closing !== null) watch.closing.live = false;
  watch.closing = null;
  if (watch.pairs.length === 0) return;
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
  const series = fold.series[pair.seriesId] as SeriesDefinition;
  const alertId = alertIdOf(fold.options.digest, pair.watch.ruleId, series);
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
