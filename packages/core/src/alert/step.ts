import type { AlertLevel } from '../rule/rule.ts';
import { forgetAcknowledgement, isAcknowledged } from './acknowledgement.ts';
import type { AlertState, DecidingWindow, NotifiedLevel, Transition, TransitionReason } from './alert.ts';
import { alertOf, isMissing, known, namedCounters, presentLevel, seriesOf } from './alert-of.ts';
import { awaitOpening, effectiveAt } from './deadlines.ts';
import { type DueDecision, type DueInput, decideDue } from './due.ts';
import type { AlertEffect, HoldReason, NotificationIntent, NotificationReason, SuppressionReason } from './effect.ts';
import { transIdOf } from './ids.ts';
import { lowestLevel } from './levels.ts';
import type { Position } from './log-record.ts';
import { buildNotification } from './notification.ts';
import type { Pair } from './pair.ts';
import { isSilenced } from './silences.ts';
import type { Fold } from './state.ts';

/** One entry being folded: its effects are collected here. */
export interface Folding {
  readonly fold: Fold;
  readonly position: Position;
  readonly effects: AlertEffect[];
}

/** What is known about one alert at one moment, before it is asked whether a notification is due. */
export interface Step {
  /** Event time of the decision, ms. */
  readonly at: number;
  /** The change of state or level; null when there is none. */
  readonly change: { readonly state: AlertState; readonly level: AlertLevel; readonly reason: TransitionReason } | null;
  readonly window: DecidingWindow | null;
  /** True when the window held a value that decided: it gives the notification its time. */
  readonly valued: boolean;
  /** True at an evaluated window that breaches a level: the only time for a repeat. */
  readonly breaching: boolean;
}

/** The step of an alert that only asks whether a notification was left waiting. */
export const reconcileAt = (at: number): Step => ({ at, change: null, window: null, valued: false, breaching: false });

/**
 * Takes an alert one step on: changes it, decides what is due, and records the effect when there is one.
 *
 * The trans id is born with the trigger and dies when `OK` is settled: notified, switched off, or owed to nobody. An
 * `OK` that waits for the interval or a silence keeps it, and an alert that returns meanwhile goes on under it, because
 * to the receiver it never ended.
 */
export function takeStep(folding: Folding, pair: Pair, step: Step): void {
  const { fold } = folding;
  const from = { state: pair.state, level: pair.level, missing: isMissing(pair) };
  if (step.change !== null) applyChange(folding, pair, step);
  const repeatDue = step.breaching && isRepeatDue(pair, step.at - fold.skew);
  const isDue = repeatDue || presentLevel(pair) !== pair.notifiedLevel;
  const decision = decideDue({
    now: presentLevel(pair),
    notified: pair.notifiedLevel,
    changed: step.change !== null,
    initial: from.state === 'INSUFFICIENT_DATA' && !from.missing,
    sendOk: pair.watch.rule.sendOk,
    held: isDue ? heldBy(fold, pair, step.at) : null,
    acknowledged: repeatDue && isAcknowledged(fold, pair),
    repeatDue,
    repeatHeld: pair.repeatHeld,
  });
  const transition = transitionOf(pair, step, from);
  const notification = decision.kind === 'notify' ? notificationOf(pair, step, decision.reason) : null;
  afterDecision(fold, pair, step, decision);
  if (decision.kind === 'nothing' && step.change === null) return;
  record(folding, pair, {
    ended: false,
    at: step.at,
    transition,
    notification,
    suppressed: decision.kind === 'suppress' ? decision.reason : null,
  });
}

function heldBy(fold: Fold, pair: Pair, at: number): DueInput['held'] {
  if (isSilenced(fold, pair, at)) return 'silenced';
  return effectiveAt(fold, pair.watch, at) ? null : 'outside_interval';
}

function applyChange(folding: Folding, pair: Pair, step: Step): void {
  const { change, at } = step;
  if (change === null) return;
  pair.state = change.state;
  pair.level = change.level;
  pair.since = at;
  pair.repeatHeld = null;
  forgetAcknowledgement(folding.fold, pair.alertId);
  if (change.state === 'OK' || pair.transId !== null) return;
  const { fold, position } = folding;
  const place = { position, windowEnd: step.window?.end ?? at };
  pair.transId = transIdOf(fold.options.digest, pair.watch.ruleId, seriesOf(fold, pair), place);
  pair.triggeredAt = timestampOf(step);
}

function isRepeatDue(pair: Pair, logTime: number): boolean {
  const { silenceTime } = pair.watch.rule;
  if (silenceTime === null || pair.level === 'OK') return false;
  return logTime - pair.notifiedAt >= silenceTime * 1000;
}

function transitionOf(pair: Pair, step: Step, from: { state: AlertState; level: AlertLevel }): Transition | null {
  if (step.change === null) return null;
  return {
    fromState: from.state,
    toState: pair.state,
    fromLevel: from.level,
    toLevel: pair.level,
    reason: step.change.reason,
    at: step.at,
    value: known(pair.value),
    window: step.window,
    counters: namedCounters(pair.watch.plans, pair.counters),
    ruleVersion: pair.watch.rule.version,
    transId: pair.transId,
  };
}

function timestampOf(step: Step): number {
  return step.valued && step.window !== null ? step.window.end : step.at;
}

/** What a channel needs to word the alert as it is now; `reason` says why it goes out. */
function notificationOf(pair: Pair, step: Step, reason: NotificationReason): NotificationIntent {
  return buildNotification({
    reason,
    alertState: pair.state,
    triggerLevel: triggerLevelOf(pair),
    preTriggerLevel: pair.preTriggerLevel,
    curValue: isMissing(pair) ? null : known(pair.value),
    transId: pair.transId,
    timestamp: reason === 'catch_up' ? step.at : timestampOf(step),
    triggeredAt: known(pair.triggeredAt),
    plans: pair.watch.plans,
    rule: pair.watch.rule,
  });
}

/** Missing data is reported under the level it hides, or under the rule's lowest when nothing was wrong. */
function triggerLevelOf(pair: Pair): AlertLevel {
  return isMissing(pair) && pair.level === 'OK' ? lowestLevel(pair.watch.plans) : pair.level;
}

function afterDecision(fold: Fold, pair: Pair, step: Step, decision: DueDecision): void {
  const now: NotifiedLevel = presentLevel(pair);
  if (decision.kind === 'notify') {
    pair.preTriggerLevel = triggerLevelOf(pair);
    pair.notifiedLevel = now;
    pair.notifiedAt = step.at - fold.skew;
    pair.repeatHeld = null;
  } else if (decision.kind === 'suppress') {
    if (decision.reason === 'send_ok_off') pair.notifiedLevel = 'OK';
    else if (now === pair.notifiedLevel && isHold(decision.reason)) pair.repeatHeld = decision.reason;
  }
  // Also where a silence is what holds it: when that ends, the interval may hold it on.
  if (now !== pair.notifiedLevel) awaitOpening(fold, pair.watch, step.at);
  if (pair.state === 'OK' && pair.notifiedLevel === 'OK') forgetIncident(pair);
}

function isHold(reason: SuppressionReason): reason is HoldReason {
  return reason === 'silenced' || reason === 'acknowledged' || reason === 'outside_interval';
}

export function forgetIncident(pair: Pair): void {
  pair.transId = null;
  pair.triggeredAt = Number.NaN;
  pair.preTriggerLevel = null;
}

/** Adds an effect that shows the pair as it is now. */
export function record(
  folding: Folding,
  pair: Pair,
  step: Pick<AlertEffect, 'ended' | 'transition' | 'notification' | 'suppressed'> & { readonly at: number },
): void {
  const { fold, effects } = folding;
  const { at, ...rest } = step;
  if (rest.transition !== null) fold.counts.transitions++;
  effects.push({ alert: alertOf(fold, pair), index: effects.length, logTime: at - fold.skew, ...rest });
}
