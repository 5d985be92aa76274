import { describe, expect, test } from 'vitest';
import { readRulesFiles, rulesText, type WantedRule } from './rules-file.ts';
import { changesBetween, planRules, planText } from './rules-plan.ts';
import { painter, UsageError } from './terminal.ts';

const MEMORY = `
rules:
  web-memory:
    namespace: acs_ecs
    metricName: Host.mem.usedutilization
    period: 60
    escalations:
      warn: {statistics: Average, comparisonOperator: GreaterThanOrEqualToThreshold, threshold: 95, times: 3}
    webhook: http://127.0.0.1:9099/hook
`;
const read = (text: string): WantedRule[] => readRulesFiles([{ name: 'rules.yaml', text }]);
const present = (text: string, version = 4) => read(text).map(({ ruleId, fields }) => ({ ruleId, fields, version }));
const kinds = (wanted: string, there: string, prune = false): string[] =>
  planRules(read(wanted), present(there), prune).steps.map((step) => step.kind);

describe('changes, leaf by leaf', () => {
  const rows: [string, unknown, unknown, string[]][] = [
    ['nothing', { a: 1, b: { c: [1, 2] } }, { b: { c: [1, 2] }, a: 1 }, []],
    ['a leaf', { a: { b: 1 } }, { a: { b: 2 } }, ['a.b: 1 → 2']],
    ['a new object', {}, { a: { b: 1, c: 2 } }, ['a.b: – → 1', 'a.c: – → 2']],
    ['an object that goes', { a: { b: 1 } }, {}, ['a.b: 1 → –']],
    ['an object becomes null', { a: { b: 1 } }, { a: null }, ['a: {"b":1} → null']],
    ['null becomes an object', { a: null }, { a: { b: 1 } }, ['a: null → {"b":1}']],
    ['a list is one leaf', { a: [1, 2] }, { a: [2, 1] }, ['a: [1,2] → [2,1]']],
    ['objects in lists, in whatever order', { a: [{ x: 1, y: 2 }] }, { a: [{ y: 2, x: 1 }] }, []],
    ['an empty object that goes', { a: {} }, {}, ['a: {} → –']],
  ];
  test.each(rows)('%s', (_, before, after, want) => {
    const shown = (value: unknown): string => (value === undefined ? '–' : JSON.stringify(value));
    expect(changesBetween(before, after).map((c) => `${c.path}: ${shown(c.before)} → ${shown(c.after)}`)).toEqual(want);
  });
});

test('how long a name may be only the server knows: files may hold what any server could allow', () => {
  const longName = 'n'.repeat(4096);
  const rule = MEMORY.replace('Host.mem.usedutilization', longName);
  expect(read(rule)[0]?.fields.metricName).toBe(longName);
  expect(() => read(rule.replace(longName, `${longName}n`))).toThrow('longer than 4096 bytes');
  const exported = rulesText(read(rule));
  expect(exported).not.toContain('silenceTime');
  expect(read(exported)[0]?.fields).toEqual(read(rule)[0]?.fields);
});

describe('the plan', () => {
  test('a rule that is there, with defaults written out or not, is no change', () => {
    const spelled = `${MEMORY}    silenceTime: 86400\n    sendOk: true\n    labels: {}\n    ruleName: web-memory\n`;
    expect(kinds(MEMORY, spelled)).toEqual([]);
    expect(kinds(spelled, MEMORY)).toEqual([]);
  });
  test('new, changed', () => {
    expect(kinds(MEMORY, 'rules: {}')).toEqual(['create']);
    expect(kinds(MEMORY.replace('95', '90'), MEMORY)).toEqual(['change']);
  });
  test('leaving a field out asks for its default', () => {
    expect(kinds(MEMORY, `${MEMORY}    sendOk: false\n`)).toEqual(['change']);
  });
  test('rules in no file stay, unless pruned', () => {
    expect(kinds('rules: {}', MEMORY)).toEqual([]);
    expect(kinds('rules: {}', MEMORY, true)).toEqual(['delete']);
  });
});

test('what a person sees', () => {
  const other = MEMORY.replace('web-memory', 'old-rule');
  const wanted = `${MEMORY.replace('threshold: 95, times: 3', 'threshold: 90, times: 12')}    contactGroups: [ops]
  db-load:
    namespace: acs_ecs
    metricName: Host.load1
    period: 15
    escalations: {info: {statistics: Maximum, comparisonOperator: GreaterThanThreshold, threshold: 8, times: 1}}
`;
  const plan = planRules(read(wanted), [...present(MEMORY), ...present(other)], true);
  expect(planText(plan, painter(false))).toBe(`~ web-memory
    escalations.warn.threshold  95  →  90
    escalations.warn.times      3   →  12
    contactGroups               []  →  ["ops"]
+ db-load
    namespace                            acs_ecs
    metricName                           Host.load1
    period                               15
    escalations.info.statistics          Maximum
    escalations.info.comparisonOperator  GreaterThanThreshold
    escalations.info.threshold           8
    escalations.info.times               1
- old-rule
1 to create, 1 to change, 1 to delete.`);
  expect(planText(plan, painter(true))).toContain('\u001b[31m- old-rule\u001b[0m');
  expect(planText(planRules([], present(MEMORY), false), painter(false))).toBe('1 in no file (--prune deletes those).');
});

test('a rule from elsewhere cannot move the cursor', () => {
  const nasty = MEMORY.replace('http://127.0.0.1:9099/hook', '"http://x/\\e[2J"');
  expect(planText(planRules(read(nasty), [], false), painter(false))).not.toContain('\u001b');
});

test('export and reading it back give the same rules, without what is the default anyway', () => {
  const text = rulesText(present(`${MEMORY}    silenceTime: null\n    ruleName: Memory of the web\n`));
  expect(text).toBe(`rules:
  web-memory:
    ruleName: Memory of the web
    namespace: acs_ecs
    metricName: Host.mem.usedutilization
    period: 60
    escalations:
      warn:
        statistics: Average
        comparisonOperator: GreaterThanOrEqualToThreshold
        threshold: 95
        times: 3
    webhook: http://127.0.0.1:9099/hook
    silenceTime: null
`);
  expect(
    planRules(read(text), present(`${MEMORY}    silenceTime: null\n    ruleName: Memory of the web\n`), true).steps,
  ).toEqual([]);
});

describe('files that are refused name the file, the rule and the field', () => {
  test.each([
    ['', 'rules.yaml: has no mapping "rules" of ids to rules'],
    ['rules: [a]', 'rules.yaml: has no mapping "rules" of ids to rules'],
    ['rules: {}\nversion: 2', 'rules.yaml: "version" is not known beside "rules"'],
    ['rules: {a: 1', 'rules.yaml: '],
    ['rules: {a: {}}', 'rules.yaml: a: The rule has no namespace'],
    [MEMORY.replace('Average', 'Mean'), 'web-memory: There is no statistic "Mean".'],
    [MEMORY.replace('period: 60', 'period: 0'), 'web-memory: period is 0'],
    [MEMORY.replace('webhook', 'webhok'), 'web-memory: There is no field "webhok" in a rule.'],
    [`${MEMORY}  web-memory: {}\n`, 'unique'],
  ])('%j', (text, want) => {
    expect(() => read(text)).toThrow(UsageError);
    expect(() => read(text)).toThrow(want);
  });
  test('one rule in two files', () => {
    const files = ['a.yaml', 'b.yaml'].map((name) => ({ name, text: MEMORY }));
    expect(() => readRulesFiles(files)).toThrow('b.yaml: web-memory is in another file too');
  });
});
