import { expect, test } from 'vitest';
import { eventsBody } from '../contract/event.ts';
import { readEvent } from './read-event.ts';

const NOW = 1_700_000_000_000;
const TIMES = { nowMs: NOW, futureMaxMs: 600_000 };
const EVENT = {
  product: 'ECS',
  type: 'StatusNotification',
  level: 'WARN',
  name: 'Instance:StateChange',
  status: 'Normal',
  content: { state: 'Stopped' },
};
const deep = (depth: number): object => (depth === 1 ? {} : { in: deep(depth - 1) });

test.each<[string, object, object]>([
  ['only what is required', {}, { resourceId: null, instanceName: null, timestamp: NOW }],
  ['everything', { resourceId: 'i-12', instanceName: 'web', timestamp: NOW - 5 }, {}],
  ['nulls are absent', { resourceId: null, instanceName: null }, {}],
  ['a text', { content: 'it\nfailed' }, {}],
  ['no content', { content: '' }, {}],
  ['an old one', { timestamp: NOW - 400 * 86_400_000 }, {}],
  ['a little ahead', { timestamp: NOW + 600_000 }, {}],
  ['as deep as allowed', { content: deep(32) }, {}],
  ['as large as allowed', { content: 'x'.repeat(64 * 1024 - 2) }, {}],
])('taken: %s', (_, fields, wanted) => {
  const sent = { ...EVENT, ...fields };
  expect(readEvent(sent, TIMES)).toMatchObject({ event: { ...sent, ...wanted } });
  expect(eventsBody.safeParse(sent).success).toBe(true);
});

test.each<[string, unknown, string, string | undefined]>([
  ['a text', 'ECS', 'event_invalid', undefined],
  ['a list', [], 'event_invalid', undefined],
  ['a misspelt field', { ...EVENT, staus: 'x' }, 'event_field_unknown', 'staus'],
  ['no product', { ...EVENT, product: undefined }, 'event_field_invalid', 'product'],
  ['an empty type', { ...EVENT, type: '' }, 'event_field_invalid', 'type'],
  ['a name that is too long', { ...EVENT, name: 'é'.repeat(128) }, 'event_field_invalid', 'name'],
  ['a line break in the status', { ...EVENT, status: 'a\nb' }, 'event_field_invalid', 'status'],
  ['a number as resource', { ...EVENT, resourceId: 12 }, 'event_field_invalid', 'resourceId'],
  ['a resource that is too long', { ...EVENT, resourceId: 'x'.repeat(1025) }, 'event_field_invalid', 'resourceId'],
  ['an instance name that is empty', { ...EVENT, instanceName: '' }, 'event_field_invalid', 'instanceName'],
  ['the level of no event', { ...EVENT, level: 'OK' }, 'event_level_invalid', 'level'],
  ['a level in small letters', { ...EVENT, level: 'warn' }, 'event_level_invalid', 'level'],
  ['no content at all', { ...EVENT, content: undefined }, 'event_content_invalid', 'content'],
  ['a list as content', { ...EVENT, content: [] }, 'event_content_invalid', 'content'],
  ['content that is nested too deep', { ...EVENT, content: deep(33) }, 'event_content_invalid', 'content'],
  ['content that is too large', { ...EVENT, content: { x: '好'.repeat(22_000) } }, 'event_content_invalid', 'content'],
  ['a date as timestamp', { ...EVENT, timestamp: '2026-01-01' }, 'event_timestamp_invalid', 'timestamp'],
  ['a broken ms', { ...EVENT, timestamp: NOW + 0.5 }, 'event_timestamp_invalid', 'timestamp'],
  ['s instead of ms', { ...EVENT, timestamp: NOW / 1000 }, 'event_timestamp_invalid', 'timestamp'],
  ['far ahead', { ...EVENT, timestamp: NOW + 600_001 }, 'event_timestamp_future', 'timestamp'],
  ['µs instead of ms', { ...EVENT, timestamp: NOW * 1000 }, 'event_timestamp_future', 'timestamp'],
])('refused: %s', (_, sent, code, field) => {
  const read = readEvent(sent, TIMES);
  const problem = 'problem' in read ? read.problem : null;
  expect([problem?.code, problem?.field]).toEqual([code, field]);
  expect(problem?.hint).toMatch(/.{6}/);
});

test('content nested as deep as a body can be is refused, not a crash', () => {
  const content = JSON.parse(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`) as object;
  expect(readEvent({ ...EVENT, content }, TIMES)).toMatchObject({ problem: { code: 'event_content_invalid' } });
});
