import { parseRule } from '@cloudbell/core/rule/parse-rule.ts';
import { expect, test } from 'vitest';
import { differences } from '../../data/differences.ts';
import type { Rule } from '../../data/rules.ts';
import { pairsOf, textOfPairs } from './pairs-text.ts';
import { bodyOf, draftOf, NEW_RULE, type RuleDraft, ruleIdFrom } from './rule-draft.ts';

const full: RuleDraft = {
  ...NEW_RULE,
  ruleName: ' Memory ',
  metricName: 'Host.mem.usedutilization',
  picksResources: true,
  resources: ['instanceId=i-12', '', '{"disk":"a, b"}'],
  levels: { ...NEW_RULE.levels, warn: { ...NEW_RULE.levels.warn, threshold: '95', times: '1' } },
  webhook: ' http://127.0.0.1:9099/hook ',
  contactGroups: ['ops'],
  silenceTime: '',
  noDataPeriods: '4',
  labels: [['team', 'web']],
};

function stored(draft: RuleDraft): Rule {
  const answer = parseRule('a', 'r1', bodyOf(draft), { checkWebhook: () => null });
  if ('problems' in answer) throw new Error(JSON.stringify(answer.problems));
  return { ...answer.rule, version: 1, createdAt: 0, updatedAt: 0, warnings: [] } as unknown as Rule;
}

test('what is typed is a rule that the server takes', () => {
  expect(stored(full)).toMatchObject({
    ruleName: 'Memory',
    resources: [{ instanceId: 'i-12' }, { disk: 'a, b' }],
    webhook: 'http://127.0.0.1:9099/hook',
    silenceTime: null,
    grace: 10,
    escalations: { warn: { threshold: 95, times: 1 } },
  });
});

test.each<[string, RuleDraft]>([
  ['a full rule', full],
  ['a rule of its own grace', { ...full, grace: '2.5' }],
  ['three levels', { ...full, levels: { critical: full.levels.warn, warn: full.levels.warn, info: full.levels.warn } }],
])('%s that is opened and saved again stays as it was', (_, draft) => {
  const rule = stored(draft);
  expect(stored(draftOf(rule))).toEqual(rule);
  expect(bodyOf(draftOf(rule))).toEqual(bodyOf(draftOf(stored(draftOf(rule)))));
});

test.each<[string, Partial<RuleDraft>, string]>([
  ['no name', { ruleName: '' }, 'ruleName'],
  ['no metric', { metricName: '' }, 'metricName'],
  ['a period in words', { period: 'an hour' }, 'period'],
  ['no period', { period: '' }, 'period'],
  [
    'no level',
    { levels: NEW_RULE.levels && { ...NEW_RULE.levels, warn: { ...full.levels.warn, isOn: false } } },
    'escalations',
  ],
  [
    'no threshold',
    { levels: { ...full.levels, warn: { ...full.levels.warn, threshold: '' } } },
    'escalations.warn.threshold',
  ],
  ['times of 0', { levels: { ...full.levels, warn: { ...full.levels.warn, times: '0' } } }, 'escalations.warn.times'],
  ['half an interval', { intervalTo: '' }, 'effectiveInterval'],
  ['a resource that is no pair', { resources: ['{oops'] }, 'resources[0]'],
])('%s is a problem of the field it stands in', (_, change, field) => {
  const answer = parseRule('a', 'r1', bodyOf({ ...full, ...change }), { checkWebhook: () => null });
  expect('problems' in answer ? answer.problems[0].field : null).toBe(field);
});

test.each([
  [{ instanceId: 'i-12' }, 'instanceId=i-12'],
  [{ b: '2', userId: '12', a: '1' }, 'userId=12, a=1, b=2'],
  [{ q: 'x=y' }, 'q=x=y'],
  [{ q: 'a, b' }, '{"q":"a, b"}'],
  [{ q: ' a' }, '{"q":" a"}'],
  [{ 'a=b': '1' }, '{"a=b":"1"}'],
])('%o reads %s, and back', (pairs, text) => {
  expect(textOfPairs(pairs)).toBe(text);
  expect(pairsOf(text)).toEqual(pairs);
});

test.each([
  ['Memory usage, web', [], 'memory-usage-web'],
  ['Memory usage, web', ['memory-usage-web', 'memory-usage-web-2'], 'memory-usage-web-3'],
  ['内存', [], 'rule'],
  ['Über <b>', [], 'u-ber-b'],
])('%s, beside %o, is %s', (name, taken, id) => {
  expect(ruleIdFrom(name, new Set(taken))).toBe(id);
});

test('differences are told by field', () => {
  expect(differences({ a: 1, b: [2] }, { a: 1, b: [3] })).toEqual([{ field: 'b', mine: '[2]', theirs: '[3]' }]);
});
