import type { AlertLevel, Rule } from '../rule/rule.ts';
import type { Alert, AlertState, Transition } from './alert.ts';

/** Why a notification goes out. */
export const NOTIFICATION_REASONS = ['transition', 'repeat', 'catch_up', 'closed'] as const;
export type NotificationReason = (typeof NOTIFICATION_REASONS)[number];

/** Why none does. Stored with the transition, or on its own for a repeat that was held back. */
export const SUPPRESSION_REASONS = [
  'outside_interval',
  'silenced',
  'repeat_not_due', // nothing produces it: docs/adr/0003
  'acknowledged', // a repeat of an alert that somebody knows about
  'repeat_not_due',
  'send_ok_off',
  'no_endpoint', // the rule names no callback and no contact that has one
  'initial_ok', // an alert starts unknown; finding it in order is no news
  'never_notified', // what is now is what was last notified: it came and went unseen, a level in between included
  'rule_edited', // nothing produces it yet: an edit leaves an alert to its next evaluation, or ends it as below
  'rule_deleted',
  'rule_disabled',
  'resource_unselected',
  'dismissed',
  'series_expired',
] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

/** Those that only delay. */
export type HoldReason = Extract<SuppressionReason, 'outside_interval' | 'silenced' | 'acknowledged'>;

/** A notification that is due: everything a channel needs to word it, frozen at the decision (semantics.md, Callback fields). */
export interface NotificationIntent {
  readonly reason: NotificationReason;
  /** `alertState` of the callback. */
  readonly alertState: AlertState;
  readonly triggerLevel: AlertLevel;
  readonly preTriggerLevel: AlertLevel | null;
  /** Rounded to 12 significant digits; null when no value decided. */
  readonly curValue: number | null;
  /** `$Average>=95`; on OK the level's that is cleared; null when there is none. */
  readonly expression: string | null;
  readonly transId: string | null;
  /** ms: end of the deciding window, or event time for no-data and catch-up. */
  readonly timestamp: number;
  /** ms from trigger to `timestamp`. */
  readonly lastTimeMs: number;
  /** The rule version in force at the decision: names, callback and groups are taken from here. */
  readonly rule: Rule;
}

/** One step of one alert, in the order it happened: what commit must write in one transaction. */
export interface AlertEffect {
  /** The alert after the step. */
  readonly alert: Alert;
  /** True when the alert ends with this step (deleted, disabled, unselected, dismissed, expired): its live row goes away. */
  readonly ended: boolean;
  /** Grows by one with each effect of one entry: (position, index) identifies the step for ever. */
  readonly index: number;
  /** Log time, ms, of the step. */
  readonly logTime: number;
  readonly transition: Transition | null;
  readonly notification: NotificationIntent | null;
  /** Set exactly when `notification` is null. */
  readonly suppressed: SuppressionReason | null;
}
