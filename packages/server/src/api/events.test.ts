import { afterAll, beforeAll, expect, test } from 'vitest';
import { NOW } from '../ports/store-fixtures.contract.ts';
import { type Fixture, openFixture } from './api-fixture.contract.ts';

let api: Fixture;
beforeAll(async () => {
  api = await openFixture({ settings: { bodyBytesMax: 1024 * 1024 } });
});
afterAll(() => api.close());

const event = (change: object = {}): object => ({
  product: 'ECS',
  type: 'StatusNotification',
  level: 'WARN',
  name: 'Instance:StateChange',
  status: 'Normal',
  content: { state: 'Stopped' },
  resourceId: 'i-12',
  ...change,
});
const post = (body: unknown, headers: Record<string, string> = {}) =>
  api.ask({ method: 'POST', url: '/api/v1/events', body, headers });
const list = async (query = '') => (await api.ask({ url: `/api/v1/events${query}` })).json().items;
const names = async (query = ''): Promise<string[]> => (await list(query)).map((item: { name: string }) => item.name);

test('taken events are stored when it answers, with the present time where they have none', async () => {
  const answer = await post([event(), event({ name: 'Disk:Failed', timestamp: NOW - 5, content: 'sda' })]);
  expect([answer.statusCode, answer.json()]).toEqual([200, { accepted: 2, rejected: 0, errors: [] }]);
  expect(await list()).toMatchObject([
    { name: 'Disk:Failed', content: 'sda', timestamp: NOW - 5, createdAt: NOW, instanceName: null },
    { name: 'Instance:StateChange', content: { state: 'Stopped' }, timestamp: NOW, createdAt: NOW },
  ]);
});

test('one event needs no list around it', async () => {
  expect((await post(event({ name: 'alone' }))).json()).toEqual({ accepted: 1, rejected: 0, errors: [] });
  expect(await names('?name=alone')).toEqual(['alone']);
});

test('some bad: 200, the rest kept, each refusal with its place', async () => {
  const answer = await post([event({ level: 'OK' }), event({ name: 'kept' }), event({ webhook: 'x' }), 7]);
  expect([answer.statusCode, answer.json().accepted, answer.json().rejected]).toEqual([200, 1, 3]);
  expect(answer.json().errors.map((each: Record<string, unknown>) => [each.index, each.code, each.field])).toEqual([
    [0, 'event_level_invalid', 'level'],
    [2, 'event_field_unknown', 'webhook'],
    [3, 'event_invalid', null],
  ]);
  expect(await names('?name=kept')).toEqual(['kept']);
});

test('all bad: 400, in the form of every error, with the counts beside it', async () => {
  const answer = await post(event({ product: '' }));
  expect([answer.statusCode, answer.json().error.code, answer.json().rejected]).toEqual([400, 'events_rejected', 1]);
  expect(answer.json().error.message).toContain('The product is empty');
});

test('of many refusals the first 100 are told, all are counted', async () => {
  const { rejected, errors } = (await post(Array.from({ length: 150 }, () => 1))).json();
  expect([rejected, errors.length]).toEqual([150, 100]);
});

test('nothing sent: nothing refused', async () => {
  expect((await post([])).json()).toEqual({ accepted: 0, rejected: 0, errors: [] });
});

test.each<[string, unknown, Record<string, string>, number, string]>([
  ['a text', '"ECS"', {}, 400, 'body_invalid'],
  ['nothing', '', {}, 400, 'body_invalid'],
  ['half of a list', '[{', {}, 400, 'body_malformed'],
  ['a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'body_type_unsupported'],
  ['more events than allowed', Array.from({ length: 1001 }, () => event()), {}, 413, 'batch_too_large'],
  ['more bytes than allowed', `[${' '.repeat(1024 * 1024)}]`, {}, 413, 'body_too_large'],
])('%s', async (_, body, headers, status, code) => {
  const answer = await post(body, headers);
  expect([answer.statusCode, answer.json().error.code]).toEqual([status, code]);
});

test('as many events as allowed are taken; the limit that was hit is on /metrics', async () => {
  const many = Array.from({ length: 1000 }, (_, n) => event({ name: `many-${n}`, product: 'Many' }));
  expect((await post(many)).json()).toMatchObject({ accepted: 1000 });
  expect(await names('?product=Many&limit=2')).toEqual(['many-999', 'many-998']);
  const { body } = await api.ask({ url: '/metrics' });
  expect(body).toContain('cloudbell_limit_hits_total{limit="events_per_batch"} 1\n');
});

test('lists go on by a cursor, and say what they cannot understand', async () => {
  const first = (await api.ask({ url: '/api/v1/events?product=Many&limit=600' })).json();
  const second = (await api.ask({ url: `/api/v1/events?product=Many&limit=600&cursor=${first.next}` })).json();
  expect([first.items.length, second.items.length, second.next]).toEqual([600, 400, null]);
  for (const [query, code, field] of [
    ['cursor=x', 'cursor_invalid', 'cursor'],
    ['level=OK', 'query_invalid', 'level'],
    ['produt=x', 'query_invalid', 'produt'],
  ]) {
    const answer = await api.ask({ url: `/api/v1/events?${query}` });
    expect([answer.statusCode, answer.json().error.code, answer.json().error.field]).toEqual([400, code, field]);
  }
});

test('an event tells what each rule made of it', async () => {
  await api.ask({
    method: 'PUT',
    url: '/api/v1/event-rules/told',
    body: { names: ['told'], contactGroups: ['nobody'] },
  });
  await post(event({ name: 'told' }));
  const [{ eventId }] = await list('?name=told');
  const detail = await api.ask({ url: `/api/v1/events/${eventId}` });
  expect(detail.json().outcomes).toEqual([
    { transitionId: expect.any(String), ruleId: 'told', ruleVersion: 1, suppressed: 'no_endpoint', deliveryIds: [] },
  ]);
  const { items } = (await api.ask({ url: '/api/v1/transitions?ruleId=told' })).json();
  expect(items).toMatchObject([{ event: { eventId, name: 'told' }, transition: null, suppressed: 'no_endpoint' }]);
  const missing = await api.ask({ url: '/api/v1/events/none' });
  expect([missing.statusCode, missing.json().error.code]).toEqual([404, 'event_not_found']);
});
