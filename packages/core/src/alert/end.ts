import type { Rule } from '../rule/rule.ts';
import { forgetAcknowledgement } from './acknowledgement.ts';
import type { Alert, TransitionReason } from './alert.ts';
import { alertOf } from './alert-of.ts';
import { dropWindowsAfter } from './close.ts';
import { cancelOpening, forgetPair, scheduleClose } from './deadlines.ts';
import type { NotificationIntent } from './effect.ts';
import { findAlert } from './find-alert.ts';
import { levelPlans } from './levels.ts';
import { buildNotification } from './notification.ts';
import { keepNumbers } from './number-list.ts';
import { Pair } from './pair.ts';
import { ALIVE, FLAGS, ROW_WORDS } from './pair-table.ts';
import { eventTime, type Fold, type Watch } from './state.ts';
import type { Folding } from './step.ts';

/** Why alerts end other than by recovering. */
export type EndReason = Extract<
  TransitionReason,
  'rule_deleted' | 'rule_disabled' | 'resource_unselected' | 'dismissed' | 'series_expired'
>;

export interface Ending {
  readonly reason: EndReason;
  /** The version whose name and callback a last notification carries; null when the fold does not know the rule. */
  readonly rule: Rule | null;
  readonly version: number;
  /** Send a last OK to whom the alert was notified (`?close=notify`). */
  readonly closeNotify: boolean;
}

/** Ends a live pair: its windows go, and its row when it has one. Taking it off its watch is left to {@link delist}. */
export function endPair(folding: Folding, pair: Pair, ending: Ending): void {
  const { fold } = folding;
  dropWindowsAfter(fold, pair, Number.NEGATIVE_INFINITY);
  pair.alive = false;
  fold.counts.pairs--;
  if (pair.alertId !== null) endAlert(folding, alertOf(fold, pair), ending);
}

/** A live pair goes and its alert stays, for the next pair of the same rule and resource to take up. */
export function setAside(fold: Fold, pair: Pair): void {
  const alert = alertOf(fold, pair);
  dropWindowsAfter(fold, pair, Number.NEGATIVE_INFINITY);
  pair.alive = false;
  fold.counts.pairs--;
  fold.adopted.set(alert.alertId, alert);
}

/** Takes pairs that are no longer alive off the list of their watch. */
export function delist(fold: Fold, watch: Watch): void {
  const { words } = fold.pairs.rows;
  keepNumbers(watch.alive, (pair) => ((words[pair * ROW_WORDS + FLAGS] as number) & ALIVE) !== 0);
  if (watch.alive.count > 0) return;
  cancelOpening(watch);
  scheduleClose(fold, watch);
}

/** Ends committed alerts of a rule that no pair stands for yet. */
export function endAdopted(folding: Folding, matches: (alert: Alert) => boolean, ending: Ending): void {
  const { adopted } = folding.fold;
  for (const alert of [...adopted.values()]) {
    if (!matches(alert)) continue;
    adopted.delete(alert.alertId);
    endAlert(folding, alert, ending);
  }
}

function endAlert(folding: Folding, alert: Alert, ending: Ending): void {
  const { fold, effects } = folding;
  const { reason } = ending;
  const at = eventTime(fold);
  const closes = ending.closeNotify && ending.rule !== null && alert.notifiedLevel !== 'OK';
  const notification = closes && ending.rule !== null ? closedNotification(alert, ending.rule, at) : null;
  fold.counts.transitions++;
  forgetAcknowledgement(fold, alert.alertId);
  effects.push({
    alert: endedAlert(alert, { at, logTime: fold.logTime, version: ending.version, notified: notification !== null }),
    ended: true,
    index: effects.length,
    logTime: fold.logTime,
    transition: {
      fromState: alert.state,
      toState: 'OK',
      fromLevel: alert.level,
      toLevel: 'OK',
      reason,
      at,
      value: null,
      window: null,
      counters: alert.counters,
      ruleVersion: ending.version,
      transId: alert.transId,
    },
    notification,
    suppressed: notification === null ? reason : null,
  });
}

function endedAlert(
  alert: Alert,
  end: { readonly at: number; readonly logTime: number; readonly version: number; readonly notified: boolean },
): Alert {
  return {
    ...alert,
    ruleVersion: end.version,
    state: 'OK',
    level: 'OK',
    since: end.at,
    triggeredAt: null,
    transId: null,
    notifiedLevel: end.notified ? 'OK' : alert.notifiedLevel,
    preTriggerLevel: null,
    notifiedAt: end.notified ? end.logTime : alert.notifiedAt,
  };
}

function closedNotification(alert: Alert, rule: Rule, at: number): NotificationIntent {
  return buildNotification({
    reason: 'closed',
    alertState: 'OK',
    triggerLevel: 'OK',
    preTriggerLevel: alert.preTriggerLevel,
    curValue: null,
    transId: alert.transId,
    timestamp: at,
    triggeredAt: alert.triggeredAt,
    plans: levelPlans(rule),
    rule,
  });
}

/** Ends the alert of a vanished resource; its pair comes to life again with the next sample. */
export function dismiss(folding: Folding, alertId: string): void {
  const { fold } = folding;
  for (const watch of fold.watches.values()) {
    const number = findAlert(fold, watch, alertId);
    if (number === -1) continue;
    const pair = new Pair(fold, number);
    const { rule } = watch;
    endPair(folding, pair, { reason: 'dismissed', rule, version: rule.version, closeNotify: false });
    delist(fold, watch);
    forgetPair(fold, pair);
    return;
  }
  const alert = fold.adopted.get(alertId);
  if (alert === undefined) return;
  const ending: Ending = { reason: 'dismissed', rule: null, version: alert.ruleVersion, closeNotify: false };
  endAdopted(folding, (other) => other === alert, ending);
}
