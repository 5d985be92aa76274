import { expect, test } from 'vitest';
import { eventRuleInput } from '../contract/event-rule.ts';
import { parseEventRule } from './parse-event-rule.ts';

const parse = (input: unknown, ruleId = 'r1') => parseEventRule('1', ruleId, input);
const DEFAULTS = {
  account: '1',
  ruleId: 'r1',
  ruleName: 'r1',
  enabled: true,
  product: null,
  types: [],
  levels: [],
  names: [],
  statuses: [],
  keyword: null,
  contactGroups: [],
  silenceTime: 0,
};

test.each<[string, object, object]>([
  ['nothing lets everything pass', {}, {}],
  [
    'everything',
    {
      ruleName: 'ECS trouble',
      enabled: false,
      product: 'ECS',
      types: ['Exception'],
      levels: ['CRITICAL'],
      names: ['Instance:*'],
      statuses: ['Failed'],
      keyword: 'disk',
      contactGroups: ['ops'],
      silenceTime: 300,
    },
    {},
  ],
  [
    'nulls are defaults',
    { ruleName: null, product: null, types: null, keyword: null, contactGroups: null, silenceTime: null },
    { ruleName: 'r1', types: [], contactGroups: [], silenceTime: 0 },
  ],
  ['levels in one order, once', { levels: ['INFO', 'CRITICAL', 'INFO'] }, { levels: ['CRITICAL', 'INFO'] }],
  ['repeated texts once', { names: ['a', 'a*', 'a'] }, { names: ['a', 'a*'] }],
  [
    'what was read is written back',
    { ruleId: 'r1', account: '2', version: 3, createdAt: 1, updatedAt: 2, warnings: [] },
    { account: '1' },
  ],
])('accepted: %s', (_, input, wanted) => {
  const known = Object.fromEntries(Object.entries(input).filter(([name]) => name in DEFAULTS && name !== 'account'));
  expect(parse(input)).toEqual({ rule: { ...DEFAULTS, ...known, ...wanted } });
  expect(eventRuleInput.safeParse(input).success).toBe(true);
});

test.each<[string, object, string, string]>([
  ['a webhook', { webhook: 'http://a.example/' }, 'event_rule_callback_unsupported', 'webhook'],
  ['a webhook that is null', { webhook: null }, 'event_rule_callback_unsupported', 'webhook'],
  ['the vendor’s spelling', { Webhook: 'http://a.example/' }, 'event_rule_callback_unsupported', 'Webhook'],
  ['a callback by another name', { httpCallback: 'x' }, 'event_rule_callback_unsupported', 'httpCallback'],
  ['a profile of a callback', { callbackProfile: 'json' }, 'event_rule_callback_unsupported', 'callbackProfile'],
  ['an unknown field', { nams: [] }, 'rule_field_unknown', 'nams'],
  ['another id', { ruleId: 'r2' }, 'rule_id_mismatch', 'ruleId'],
  ['a name of control characters', { ruleName: 'a\u0000' }, 'rule_field_invalid', 'ruleName'],
  ['enabled as a text', { enabled: 'yes' }, 'rule_field_invalid', 'enabled'],
  ['an empty product', { product: '' }, 'event_rule_filter_invalid', 'product'],
  ['a product that looks like all', { product: '*' }, 'event_rule_filter_invalid', 'product'],
  ['a type without a list', { types: 'Exception' }, 'event_rule_filter_invalid', 'types'],
  ['a type that looks like all', { types: ['a', '*'] }, 'event_rule_filter_invalid', 'types[1]'],
  ['too many names', { names: Array.from({ length: 101 }, (_, n) => `n${n}`) }, 'event_rule_filter_invalid', 'names'],
  ['a number as status', { statuses: [1] }, 'event_rule_filter_invalid', 'statuses[0]'],
  ['a level in small letters', { levels: ['warn'] }, 'event_rule_filter_invalid', 'levels[0]'],
  ['an empty keyword', { keyword: '' }, 'event_rule_filter_invalid', 'keyword'],
  ['groups without a list', { contactGroups: 'ops' }, 'rule_contact_groups_invalid', 'contactGroups'],
  ['half a second of silence', { silenceTime: 0.5 }, 'rule_silence_time_invalid', 'silenceTime'],
  ['silence below zero', { silenceTime: -1 }, 'rule_silence_time_invalid', 'silenceTime'],
])('refused: %s', (_, input, code, field) => {
  const parsed = parse(input);
  const problems = 'problems' in parsed ? parsed.problems : [];
  expect(problems.map((problem) => [problem.code, problem.field])).toEqual([[code, field]]);
  // What depends on the path is not the schema's to know; control characters it leaves to the parser.
  if (!['rule_id_mismatch', 'rule_field_invalid'].includes(code)) {
    expect(eventRuleInput.safeParse(input).success).toBe(false);
  }
});

test('the refusal of a callback says why, what to do, and comes first', () => {
  const parsed = parse({ silenceTime: -1, webhook: 'http://a.example/' });
  const [first, ...others] = 'problems' in parsed ? parsed.problems : [];
  expect(first?.message).toContain('Event alerts do not support the alert callback feature');
  expect(first?.hint).toContain('contactGroups');
  expect(others).toHaveLength(1);
});

test.each([[[]], [null], ['x'], [undefined]])('%j is no rule', (input) => {
  expect(parse(input)).toMatchObject({ problems: [{ code: 'body_invalid' }] });
});

test('a rule id that no path can carry', () => {
  expect(parse({}, '\u0000')).toMatchObject({ problems: [{ code: 'rule_id_invalid' }] });
});
