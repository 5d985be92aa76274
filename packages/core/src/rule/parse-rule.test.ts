import { expect, test } from 'vitest';
import { ERROR_CODES } from '../contract/error-codes.ts';
import type { Problem } from '../contract/problem.ts';
import { ruleInput } from '../contract/rule.ts';
import { parseRule } from './parse-rule.ts';

const warn = { statistics: 'Average', comparisonOperator: 'GreaterThanOrEqualToThreshold', threshold: 95, times: 3 };
const good = { namespace: 'acs_ecs', metricName: 'Host.mem.usedutilization', period: 60, escalations: { warn } };
const forbidden: Problem = { code: 'rule_webhook_invalid', message: 'No.', hint: 'Another.' };
const checkWebhook = (url: string): Problem | null => (url.includes('169.254') ? forbidden : null);

const parse = (input: unknown, ruleId = 'r1') => parseRule('1', ruleId, input, { checkWebhook });
function ruleOf(input: unknown) {
  const parsed = parse(input);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.rule;
}
function problemsOf(input: unknown, ruleId = 'r1'): readonly Problem[] {
  const parsed = parse(input, ruleId);
  return 'problems' in parsed ? parsed.problems : [];
}
const withWarn = (change: object): object => ({ ...good, escalations: { warn: { ...warn, ...change } } });

test('the least rule has every default', () => {
  expect(ruleOf(good)).toEqual({
    account: '1',
    ruleId: 'r1',
    ruleName: 'r1',
    enabled: true,
    namespace: 'acs_ecs',
    metricName: 'Host.mem.usedutilization',
    resources: [],
    period: 60,
    escalations: { warn },
    webhook: null,
    callbackProfile: null,
    contactGroups: [],
    silenceTime: 86_400,
    sendOk: true,
    grace: 10,
    effectiveInterval: '00:00-23:59',
    noDataPolicy: 'KEEP_LAST_STATE',
    noDataPeriods: null,
    labels: {},
  });
});

const taken: [string, object, object][] = [
  ['grace is half the period', { period: 8 }, { grace: 4 }],
  ['grace is at least 0.5 s', { period: 1 }, { grace: 0.5 }],
  ['a written grace stays', { grace: 0 }, { grace: 0 }],
  ['a grace of 1,001 ms is whole', { grace: 1.001 }, { grace: 1.001 }],
  ['null never repeats', { silenceTime: null }, { silenceTime: null }],
  ['an unpadded hour is padded', { effectiveInterval: '8:00-20:59' }, { effectiveInterval: '08:00-20:59' }],
  ['an interval may cross midnight', { effectiveInterval: '22:00-05:59' }, { effectiveInterval: '22:00-05:59' }],
  [
    'a threshold may be a text',
    { escalations: { info: { ...warn, threshold: ' -1.5e2 ' } } },
    { escalations: { info: { ...warn, threshold: -150 } } },
  ],
  ['null levels are absent', { escalations: { critical: null, warn } }, { escalations: { warn } }],
  ['interval equal to the period', { interval: 60 }, { period: 60 }],
  ['groups named twice count once', { contactGroups: ['ops', 'ops'] }, { contactGroups: ['ops'] }],
  ['an allowed webhook', { webhook: 'http://127.0.0.1:9099/hook' }, { webhook: 'http://127.0.0.1:9099/hook' }],
  [
    'what an answer carries beside',
    { ruleId: 'r1', account: '2', version: 9, createdAt: 1, updatedAt: 2, warnings: [] },
    { account: '1' },
  ],
  ['resources', { resources: [{ instanceId: 'i-12' }] }, { resources: [{ instanceId: 'i-12' }] }],
  ['labels', { labels: { team: '' } }, { labels: { team: '' } }],
];

test.each(taken)('taken: %s', (_, change, want) => {
  expect(ruleOf({ ...good, ...change })).toMatchObject(want);
  expect(ruleInput.safeParse({ ...good, ...change }).error).toBeUndefined();
});

/** A deployment's own limits, [what, change of the good rule, field or null when it is taken]. */
const narrow = { nameBytesMax: 30, dimensionsMax: 1, dimensionValueBytesMax: 4 };
const wide = { nameBytesMax: 300, dimensionsMax: 65, dimensionValueBytesMax: 1025 };
const many = Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`d${i}`, 'x']));
const limited: [string, typeof narrow, object, string | null][] = [
  ['a rule name that is too long here', narrow, { ruleName: 'n'.repeat(31) }, 'ruleName'],
  ['a namespace that is too long here', narrow, { namespace: 'n'.repeat(31) }, 'namespace'],
  ['a metric name that is too long here', narrow, { metricName: 'n'.repeat(31) }, 'metricName'],
  ['more dimensions than here', narrow, { resources: [{ a: '1', b: '2' }] }, 'resources[0]'],
  ['a dimension longer than here', narrow, { resources: [{ a: '12345' }] }, 'resources[0].a'],
  ['the longest names here', wide, { ruleName: 'n'.repeat(300), namespace: 'n'.repeat(300) }, null],
  ['the longest metric name here', wide, { metricName: 'n'.repeat(300) }, null],
  ['as many dimensions as here', wide, { resources: [many] }, null],
  ['the longest dimension here', wide, { resources: [{ a: 'x'.repeat(1025) }] }, null],
];

test.each(limited)('limits of the deployment: %s', (_, limits, change, field) => {
  const parsed = parseRule('1', 'r1', { ...good, ...change }, { checkWebhook, limits });
  expect('problems' in parsed ? parsed.problems.map((problem) => problem.field) : null).toEqual(
    field === null ? null : [field],
  );
});

/** [what, rule, code, field]; `only here` marks what the schema that clients see cannot say. */
const refused: [string, unknown, string, string | undefined, 'only here'?][] = [
  ['not an object', [], 'body_invalid', undefined],
  [
    'an unknown operator',
    withWarn({ comparisonOperator: 'GreaterThan' }),
    'rule_operator_unknown',
    'escalations.warn.comparisonOperator',
  ],
  [
    'an operator as its sign',
    withWarn({ comparisonOperator: '>=' }),
    'rule_operator_unknown',
    'escalations.warn.comparisonOperator',
  ],
  ...['statistics', 'comparisonOperator', 'threshold', 'times'].map((field): [string, unknown, string, string] => [
    `a level without ${field}`,
    withWarn({ [field]: undefined }),
    'rule_escalation_incomplete',
    `escalations.warn.${field}`,
  ]),
  ['no level', { ...good, escalations: {} }, 'rule_escalation_missing', 'escalations'],
  ['no escalations', { ...good, escalations: undefined }, 'rule_escalation_missing', 'escalations'],
  [
    'a level that is a number',
    { ...good, escalations: { warn: 95 } },
    'rule_escalation_incomplete',
    'escalations.warn',
  ],
  [
    'a level that does not exist',
    { ...good, escalations: { warn, warning: warn } },
    'rule_field_unknown',
    'escalations.warning',
  ],
  ['period 0', { ...good, period: 0 }, 'rule_period_invalid', 'period'],
  ['period -60', { ...good, period: -60 }, 'rule_period_invalid', 'period'],
  ['period 1.5', { ...good, period: 1.5 }, 'rule_period_invalid', 'period'],
  ['period over a day', { ...good, period: 86_401 }, 'rule_period_invalid', 'period'],
  ['period as a text', { ...good, period: '60' }, 'rule_period_invalid', 'period'],
  ['no period', { ...good, period: undefined }, 'rule_period_invalid', 'period'],
  ['an unknown statistic', withWarn({ statistics: 'Mean' }), 'rule_statistic_unknown', 'escalations.warn.statistics'],
  ['a percentile', withWarn({ statistics: 'P99' }), 'rule_statistic_unsupported', 'escalations.warn.statistics'],
  ['P99', withWarn({ statistics: 'P99' }), 'rule_statistic_unsupported', 'escalations.warn.statistics'],
  ['an interval that slides', { ...good, interval: 15 }, 'rule_interval_unsupported', 'interval', 'only here'],
  ['an unknown field', { ...good, silencetime: 60 }, 'rule_field_unknown', 'silencetime'],
  ['an unknown field of a level', withWarn({ threshhold: 95 }), 'rule_field_unknown', 'escalations.warn.threshhold'],
  ['times 0', withWarn({ times: 0 }), 'rule_times_invalid', 'escalations.warn.times'],
  ['times 1.5', withWarn({ times: 1.5 }), 'rule_times_invalid', 'escalations.warn.times'],
  ['a threshold with a unit', withWarn({ threshold: '95%' }), 'rule_threshold_invalid', 'escalations.warn.threshold'],
  ['an empty threshold', withWarn({ threshold: '' }), 'rule_threshold_invalid', 'escalations.warn.threshold'],
  [
    'a threshold beyond all numbers',
    withWarn({ threshold: JSON.parse('1e999') }),
    'rule_threshold_invalid',
    'escalations.warn.threshold',
  ],
  [
    '"Infinity" as the threshold',
    withWarn({ threshold: 'Infinity' }),
    'rule_threshold_invalid',
    'escalations.warn.threshold',
  ],
  ['no namespace', { ...good, namespace: undefined }, 'rule_field_missing', 'namespace'],
  ['a metric name no sample can have', { ...good, metricName: 'a b' }, 'rule_field_invalid', 'metricName', 'only here'],
  ['a name of 256 bytes', { ...good, ruleName: 'é'.repeat(128) }, 'rule_field_invalid', 'ruleName', 'only here'],
  ['hour 24', { ...good, effectiveInterval: '00:00-24:00' }, 'rule_effective_interval_invalid', 'effectiveInterval'],
  [
    'an interval that is one time',
    { ...good, effectiveInterval: '08:00' },
    'rule_effective_interval_invalid',
    'effectiveInterval',
  ],
  [
    'a forbidden webhook',
    { ...good, webhook: 'http://169.254.169.254/' },
    'rule_webhook_invalid',
    'webhook',
    'only here',
  ],
  ['an empty webhook', { ...good, webhook: '' }, 'rule_webhook_invalid', 'webhook'],
  ['a webhook that is a list', { ...good, webhook: [] }, 'rule_webhook_invalid', 'webhook'],
  ['an unknown profile', { ...good, callbackProfile: 'clasic' }, 'rule_field_invalid', 'callbackProfile'],
  [
    'groups with commas for a list',
    { ...good, contactGroups: 'ops,dev' },
    'rule_contact_groups_invalid',
    'contactGroups',
  ],
  ['a group without a name', { ...good, contactGroups: [''] }, 'rule_contact_groups_invalid', 'contactGroups[0]'],
  ['a negative silence time', { ...good, silenceTime: -1 }, 'rule_silence_time_invalid', 'silenceTime'],
  ['sendOk as a text', { ...good, sendOk: 'true' }, 'rule_field_invalid', 'sendOk'],
  ['a negative grace', { ...good, grace: -1 }, 'rule_grace_invalid', 'grace'],
  ['a grace of half a ms more', { ...good, grace: 1.0005 }, 'rule_grace_invalid', 'grace', 'only here'],
  ['an unknown no-data policy', { ...good, noDataPolicy: 'KEEP' }, 'rule_no_data_invalid', 'noDataPolicy'],
  ['noDataPeriods 0', { ...good, noDataPeriods: 0 }, 'rule_no_data_invalid', 'noDataPeriods'],
  ['resources as an object', { ...good, resources: {} }, 'rule_resources_invalid', 'resources'],
  [
    'a resource without dimensions',
    { ...good, resources: [{}] },
    'rule_resources_invalid',
    'resources[0]',
    'only here',
  ],
  [
    'a resource with a number',
    { ...good, resources: [{ userId: 12 }] },
    'rule_resources_invalid',
    'resources[0].userId',
  ],
  ['a label that is a number', { ...good, labels: { team: 1 } }, 'rule_labels_invalid', 'labels.team'],
  ['a label of 1,025 bytes', { ...good, labels: { team: 'x'.repeat(1025) } }, 'rule_labels_invalid', 'labels.team'],
  [
    '65 labels',
    { ...good, labels: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`l${i}`, ''])) },
    'rule_labels_invalid',
    'labels',
  ],
  ['the id of another rule', { ...good, ruleId: 'r2' }, 'rule_id_mismatch', 'ruleId', 'only here'],
];

test.each(refused)('refused: %s', (_, input, code, field, onlyHere) => {
  const [first] = problemsOf(input);
  expect([first?.code, first?.field]).toEqual([code, field]);
  expect(Object.keys(ERROR_CODES)).toContain(code);
  expect(first?.hint).toMatch(/.{6}/);
  expect(ruleInput.safeParse(input).success).toBe(onlyHere !== undefined);
});

test.each(['', 'r'.repeat(256), 'a\nb'])('the id %j is refused', (ruleId) => {
  expect(problemsOf(good, ruleId)[0]?.code).toBe('rule_id_invalid');
});

test('hints name what was probably meant', () => {
  const hint = (input: unknown): string | undefined => problemsOf(input)[0]?.hint;
  expect(hint(withWarn({ comparisonOperator: 'GreaterThanOrEqualThreshold' }))).toBe(
    'Did you mean "GreaterThanOrEqualToThreshold"?',
  );
  expect(hint(withWarn({ comparisonOperator: '>=' }))).toBe('Write "GreaterThanOrEqualToThreshold".');
  expect(hint(withWarn({ statistics: 'average' }))).toBe('Did you mean "Average"?');
  expect(hint({ ...good, silencetime: 60 })).toBe('Did you mean "silenceTime"?');
  expect(hint({ ...good, escalations: { warn, warning: warn } })).toBe('Did you mean "warn"?');
});

test('everything that is wrong is said at once', () => {
  const codes = problemsOf({ ...withWarn({ comparisonOperator: 'x', times: 0 }), period: 0, colour: 'red' }).map(
    (problem) => problem.code,
  );
  expect(codes).toEqual(['rule_period_invalid', 'rule_operator_unknown', 'rule_times_invalid', 'rule_field_unknown']);
});
