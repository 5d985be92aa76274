import { dimensionsContain } from '../metric/dimensions.ts';
import { LEVELS, type Rule } from '../rule/rule.ts';
import type { Alert } from './alert.ts';
import { dropWindowsAfter } from './close.ts';
import { cancelOpening, effectiveAt, scheduleClose, scheduleOpening } from './deadlines.ts';
import { delist, type EndReason, endAdopted, endPair } from './end.ts';
import { windowStart } from './gaps.ts';
import type { LevelPlan } from './levels.ts';
import type { RuleRecord } from './log-record.ts';
import { NO_COUNTERS, type Pair } from './pair.ts';
import { forgetBefore } from './pair-table.ts';
import { reconcile, waitingPairs } from './reconcile.ts';
import { knowsSeries, metricKey, seriesAt } from './series-table.ts';
import { eventTime, type Fold, ruleKey, type Watch } from './state.ts';
import type { Folding } from './step.ts';
import {
  createWatch,
  dropPair,
  dropWatch,
  livePairs,
  selects,
  seriesUnder,
  startWatching,
  stopWatching,
  useRule,
} from './watches.ts';

/**
 * Takes one version of a rule (semantics.md, Alerts over time, Editing). A version that is not newer changes nothing.
 *
 * deleted, disabled, moved to another metric   every alert of the rule ends
 * resources                                    alerts of resources no longer selected end
 * period, statistic                            windows and counters start anew, levels stay
 * threshold, operator, times                   counters of the changed levels start at 0, levels stay until evaluated
 * effective interval                           what waited goes out when the new interval holds now
 * anything else                                touches no alert
 */
export function applyRule(folding: Folding, record: RuleRecord): void {
  const { fold } = folding;
  const key = ruleKey(record.account, record.ruleId);
  const watch = fold.watches.get(key);
  const knownVersion = watch?.rule.version ?? fold.deletedVersions.get(key) ?? 0;
  if (record.version <= knownVersion) return;
  if (watch === undefined) beginRule(folding, key, record);
  else if (endsAll(watch.rule, record.rule) !== null) endRule(folding, { key, watch, record });
  else if (record.rule !== null) {
    if (watch.rule.enabled) editRule(folding, watch, record.rule);
    else restartRule(fold, watch, record.rule);
  }
}

function beginRule(folding: Folding, key: string, record: RuleRecord): void {
  const { fold } = folding;
  const { rule, version, closeNotify } = record;
  if (rule === null) fold.deletedVersions.set(key, version);
  else {
    fold.deletedVersions.delete(key);
    const watch = createWatch(fold, rule, { seesFrom: eventTime(fold) });
    fold.watches.set(key, watch);
    if (rule.enabled) {
      startWatching(fold, watch);
      return;
    }
  }
  const reason: EndReason = rule === null ? 'rule_deleted' : 'rule_disabled';
  endAdopted(folding, (alert) => isOf(alert, record), { reason, rule, version, closeNotify });
}

/** Why a version ends every alert of the rule; null when it does not. */
function endsAll(before: Rule, after: Rule | null): EndReason | null {
  if (after === null) return 'rule_deleted';
  if (!after.enabled) return 'rule_disabled';
  return metricKey(before) === metricKey(after) ? null : 'resource_unselected';
}

function endRule(folding: Folding, change: { key: string; watch: Watch; record: RuleRecord }): void {
  const { fold } = folding;
  const { key, watch, record } = change;
  const reason = endsAll(watch.rule, record.rule) ?? 'rule_deleted';
  const rule = record.rule ?? { ...watch.rule, version: record.version };
  const closeNotify = record.closeNotify && reason !== 'resource_unselected';
  stopWatching(fold, watch);
  const series = seriesUnder(fold, watch.rule);
  useRule(fold, watch, rule);
  const ending = { reason, rule, version: record.version, closeNotify };
  for (const pair of livePairs(fold, watch)) endPair(folding, pair, ending);
  delist(fold, watch);
  for (const id of series) dropPair(fold, watch, id);
  endAdopted(folding, (alert) => isOf(alert, record), ending);
  if (record.rule === null) {
    fold.watches.delete(key);
    dropWatch(fold, watch);
    fold.deletedVersions.set(key, record.version);
  } else if (record.rule.enabled) restartRule(fold, watch, record.rule);
}

function restartRule(fold: Fold, watch: Watch, rule: Rule): void {
  useRule(fold, watch, rule);
  watch.seesFrom = eventTime(fold);
  startWatching(fold, watch);
}

function editRule(folding: Folding, watch: Watch, rule: Rule): void {
  const { fold } = folding;
  const before = { rule: watch.rule, plans: watch.plans };
  if (JSON.stringify(before.rule.resources) === JSON.stringify(rule.resources)) useRule(fold, watch, rule);
  else {
    stopWatching(fold, watch);
    useRule(fold, watch, rule);
    unselect(folding, watch);
    startWatching(fold, watch);
  }
  if (before.rule.period !== rule.period || hasOtherStatistic(before.plans, watch.plans)) startWindowsAnew(fold, watch);
  else for (const pair of livePairs(fold, watch)) pair.counters = keptCounters(pair, before.plans, watch.plans);
  scheduleClose(fold, watch);
  if (before.rule.effectiveInterval !== rule.effectiveInterval) recheckInterval(folding, watch);
}

/** Ends the alerts of resources that the rule no longer selects. */
function unselect(folding: Folding, watch: Watch): void {
  const { fold } = folding;
  const { rule } = watch;
  const ending = { reason: 'resource_unselected', rule, version: rule.version, closeNotify: false } as const;
  for (const pair of livePairs(fold, watch)) {
    if (!selects(rule, seriesAt(fold.series, pair.seriesId))) endPair(folding, pair, ending);
  }
  delist(fold, watch);
  for (const id of seriesUnder(fold, rule)) {
    if (knowsSeries(fold.series, id) && !selects(rule, seriesAt(fold.series, id))) dropPair(fold, watch, id);
  }
  const selected = (alert: Alert): boolean =>
    rule.resources.length === 0 || rule.resources.some((wanted) => dimensionsContain(alert.dimensions, wanted));
  endAdopted(folding, (alert) => isOf(alert, rule) && !selected(alert), ending);
}

function startWindowsAnew(fold: Fold, watch: Watch): void {
  const now = eventTime(fold);
  watch.seesFrom = now;
  watch.closedTo = windowStart(now, watch.periodMs);
  for (const pair of livePairs(fold, watch)) {
    dropWindowsAfter(fold, pair, Number.NEGATIVE_INFINITY);
    pair.firstStart = watch.closedTo;
    pair.observedFrom = now;
    forgetBefore(fold.pairs, pair.number);
    pair.counters = NO_COUNTERS;
    pair.emptyWindows = 0;
  }
}

function hasOtherStatistic(before: readonly LevelPlan[], after: readonly LevelPlan[]): boolean {
  return after.some((plan) => before.some((old) => old.level === plan.level && old.statistic !== plan.statistic));
}

function keptCounters(pair: Pair, before: readonly LevelPlan[], after: readonly LevelPlan[]): readonly number[] {
  if (pair.counters === NO_COUNTERS) return NO_COUNTERS;
  return LEVELS.map((level, index) => {
    const old = before.find((plan) => plan.level === level);
    const plan = after.find((candidate) => candidate.level === level);
    const same = old?.threshold === plan?.threshold && old?.operator === plan?.operator && old?.times === plan?.times;
    return same && plan !== undefined ? (pair.counters[index] ?? 0) : 0;
  });
}

/** The interval may hold now where it did not, or begin at another time. */
export function recheckInterval(folding: Folding, watch: Watch): void {
  const { fold } = folding;
  const now = eventTime(fold);
  cancelOpening(watch);
  if (effectiveAt(fold, watch, now)) reconcile(folding, [watch], now);
  else if (waitingPairs(fold, watch).length > 0) scheduleOpening(fold, watch, now);
}

function isOf(alert: Alert, rule: { readonly account: string; readonly ruleId: string }): boolean {
  return alert.account === rule.account && alert.ruleId === rule.ruleId;
}
