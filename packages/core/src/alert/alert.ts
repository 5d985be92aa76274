import type { Dimensions } from '../metric/dimensions.ts';
import type { AlertLevel, Level } from '../rule/rule.ts';

/** `INSUFFICIENT_DATA` is where every alert starts, and what missing data leads to under that policy. */
export const ALERT_STATES = ['OK', 'ALERT', 'INSUFFICIENT_DATA'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

/** Consecutive breaching evaluations per level; a level the rule lacks is absent. */
export type LevelCounters = Readonly<Partial<Record<Level, number>>>;

/** What was last notified: a level, or that data is missing. Due is the difference to the present (semantics.md). */
export type NotifiedLevel = AlertLevel | 'INSUFFICIENT_DATA';

/** The live state of one (rule, resource), as committed with each change (design.md §1). */
export interface Alert {
  /** Hash of (account, ruleId, dimensions): the same for as long as rule and resource keep their names. */
  readonly alertId: string;
  readonly account: string;
  readonly ruleId: string;
  readonly ruleVersion: number;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Dimensions;
  readonly instanceName: string | null;
  readonly state: AlertState;
  readonly level: AlertLevel;
  /** Event time, ms, of the last change of state or level. */
  readonly since: number;
  /** Event time, ms, of the trigger that `transId` names: the end of the window that triggered. Null as `transId` is. */
  readonly triggeredAt: number | null;
  /**
   * UUIDv8, from trigger to clear. Clear means that `OK` was notified, or is owed to nobody: an `OK` that waits for the
   * effective interval still has it, and so has an alert that returns meanwhile. Null when there is nothing to clear.
   */
  readonly transId: string | null;
  readonly counters: LevelCounters;
  /** Empty windows in a row. */
  readonly emptyWindows: number;
  readonly notifiedLevel: NotifiedLevel;
  /** `triggerLevel` of the previous notification with this `transId`; null before the first, and as `transId` is. */
  readonly preTriggerLevel: AlertLevel | null;
  /** Log time, ms, of the last notification; null before the first. */
  readonly notifiedAt: number | null;
  /** The last decided value; null when the last window was empty or none has closed. */
  readonly value: number | null;
}

/** Why an alert changed: stored with the transition, shown to people, never parsed. Stable names. */
export const TRANSITION_REASONS = [
  'first_value', // INSUFFICIENT_DATA → OK at the first value inside the thresholds
  'threshold_reached', // a level's counter reached `times`
  'level_raised',
  'level_lowered', // the present level no longer holds, a lower one does
  'threshold_cleared', // the value breaches no level
  'no_data', // policy INSUFFICIENT_DATA after `noDataPeriods` empty windows
  'no_data_ok', // policy OK: an empty window counts as not breaching
  'data_returned', // a value inside the thresholds (or below `times`) after INSUFFICIENT_DATA
  'rule_deleted',
  'rule_disabled',
  'resource_unselected',
  'dismissed',
  'series_expired', // in order, and without a sample for so long that the series left memory
] as const;
export type TransitionReason = (typeof TRANSITION_REASONS)[number];

/** The window that decided, event time ms, [start, end). Null where no window decided (delete, dismiss). */
export interface DecidingWindow {
  readonly start: number;
  readonly end: number;
}

/** A change of an alert's state or level, with what caused it; enough to answer "why" from what is stored (semantics.md). */
export interface Transition {
  readonly fromState: AlertState;
  readonly toState: AlertState;
  readonly fromLevel: AlertLevel;
  readonly toLevel: AlertLevel;
  readonly reason: TransitionReason;
  /** Event time, ms, of the decision: end of window + grace, or the log's time for a rule change. */
  readonly at: number;
  readonly value: number | null;
  readonly window: DecidingWindow | null;
  readonly counters: LevelCounters;
  readonly ruleVersion: number;
  readonly transId: string | null;
}
