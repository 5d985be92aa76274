import { dimensionsContain } from '../metric/dimensions.ts';
import type { SeriesDefinition, SeriesId } from '../metric/series.ts';
import type { Rule } from '../rule/rule.ts';
import { levelPlans } from './levels.ts';
import { addNumber, createNumberList } from './number-list.ts';
import { Pair } from './pair.ts';
import {
  addPairRow,
  firstPair,
  freePairRow,
  keepBefores,
  LINK_WORDS,
  NEXT_PAIR,
  ROW_WORDS,
  reserveSeries,
  SERIES,
  WATCH,
} from './pair-table.ts';
import { knownMetric, metricKey, putSeries, seriesAt } from './series-table.ts';
import { keepValues } from './stamp-pool.ts';
import type { Fold, Watch } from './state.ts';

/** Watches and pairs: which rule watches which series. */
export function createWatch(
  fold: Fold,
  rule: Rule,
  of: { readonly seesFrom: number; readonly number?: number },
): Watch {
  const number = of.number ?? fold.vacant.pop() ?? fold.watchAt.length;
  const watch: Watch = {
    number,
    account: rule.account,
    ruleId: rule.ruleId,
    ...timing(rule),
    seesFrom: of.seesFrom,
    closedTo: Number.NaN,
    alive: createNumberList(),
    unsorted: false,
    closing: null,
    opening: null,
    effectiveMinute: Number.NaN,
    effective: false,
  };
  fold.watchAt[number] = watch;
  if (watch.isCounter) countFrom(fold);
  return watch;
}

/** The rule is deleted, and none of its pairs is left. */
export function dropWatch(fold: Fold, watch: Watch): void {
  fold.watchAt[watch.number] = undefined;
  fold.vacant.push(watch.number);
}

/** Puts a version in force. */
export function useRule(fold: Fold, watch: Watch, rule: Rule): void {
  Object.assign(watch, timing(rule), { effectiveMinute: Number.NaN });
  if (watch.isCounter) countFrom(fold);
}

function timing(rule: Rule): Pick<Watch, 'rule' | 'plans' | 'periodMs' | 'graceMs' | 'isCounter'> {
  const plans = levelPlans(rule);
  return {
    rule,
    plans,
    periodMs: rule.period * 1000,
    graceMs: Math.round(rule.grace * 1000),
    isCounter: plans.some(({ statistic }) => statistic === 'Rate' || statistic === 'Increase'),
  };
}

/** There is a rule now that looks at single samples. */
function countFrom(fold: Fold): void {
  keepBefores(fold.pairs);
  keepValues(fold.pool.stamps);
}

export function selects(rule: Rule, series: SeriesDefinition): boolean {
  if (rule.account !== series.account || rule.namespace !== series.namespace) return false;
  if (rule.metricName !== series.metricName) return false;
  return rule.resources.length === 0 || rule.resources.some((wanted) => dimensionsContain(series.dimensions, wanted));
}

/** From here on the watch is offered new series, and every known one it selects has a dormant pair, unless it has one. */
export function startWatching(fold: Fold, watch: Watch): void {
  offerToNewSeries(fold, watch);
  for (const id of seriesUnder(fold, watch.rule)) {
    if (watch.rule.resources.length === 0 || selects(watch.rule, seriesAt(fold.series, id))) addPair(fold, watch, id);
  }
}

export function offerToNewSeries(fold: Fold, watch: Watch): void {
  const { index, keys } = placesOf(fold, watch.rule);
  for (const key of keys) {
    const watches = index.get(key);
    if (watches === undefined) index.set(key, [watch]);
    else if (!watches.includes(watch)) watches.push(watch);
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

/** Ids of the known series of a rule's metric. */
export function seriesUnder(fold: Fold, rule: Rule): readonly SeriesId[] {
  return knownMetric(fold.series, rule)?.series ?? [];
}

export function defineSeries(fold: Fold, series: SeriesDefinition): void {
  const metric = putSeries(fold.series, series);
  if (metric === null) return;
  reserveSeries(fold.pairs, series.id);
  offer(fold, series, fold.watchesByMetric.get(metric.key));
  if (fold.watchesByDimension.size === 0) return;
  for (const name of Object.keys(series.dimensions)) {
    offer(fold, series, fold.watchesByDimension.get(dimensionKey(metric.key, name, series.dimensions[name] ?? '')));
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

/** Number of the pair, or -1. */
export function findPair({ pairs }: Fold, watch: Watch, id: SeriesId): number {
  const { links, rows } = pairs;
  let pair = firstPair(pairs, id);
  while (pair !== -1 && rows.words[pair * ROW_WORDS + WATCH] !== watch.number) {
    pair = links.words[pair * LINK_WORDS + NEXT_PAIR] as number;
  }
  return pair;
}

/** Adds a dormant pair unless the series has one of this watch. */
function addPair(fold: Fold, watch: Watch, id: SeriesId): void {
  if (findPair(fold, watch, id) === -1) addPairRow(fold.pairs, watch.number, id);
}

/** The pair must have no open windows. */
export function dropPair(fold: Fold, watch: Watch, id: SeriesId): void {
  const pair = findPair(fold, watch, id);
  if (pair !== -1) freePairRow(fold.pairs, pair);
}

/** The live pairs of a watch in order of series. */
export function pairsInOrder(fold: Fold, watch: Watch): Int32Array {
  const { numbers, count } = watch.alive;
  const pairs = numbers.subarray(0, count);
  if (watch.unsorted) {
    const { words } = fold.pairs.rows;
    pairs.sort((a, b) => (words[a * ROW_WORDS + SERIES] as number) - (words[b * ROW_WORDS + SERIES] as number));
    watch.unsorted = false;
  }
  return pairs;
}

/** The same, as code that decides sees them. */
export function livePairs(fold: Fold, watch: Watch): Pair[] {
  return Array.from(pairsInOrder(fold, watch), (pair) => new Pair(fold, pair));
}

/** Adds a pair to those that its watch evaluates. */
export function listPair(fold: Fold, watch: Watch, pair: number): void {
  const { numbers, count } = watch.alive;
  const { words } = fold.pairs.rows;
  const seriesOf = (of: number): number => words[of * ROW_WORDS + SERIES] as number;
  if (count > 0 && seriesOf(numbers[count - 1] as number) > seriesOf(pair)) watch.unsorted = true;
  addNumber(watch.alive, pair);
}
