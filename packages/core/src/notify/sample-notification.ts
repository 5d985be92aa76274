import type { Alert } from '../alert/alert.ts';
import type { NotificationIntent } from '../alert/effect.ts';
import { expressionOf } from '../alert/expression.ts';
import { levelPlans } from '../alert/levels.ts';
import type { Dimensions } from '../metric/dimensions.ts';
import { STATISTICS, type Statistic } from '../metric/statistic.ts';
import { isObject } from '../metric/text-size.ts';
import {
  COMPARISON_OPERATORS,
  type ComparisonOperator,
  type Escalation,
  escalationsOf,
  type Rule,
} from '../rule/rule.ts';

/**
 * A notification for a test send: that of an alert which has just been triggered. It is about the rule that somebody is
 * writing, as far as it can be understood, and where it cannot, about the documented sample; a rule that is not finished
 * is when a test is wanted most, so nothing in it is refused.
 */
export interface SampleContext {
  readonly account: string;
  /** Wall clock, ms. */
  readonly now: number;
  readonly alertId: string;
  readonly transId: string;
}

const TEXT_MAX = 255;
const PAIRS_MAX = 64;
const SAMPLE_ESCALATION: Escalation = {
  statistics: 'Average',
  comparisonOperator: 'GreaterThanOrEqualToThreshold',
  threshold: 95,
  times: 3,
};
const SAMPLE_VALUE = 97.39;

export function sampleNotification(
  written: unknown,
  { account, now, alertId, transId }: SampleContext,
): { readonly alert: Alert; readonly intent: NotificationIntent } {
  const rule = sampleRule(isObject(written) ? written : {}, account);
  const [[level, { comparisonOperator, threshold }] = ['WARN', SAMPLE_ESCALATION] as const] = escalationsOf(rule);
  const isDocumented = comparisonOperator === SAMPLE_ESCALATION.comparisonOperator && threshold === 95;
  const value = isDocumented ? SAMPLE_VALUE : breaching(comparisonOperator, threshold);
  const alert: Alert = {
    ...{ alertId, account, ruleId: rule.ruleId, ruleVersion: rule.version },
    ...{ namespace: rule.namespace, metricName: rule.metricName, instanceName: null },
    dimensions: rule.resources[0] ?? { userId: account, instanceId: 'i-test' },
    ...{ state: 'ALERT', level, since: now, triggeredAt: now, transId, counters: {}, emptyWindows: 0 },
    ...{ notifiedLevel: level, preTriggerLevel: null, notifiedAt: null, value },
  };
  const intent: NotificationIntent = {
    ...{ reason: 'transition', alertState: 'ALERT', triggerLevel: level, preTriggerLevel: null, curValue: value },
    ...{ expression: expressionOf(levelPlans(rule), level), transId, timestamp: now, lastTimeMs: 0, rule },
  };
  return { alert, intent };
}

type Fields = Readonly<Record<string, unknown>>;

function sampleRule(written: Fields, account: string): Rule {
  const resources = Array.isArray(written.resources) ? written.resources.map(pairsOf) : [];
  return {
    ...{ account, version: 1, enabled: true, webhook: null, callbackProfile: null, contactGroups: [] },
    ruleId: textOf(written.ruleId, 'test'),
    ruleName: textOf(written.ruleName, 'Test of Cloudbell'),
    namespace: textOf(written.namespace, 'acs_ecs'),
    metricName: textOf(written.metricName, 'Host.mem.usedutilization'),
    resources: resources.filter((pairs) => Object.keys(pairs).length > 0),
    escalations: escalationsIn(written.escalations),
    labels: pairsOf(written.labels),
    ...{ period: 60, silenceTime: null, sendOk: true, grace: 10, effectiveInterval: '00:00-23:59' },
    ...{ noDataPolicy: 'KEEP_LAST_STATE', noDataPeriods: null },
  };
}

function escalationsIn(written: unknown): Rule['escalations'] {
  const fields: Fields = isObject(written) ? written : {};
  const read = {
    critical: escalationIn(fields.critical),
    warn: escalationIn(fields.warn),
    info: escalationIn(fields.info),
  };
  return Object.values(read).every((each) => each === undefined) ? { warn: SAMPLE_ESCALATION } : read;
}

function escalationIn(written: unknown): Escalation | undefined {
  if (!isObject(written)) return undefined;
  const { statistics, comparisonOperator, threshold } = written;
  if (!(STATISTICS as readonly unknown[]).includes(statistics)) return undefined;
  if (typeof comparisonOperator !== 'string' || !Object.hasOwn(COMPARISON_OPERATORS, comparisonOperator))
    return undefined;
  if (typeof threshold !== 'number' || !Number.isFinite(threshold)) return undefined;
  return {
    statistics: statistics as Statistic,
    comparisonOperator: comparisonOperator as ComparisonOperator,
    threshold,
    times: 1,
  };
}

/** A value that breaches, as near as can be. */
function breaching(operator: ComparisonOperator, threshold: number): number {
  switch (operator) {
    case 'GreaterThanThreshold':
    case 'NotEqualToThreshold':
      return threshold + 1;
    case 'LessThanThreshold':
      return threshold - 1;
    case 'GreaterThanOrEqualToThreshold':
    case 'LessThanOrEqualToThreshold':
    case 'EqualToThreshold':
      return threshold;
    default:
      return operator satisfies never;
  }
}

const textOf = (value: unknown, otherwise: string): string =>
  typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, TEXT_MAX) : otherwise;

function pairsOf(value: unknown): Dimensions {
  if (!isObject(value)) return {};
  const pairs = Object.entries(value).filter(([name, each]) => name !== '' && typeof each === 'string');
  return Object.fromEntries(pairs.slice(0, PAIRS_MAX).map(([name, each]) => [name, (each as string).slice(0, 1024)]));
}
