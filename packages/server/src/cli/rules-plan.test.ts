import { describe, expect, test } from 'vitest';
import { painter } from '../base/terminal-text.ts';
import { changesBetween } from './field-changes.ts';
import { readRulesFiles, type WantedState } from './rules-file.ts';
import { type Present, planRules } from './rules-plan.ts';
import { planText } from './rules-plan-text.ts';
import { rulesText } from './rules-text.ts';
import { UsageError } from './terminal.ts';

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
const read = (text: string, env = {}): WantedState => readRulesFiles([{ name: 'rules.yaml', text }], env);
const present = (text: string, version = 4): Present[] =>
  read(text).items.map(({ kind, id, fields }) => ({ kind, id, fields, version }));
const steps = (wanted: string, there: string, prune = false): string[] =>
  planRules(read(wanted), present(there), prune).steps.map(({ action, kind, id }) => `${action} ${kind.noun} ${id}`);
const NO_RULES = 'rules: {}';

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
  expect(read(rule).items[0]?.fields.metricName).toBe(longName);
  expect(() => read(rule.replace(longName, `${longName}n`))).toThrow('longer than 4096 bytes');
  const exported = rulesText(read(rule).items);
  expect(exported).not.toContain('silenceTime');
  expect(read(exported).items[0]?.fields).toEqual(read(rule).items[0]?.fields);
});

describe('the plan', () => {
  test('a rule that is there, with defaults written out or not, is no change', () => {
    const spelled = `${MEMORY}    silenceTime: 86400\n    sendOk: true\n    labels: {}\n    ruleName: web-memory\n`;
    expect(steps(MEMORY, spelled)).toEqual([]);
    expect(steps(spelled, MEMORY)).toEqual([]);
  });
  test('new, changed', () => {
    expect(steps(MEMORY, NO_RULES)).toEqual(['create rule web-memory']);
    expect(steps(MEMORY.replace('95', '90'), MEMORY)).toEqual(['change rule web-memory']);
  });
  test('leaving a field out asks for its default', () => {
    expect(steps(MEMORY, `${MEMORY}    sendOk: false\n`)).toEqual(['change rule web-memory']);
  });
  test('rules in no file stay, unless pruned', () => {
    expect(steps(NO_RULES, MEMORY)).toEqual([]);
    expect(steps(NO_RULES, MEMORY, true)).toEqual(['delete rule web-memory']);
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
  expect(planText(plan, painter(false))).toBe(`~ rule web-memory
    escalations.warn.threshold  95  →  90
    escalations.warn.times      3   →  12
    contactGroups               []  →  ["ops"]
+ rule db-load
    namespace                            acs_ecs
    metricName                           Host.load1
    period                               15
    escalations.info.statistics          Maximum
    escalations.info.comparisonOperator  GreaterThanThreshold
    escalations.info.threshold           8
    escalations.info.times               1
- rule old-rule
1 to create, 1 to change, 1 to delete.`);
  expect(planText(plan, painter(true))).toContain('\u001b[31m- rule old-rule\u001b[0m');
  expect(planText(planRules(read(NO_RULES), present(MEMORY), false), painter(false))).toBe(
    '1 in no file (--prune deletes those).',
  );
});

test('a rule from elsewhere cannot move the cursor', () => {
  const nasty = MEMORY.replace('http://127.0.0.1:9099/hook', '"http://x/\\e[2J"');
  expect(planText(planRules(read(nasty), [], false), painter(false))).not.toContain('\u001b');
});

test('export and reading it back give the same rules, without what is the default anyway', () => {
  const text = rulesText(present(`${MEMORY}    silenceTime: null\n    ruleName: Memory of the web\n`));
  expect(text).toBe(`contacts: {}
contactGroups: {}
endpoints: {}
rules:
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
eventRules: {}
`);
  expect(
    planRules(read(text), present(`${MEMORY}    silenceTime: null\n    ruleName: Memory of the web\n`), true).steps,
  ).toEqual([]);
});

test("sections that no file has are nobody's business", () => {
  const there = `${MEMORY}contacts: {ada: {email: ada@a.example}}\n`;
  expect(steps('contacts: {bob: {email: bob@a.example}}', there, true)).toEqual([
    'create contact bob',
    'delete contact ada',
  ]);
  expect(planRules(read('eventRules: {}'), present(there), false).others).toBe(0);
});

test('a group is the same in any order, a contact with nulls written out or not', () => {
  expect(steps('contactGroups: {ops: [b, a, b]}', 'contactGroups: {ops: [a, b]}')).toEqual([]);
  const spelled = 'contacts: {ada: {email: ada@a.example, dingtalk: null}}';
  expect(steps('contacts: {ada: {email: ada@a.example}}', spelled)).toEqual([]);
});

describe('secrets', () => {
  const robot = (secret: string): string =>
    `contacts: {ada: {dingtalk: {webhook: "http://a.example/", secret: ${secret}}}}`;
  test('a text that looks like a placeholder comes back from an export as it was', () => {
    const text = `contacts: {"a": {dingtalk: {webhook: "http://a.example/$\${NAME}/$$\${NAME}/\${}"}}}`;
    const exported = rulesText(read(text).items);
    expect(read(text).items[0]?.fields).toMatchObject({
      dingtalk: { webhook: `http://a.example/\${NAME}/$\${NAME}/\${}` },
    });
    expect(read(exported).items[0]?.fields).toEqual(read(text).items[0]?.fields);
  });
  test('the environment is put in, as text, and only where it is asked for', () => {
    const { items } = read(robot(`"\${SECRET}"`), { SECRET: 'SECabc' });
    expect(items[0]?.input).toEqual({ dingtalk: { webhook: 'http://a.example/', secret: 'SECabc' } });
    expect(items[0]?.fields).toMatchObject({ dingtalk: { secret: 'SEC***' } });
  });
  test.each([{}, { SECRET: '' }])('with %j in the environment, what is missing is named', (env) => {
    expect(() => read(robot(`"\${SECRET}"`), env)).toThrow(
      'rules.yaml: contacts.ada.dingtalk.secret: SECRET is not set in the environment',
    );
  });
});

describe('files that are refused name the file, the rule and the field', () => {
  test.each([
    ['', 'rules.yaml: has none of the sections contacts, contactGroups, endpoints, rules, eventRules'],
    ['rules: [a]', 'rules.yaml: rules is no mapping from ruleIds; write {} for none'],
    ['contacts:', 'rules.yaml: contacts is no mapping from names; write {} for none'],
    ['rules: {}\nversion: 2', 'rules.yaml: "version" is none of the sections'],
    ['rules: {a: 1', 'rules.yaml: '],
    ['rules: {a: {}}', 'rules.yaml: rule a: The rule has no namespace'],
    [MEMORY.replace('Average', 'Mean'), 'rule web-memory: There is no statistic "Mean".'],
    [MEMORY.replace('period: 60', 'period: 0'), 'rule web-memory: period is 0'],
    [MEMORY.replace('webhook', 'webhok'), 'rule web-memory: There is no field "webhok" in a rule.'],
    ['contacts: {ada: {}}', 'rules.yaml: contact ada: The contact has neither an e-mail address nor a DingTalk robot.'],
    ['contactGroups: {ops: ada}', 'rules.yaml: contact group ops: contacts is a text, not a list.'],
    ['eventRules: {a: {webhook: "http://x"}}', 'event rule a: Event alerts do not support the alert callback feature'],
    [`${MEMORY}  web-memory: {}\n`, 'unique'],
  ])('%j', (text, want) => {
    expect(() => read(text)).toThrow(UsageError);
    expect(() => read(text)).toThrow(want);
  });
  test('one rule in two files', () => {
    const files = ['a.yaml', 'b.yaml'].map((name) => ({ name, text: MEMORY }));
    expect(() => readRulesFiles(files, {})).toThrow('b.yaml: rule web-memory is in another file too');
  });
});
