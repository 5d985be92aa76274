import { describe, expect, it } from 'vitest';
import { breaches } from '../alert/levels.ts';
import { COMPARISON_OPERATORS, type ComparisonOperator } from '../rule/rule.ts';
import { sampleNotification } from './sample-notification.ts';

// Goal: a test can be sent from a rule in any state of being written; what is understood of it is in the sample.

const CONTEXT = { account: '12', now: 1_700_000_000_000, alertId: 'a', transId: 't' };
const warn = (comparisonOperator: string, threshold: unknown) => ({
  escalations: { warn: { statistics: 'Maximum', comparisonOperator, threshold, times: 3 } },
});

describe('nothing of a rule, or nothing that can be understood: the documented sample', () => {
  it.each([
    ['absent', undefined],
    ['null', null],
    ['a text', 'rule'],
    ['a list', []],
    ['empty', {}],
    ['of wrong types', { ruleName: 1, namespace: ' ', resources: 'all', escalations: [], labels: 3 }],
    ['a threshold that is no number yet', warn('GreaterThanThreshold', 'much')],
    ['an operator that does not exist', warn('Bigger', 1)],
    ['a name every object has', warn('toString', 1)],
  ])('%s', (_, rule) => {
    const { alert, intent } = sampleNotification(rule, CONTEXT);
    expect(alert).toMatchObject({ ruleId: 'test', namespace: 'acs_ecs', metricName: 'Host.mem.usedutilization' });
    expect(alert.dimensions).toEqual({ userId: '12', instanceId: 'i-test' });
    expect(intent).toMatchObject({ triggerLevel: 'WARN', preTriggerLevel: null, alertState: 'ALERT', curValue: 97.39 });
    expect(intent.expression).toBe('$Average>=95');
    expect(intent.rule.ruleName).toBe('Test of Cloudbell');
  });
});

it('what is understood is in it, beside what is not', () => {
  const { alert, intent } = sampleNotification(
    {
      ruleId: 'mem',
      ruleName: ' Memory ',
      namespace: 'n',
      metricName: 'm',
      resources: [{}, { instanceId: 'i-12', disk: 7 }],
      escalations: { critical: { threshold: null }, warn: warn('LessThanThreshold', 5).escalations.warn },
      labels: { team: 'web' },
      period: 'soon',
    },
    CONTEXT,
  );
  expect(alert).toMatchObject({ ruleId: 'mem', namespace: 'n', metricName: 'm', dimensions: { instanceId: 'i-12' } });
  expect(intent).toMatchObject({ triggerLevel: 'WARN', expression: '$Maximum<5', curValue: 4 });
  expect(intent.rule).toMatchObject({ ruleName: 'Memory', labels: { team: 'web' } });
});

it.each(Object.keys(COMPARISON_OPERATORS))('%s: the value breaches', (operator) => {
  const { intent } = sampleNotification(warn(operator, 50), CONTEXT);
  expect(breaches(intent.curValue ?? Number.NaN, operator as ComparisonOperator, 50)).toBe(true);
});
