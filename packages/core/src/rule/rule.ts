import type { Dimensions } from '../metric/dimensions.ts';
import type { Statistic } from '../metric/statistic.ts';

/** The three levels a rule can escalate to, highest first. */
export const LEVELS = ['CRITICAL', 'WARN', 'INFO'] as const;
export type Level = (typeof LEVELS)[number];
/** What an alert's level can be: one of the three, or `OK` for none. */
export type AlertLevel = Level | 'OK';

export const COMPARISON_OPERATORS = {
  GreaterThanOrEqualToThreshold: '>=',
  GreaterThanThreshold: '>',
  LessThanOrEqualToThreshold: '<=',
  LessThanThreshold: '<',
  EqualToThreshold: '==',
  NotEqualToThreshold: '!=',
} as const;
export type ComparisonOperator = keyof typeof COMPARISON_OPERATORS;

export const NO_DATA_POLICIES = ['KEEP_LAST_STATE', 'INSUFFICIENT_DATA', 'OK'] as const;
export type NoDataPolicy = (typeof NO_DATA_POLICIES)[number];

export const CALLBACK_PROFILES = ['classic', 'extended', 'json'] as const;
export type CallbackProfile = (typeof CALLBACK_PROFILES)[number];

/** One level's condition; all four fields are required (reference/cloudmonitor.md §3.1). */
export interface Escalation {
  readonly statistics: Statistic;
  readonly comparisonOperator: ComparisonOperator;
  readonly threshold: number;
  /** Consecutive breaching periods before the level is reached, at least 1. */
  readonly times: number;
}

/** An alert rule, complete: every default is filled in, every field validated. */
export interface Rule {
  readonly account: string;
  readonly ruleId: string;
  /** 1 for the first write; grows by one with each change, deletion included. */
  readonly version: number;
  readonly ruleName: string;
  readonly enabled: boolean;
  readonly namespace: string;
  readonly metricName: string;
  /** A series is watched when it contains all pairs of one of these; `[]` watches every resource. */
  readonly resources: readonly Dimensions[];
  /** Window length in s. */
  readonly period: number;
  readonly escalations: {
    readonly critical?: Escalation | undefined;
    readonly warn?: Escalation | undefined;
    readonly info?: Escalation | undefined;
  };
  /** The HTTP callback, or null. */
  readonly webhook: string | null;
  /** Body of the callback; null takes the deployment's `--callback-profile`. */
  readonly callbackProfile: CallbackProfile | null;
  readonly contactGroups: readonly string[];
  /** s between repeats while an alert stays; null never repeats. */
  readonly silenceTime: number | null;
  readonly sendOk: boolean;
  /** s a window stays open after its end. */
  readonly grace: number;
  /** `HH:MM-HH:MM`, end minute included, in the account's time zone. */
  readonly effectiveInterval: string;
  readonly noDataPolicy: NoDataPolicy;
  /** Empty windows in a row before INSUFFICIENT_DATA; null takes the largest `times`. */
  readonly noDataPeriods: number | null;
  readonly labels: Readonly<Record<string, string>>;
}

/** The escalations of a rule as [level, escalation] pairs, highest level first. */
export function escalationsOf(rule: Pick<Rule, 'escalations'>): [Level, Escalation][] {
  const { critical, warn, info } = rule.escalations;
  const all: [Level, Escalation | undefined][] = [
    ['CRITICAL', critical],
    ['WARN', warn],
    ['INFO', info],
  ];
  return all.filter((pair): pair is [Level, Escalation] => pair[1] !== undefined);
}
