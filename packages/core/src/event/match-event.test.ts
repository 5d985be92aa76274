import { expect, test } from 'vitest';
import type { ReportedEvent } from './event.ts';
import type { EventRule } from './event-rule.ts';
import { type EventMismatch, eventMatcher } from './match-event.ts';
import { wildcardMatches } from './wildcard.ts';

const EVENT: ReportedEvent = {
  product: 'ECS',
  type: 'StatusNotification',
  level: 'WARN',
  name: 'Instance:StateChange',
  status: 'Normal',
  content: { state: 'Stopped', reason: 'said "stop"', code: 503, at: { host: 'Straße-1', tags: ['Blue', null] } },
  resourceId: 'i-12',
  instanceName: null,
  timestamp: 1_700_000_000_000,
};
/** Lets everything pass. */
const RULE: EventRule = {
  account: '1',
  ruleId: 'r1',
  version: 1,
  ruleName: 'r1',
  enabled: true,
  product: null,
  types: [],
  levels: [],
  names: [],
  statuses: [],
  keyword: null,
  contactGroups: ['ops'],
  silenceTime: 0,
};

test.each<[string, Partial<EventRule>, EventMismatch | null]>([
  ['no filter', {}, null],
  ['disabled', { enabled: false }, 'disabled'],
  ['its product', { product: 'ECS' }, null],
  ['another product', { product: 'RDS' }, 'product'],
  ['the product in other letters is another', { product: 'ecs' }, 'product'],
  ['one of the types', { types: ['Exception', 'StatusNotification'] }, null],
  ['none of the types', { types: ['Exception'] }, 'type'],
  ['one of the levels', { levels: ['CRITICAL', 'WARN'] }, null],
  ['none of the levels', { levels: ['INFO'] }, 'level'],
  ['one of the statuses', { statuses: ['Failed', 'Normal'] }, null],
  ['none of the statuses', { statuses: ['Failed'] }, 'status'],
  ['the name', { names: ['Instance:StateChange'] }, null],
  ['another name', { names: ['Instance:State'] }, 'name'],
  ['the beginning of the name', { names: ['Disk:*', 'Instance:*'] }, null],
  ['the end of the name', { names: ['*:StateChange'] }, null],
  ['any name', { names: ['*'] }, null],
  ['a keyword', { keyword: 'Stopped' }, null],
  ['a keyword in other letters', { keyword: 'sTOPPED' }, null],
  ['a keyword across JSON', { keyword: '"code":503' }, null],
  ['a keyword with what JSON would escape', { keyword: 'said "stop"' }, null],
  ['a keyword deep inside', { keyword: 'blue' }, null],
  ['a keyword beyond ASCII', { keyword: 'straße-1' }, null],
  ['a keyword that is not there', { keyword: 'started' }, 'keyword'],
  ['a keyword is no pattern', { keyword: 'Stop*' }, 'keyword'],
  [
    'all of them',
    { product: 'ECS', types: ['StatusNotification'], levels: ['WARN'], names: ['*Change'], keyword: 'stop' },
    null,
  ],
  ['all but one', { product: 'ECS', types: ['StatusNotification'], levels: ['INFO'], names: ['*Change'] }, 'level'],
])('%s', (_, filters, mismatch) => {
  expect(eventMatcher(EVENT)({ ...RULE, ...filters })).toBe(mismatch);
});

test('a content that is a text is searched as it is', () => {
  const event = { ...EVENT, content: 'disk "sda" failed' };
  const mismatchOf = eventMatcher(event);
  expect(mismatchOf({ ...RULE, keyword: '"SDA"' })).toBeNull();
  expect(mismatchOf({ ...RULE, keyword: 'sdb' })).toBe('keyword');
});

test.each<[string, string, boolean]>([
  ['', '', true],
  ['', 'a', false],
  ['*', '', true],
  ['**', 'abc', true],
  ['a', 'a', true],
  ['a', 'A', false],
  ['a*', 'a', true],
  ['*a', 'banana', true],
  ['*an', 'banana', false],
  ['b*n*a', 'banana', true],
  ['b*nn*a', 'banana', false],
  ['*ana', 'banana', true],
  ['a*b', 'a*b', true],
  ['a.c', 'abc', false],
  ['a?c', 'abc', false],
  ['*(*)*', 'f(x)', true],
  ['名*变更', '名称变更', true],
])('pattern %j, text %j: %s', (pattern, text, matches) => {
  expect(wildcardMatches(pattern, text)).toBe(matches);
});

test('a hostile pattern costs no more than pattern × text', () => {
  // A regular expression of this form would not end within the age of the universe.
  const pattern = `${'*a'.repeat(120)}*b`;
  for (let time = 0; time < 100; time++) expect(wildcardMatches(pattern, 'a'.repeat(255))).toBe(false);
});
