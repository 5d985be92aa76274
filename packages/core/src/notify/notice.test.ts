import { describe, expect, test } from 'vitest';
import type { AlertMessage, EventMessage } from './message-body.ts';
import { countsText, durationText, type Notice, noticeOf, summaryOf, toneOfAll } from './notice.ts';
import { plainText } from './plain-text.ts';

const AT = 1_700_000_000_000;
const MINUTE = 60_000;
const format = (ms: number): string => `T${(ms - AT) / MINUTE}`;
const alert: AlertMessage = {
  ...{ kind: 'alert', alertId: 'a/1', ruleId: 'r1', ruleName: 'memory', namespace: 'acs_ecs', metricName: 'mem' },
  ...{ dimensions: { instanceId: 'i-12' }, instanceName: 'web-1', state: 'ALERT', level: 'WARN', levelBefore: null },
  ...{ value: 97.39, expression: '$Average>=95', since: AT, timestamp: AT, labels: {}, reason: 'transition' },
};
const of = (changes: Partial<AlertMessage>): Notice => noticeOf({ ...alert, ...changes }, format);
const fact = (notice: Notice, name: string): string | undefined =>
  notice.facts.find((each) => each.name === name)?.text;

test('an alert: what, where, value against threshold, since when, and the way to it', () => {
  expect(of({})).toEqual({
    tone: 'warn',
    isTest: false,
    word: 'WARN',
    title: 'memory',
    where: 'web-1',
    detail: '97.39 (Average>=95)',
    facts: [
      { name: 'What', text: 'mem (acs_ecs)' },
      { name: 'Where', text: 'web-1' },
      { name: 'Resource', text: 'instanceId=i-12' },
      { name: 'Value', text: '97.39 (Average>=95)' },
      { name: 'Level', text: 'WARN' },
      { name: 'Since', text: 'T0' },
    ],
    path: '/alerts/a%2F1',
    timestamp: AT,
  });
});

describe('the words for what happened', () => {
  test.each<[string, Partial<AlertMessage>, string, string, string]>([
    // what, changes, word, fact, its text
    ['raised', { level: 'CRITICAL', levelBefore: 'WARN' }, 'CRITICAL', 'Level', 'CRITICAL, before: WARN'],
    ['repeated', { reason: 'repeat', levelBefore: 'WARN' }, 'WARN', 'Level', 'WARN, still'],
    ['lasting', { timestamp: AT + 7 * MINUTE }, 'WARN', 'Since', 'T0, for 7 min'],
    [
      'cleared',
      { state: 'OK', level: 'OK', levelBefore: 'WARN', timestamp: AT + 125 * MINUTE },
      'OK',
      'Lasted',
      '2 h 5 min, from T0',
    ],
    ['cleared at', { state: 'OK', level: 'OK', timestamp: AT + 5 * MINUTE }, 'OK', 'Cleared', 'T5'],
    ['closed', { state: 'OK', level: 'OK', reason: 'closed' }, 'OK', 'Level', 'OK: the rule was closed'],
    ['no data', { state: 'INSUFFICIENT_DATA', value: null }, 'NO DATA', 'Value', 'no data (Average>=95)'],
    ['no value, no condition', { value: null, expression: null }, 'WARN', 'Value', 'no data'],
    ['no condition', { value: 1e-7, expression: null }, 'WARN', 'Value', '0.0000001'],
    ['no instance name', { instanceName: null }, 'WARN', 'Where', 'instanceId=i-12'],
    ['no dimensions', { instanceName: null, dimensions: {} }, 'WARN', 'Where', 'all resources'],
    ['labels', { labels: { team: 'web', a: 'b' } }, 'WARN', 'Labels', 'a=b, team=web'],
  ])('%s', (_, changes, word, name, text) => {
    const notice = of(changes);
    expect(notice.word).toBe(word);
    expect(fact(notice, name)).toBe(text);
  });
});

test('an event', () => {
  const event: EventMessage = {
    ...{ kind: 'event', ruleId: 'e', ruleName: 'failures', product: 'ECS', type: 'Exception', level: 'CRITICAL' },
    ...{
      name: 'Reboot',
      status: 'Executing',
      resourceId: 'i-12',
      instanceName: 'web-1',
      content: 'why',
      timestamp: AT,
    },
  };
  const notice = noticeOf(event, format);
  expect([notice.tone, notice.word, notice.title, summaryOf(notice)]).toEqual([
    'critical',
    'CRITICAL',
    'failures',
    'web-1: Reboot (Executing)',
  ]);
  expect(notice.facts.map(({ name, text }) => `${name} ${text}`)).toEqual([
    'What Reboot (ECS, Exception)',
    'Where web-1',
    'Resource i-12',
    'Status Executing',
    'At T0',
    'Content why',
  ]);
  // There is no page of an event.
  expect(notice.path).toBe('/alert-rules?tab=event');
});

test('names of any kind are one harmless line of bounded length', () => {
  const notice = of({
    ruleName: `a\r\nBcc: x\u0000\u2028b\u202ec\u2066d\ud800${'x'.repeat(10_000)}`,
    instanceName: '\u200f<script>',
    labels: Object.fromEntries(Array.from({ length: 64 }, (_, n) => [`k${n}`, 'v'.repeat(1000)])),
  });
  expect(notice.title).toMatch(/^a Bcc: x bcd\ufffdx+…$/);
  expect(notice.where).toBe('<script>');
  for (const { text } of notice.facts) expect(text.length).toBeLessThanOrEqual(501);
});

test.each([
  ['short', 10, 'short'],
  ['exactly10!', 10, 'exactly10!'],
  ['cut to size', 3, 'cut…'],
  ['ab\u{1f600}', 3, 'ab…'],
  ['  spaces \t\n around  ', 99, 'spaces   around'],
  ['', 5, ''],
])('plain text of %j in %i', (text, max, wanted) => {
  expect(plainText(text, max)).toBe(wanted);
});

test.each([
  [0, '0 s'],
  [59_400, '59 s'],
  [MINUTE, '1 min'],
  [90 * MINUTE, '1 h 30 min'],
  [120 * MINUTE, '2 h'],
  [52 * 60 * MINUTE, '2 d 4 h'],
  [72 * 60 * MINUTE, '3 d'],
])('%i ms are %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test('a digest is as urgent as the most urgent in it', () => {
  const all = [of({}), of({ state: 'OK', level: 'OK' }), of({ level: 'CRITICAL' }), of({})];
  expect(countsText(all)).toBe('1 CRITICAL, 2 WARN, 1 OK');
  expect(toneOfAll(all)).toBe('critical');
});

test('a test says so, and leads to no alert', () => {
  expect(of({ isTest: true })).toMatchObject({ isTest: true, path: '/alerts' });
});

test('a place that is the resource itself is told once', () => {
  const notice = of({ instanceName: null, dimensions: { disk: '/', instanceId: 'i-12' } });
  expect(fact(notice, 'Where')).toBe('disk=/, instanceId=i-12');
  expect(fact(notice, 'Resource')).toBe(undefined);
});
