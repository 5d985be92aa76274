import type { SeriesDefinition } from '../metric/series.ts';
import { LEVELS } from '../rule/rule.ts';
import type { Alert, LevelCounters, NotifiedLevel } from './alert.ts';
import { alertIdOf } from './ids.ts';
import type { LevelPlan } from './levels.ts';
import type { Pair } from './pair.ts';
import { seriesAt } from './series-table.ts';
import type { Fold } from './state.ts';

/** The alert of a pair as others see it: named fields, null for what is not known. */
export function alertOf(fold: Fold, pair: Pair): Alert {
  const { watch } = pair;
  const series = seriesOf(fold, pair);
  let { alertId } = pair;
  if (alertId === null) {
    alertId = alertIdOf(fold.options.digest, watch.ruleId, series);
    pair.alertId = alertId;
  }
  return {
    alertId,
    account: watch.account,
    ruleId: watch.ruleId,
    ruleVersion: watch.rule.version,
    namespace: series.namespace,
    metricName: series.metricName,
    dimensions: series.dimensions,
    instanceName: series.instanceName,
    state: pair.state,
    level: pair.level,
    since: pair.since,
    triggeredAt: known(pair.triggeredAt),
    transId: pair.transId,
    counters: namedCounters(watch.plans, pair.counters),
    emptyWindows: pair.emptyWindows,
    notifiedLevel: pair.notifiedLevel,
    preTriggerLevel: pair.preTriggerLevel,
    notifiedAt: known(pair.notifiedAt),
    value: known(pair.value),
  };
}

/** Puts a committed alert in place of what the fold made of it. */
export function restoreAlert(pair: Pair, alert: Alert): void {
  pair.alertId = alert.alertId;
  pair.state = alert.state;
  pair.level = alert.level;
  pair.since = alert.since;
  pair.triggeredAt = alert.triggeredAt ?? Number.NaN;
  pair.transId = alert.transId;
  pair.counters = LEVELS.map((level) => alert.counters[level] ?? 0);
  pair.emptyWindows = alert.emptyWindows;
  pair.notifiedLevel = alert.notifiedLevel;
  pair.preTriggerLevel = alert.preTriggerLevel;
  pair.notifiedAt = alert.notifiedAt ?? Number.NaN;
  pair.value = alert.value ?? Number.NaN;
}

/** True while missing data is what was decided, not merely where every alert starts: only a decision gives a transId. */
export function isMissing(pair: Pick<Pair, 'state' | 'transId'>): boolean {
  return pair.state === 'INSUFFICIENT_DATA' && pair.transId !== null;
}

/** What would be notified of the alert now. */
export function presentLevel(pair: Pair): NotifiedLevel {
  return isMissing(pair) ? 'INSUFFICIENT_DATA' : pair.level;
}

export function seriesOf(fold: Fold, pair: Pair): SeriesDefinition {
  return seriesAt(fold.series, pair.seriesId);
}

export function namedCounters(plans: readonly LevelPlan[], counters: readonly number[]): LevelCounters {
  return Object.fromEntries(plans.map((plan) => [plan.level, counters[plan.index] ?? 0]));
}

export function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
