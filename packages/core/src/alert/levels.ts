import { type Statistic, WHOLE_WINDOW_STATISTICS } from '../metric/statistic.ts';
import {
  type AlertLevel,
  type ComparisonOperator,
  escalationsOf,
  LEVELS,
  type Level,
  type Rule,
} from '../rule/rule.ts';
import type { AlertState, TransitionReason } from './alert.ts';

/** One escalation of a rule, made ready for evaluation. */
export interface LevelPlan {
  readonly level: Level;
  /** Index of the level in LEVELS, and of its counter. */
  readonly index: number;
  readonly statistic: Statistic;
  readonly operator: ComparisonOperator;
  readonly threshold: number;
  readonly times: number;
  /** True when a window seen in part gives this statistic no value. */
  readonly wholeOnly: boolean;
}

/** Highest level first. */
export function levelPlans(rule: Pick<Rule, 'escalations'>): LevelPlan[] {
  return escalationsOf(rule).map(([level, escalation]) => ({
    level,
    index: LEVELS.indexOf(level),
    statistic: escalation.statistics,
    operator: escalation.comparisonOperator,
    threshold: escalation.threshold,
    times: escalation.times,
    wholeOnly: WHOLE_WINDOW_STATISTICS.has(escalation.statistics),
  }));
}

export function breaches(value: number, operator: ComparisonOperator, threshold: number): boolean {
  switch (operator) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= threshold;
    case 'LessThanThreshold':
      return value < threshold;
    case 'EqualToThreshold':
      return value === threshold;
    case 'NotEqualToThreshold':
      return value !== threshold;
    default:
      return operator satisfies never;
  }
}

/** Where an alert stands: what one evaluation starts from and arrives at. */
export interface LevelState {
  readonly state: AlertState;
  readonly level: AlertLevel;
  /** By the index of LEVELS. */
  readonly counters: readonly number[];
}

export interface Verdict extends LevelState {
  /** Why state or level changed; null when neither did. */
  readonly reason: TransitionReason | null;
  /** True when the value breaches at least one level. */
  readonly breaching: boolean;
}

/**
 * What one non-empty window makes of an alert (semantics.md, From window to level).
 * `values` are rounded, one per plan; NaN where the window gives that statistic no value, which leaves its counter
 * alone and, because nobody looked, rules out `OK`. Missing data stays the state until a value decides: inside every
 * threshold, at a reached level, or still breaching after an alert that never cleared.
 *
 * `settled` is true once missing data was the decided state, false for an alert that never had a value.
 */
export function decideLevel(
  plans: readonly LevelPlan[],
  values: readonly number[],
  before: LevelState & { readonly settled: boolean },
): Verdict {
  let counters = before.counters;
  let breaching = false;
  let observed = true;
  let reached: Level | null = null;
  for (let i = 0; i < plans.length; i++) {
    const plan = plans[i] as LevelPlan;
    const value = values[i] as number;
    let count = counters[plan.index] as number;
    if (Number.isNaN(value)) observed = false;
    else {
      const breach = breaches(value, plan.operator, plan.threshold);
      if (breach) breaching = true;
      const counted = breach ? count + 1 : 0;
      if (counted !== count) counters = counters.with(plan.index, counted);
      count = counted;
    }
    if (reached === null && count >= plan.times) reached = plan.level;
  }
  const clear = observed && !breaching;
  const level: AlertLevel = reached ?? (clear ? 'OK' : before.level);
  let state = before.state;
  if (reached !== null || (level !== 'OK' && breaching)) state = 'ALERT';
  else if (clear) state = 'OK';
  return {
    state,
    level,
    counters,
    breaching,
    reason: reasonOf({ ...before, toState: state, toLevel: level, reached }),
  };
}

function reasonOf(step: {
  readonly state: AlertState;
  readonly level: AlertLevel;
  readonly settled: boolean;
  readonly toState: AlertState;
  readonly toLevel: AlertLevel;
  readonly reached: Level | null;
}): TransitionReason | null {
  if (step.toState === step.state && step.toLevel === step.level) return null;
  if (step.state === 'INSUFFICIENT_DATA') {
    if (step.reached !== null) return 'threshold_reached';
    return step.settled ? 'data_returned' : 'first_value';
  }
  if (step.toLevel === 'OK') return 'threshold_cleared';
  if (step.level === 'OK') return 'threshold_reached';
  return LEVELS.indexOf(step.toLevel) < LEVELS.indexOf(step.level as Level) ? 'level_raised' : 'level_lowered';
}

/** The lowest level a rule has: what missing data is reported as when nothing was wrong before. */
export function lowestLevel(plans: readonly LevelPlan[]): AlertLevel {
  return plans.at(-1)?.level ?? 'OK';
}
