import { afterEach, beforeEach, expect, test } from 'vitest';
import { NOW, newAlert, newEffect } from '../ports/store-fixtures.contract.ts';
import { type Fixture, openFixture } from './api-fixture.contract.ts';

let api: Fixture;
beforeEach(async () => {
  api = await openFixture();
  await api.commit([
    newEffect('a1', { alert: newAlert('a1') }),
    newEffect('a2', { alert: newAlert('a2', { state: 'OK', level: 'OK', transId: null }) }),
  ]);
});
afterEach(() => api.close());

const url = (alertId: string) => `/api/v1/alerts/${alertId}/acknowledge`;
const acknowledge = (alertId: string, body?: unknown) => api.ask({ method: 'POST', url: url(alertId), body });
const withdraw = (alertId: string) => api.ask({ method: 'DELETE', url: url(alertId) });
const shown = async () => (await api.ask({ url: '/api/v1/alerts/a1' })).json().acknowledged;
const logged = async () => (await api.logged()).filter(({ kind }) => kind === 'acknowledge');

test('who, when and why are shown on the alert and in the list, and it is in the log when it answers', async () => {
  const answer = await acknowledge('a1', { note: 'on it' });
  const acknowledged = { by: 'key-1', at: NOW, note: 'on it' };
  expect([answer.statusCode, answer.json().alertId, answer.json().acknowledged]).toEqual([200, 'a1', acknowledged]);
  expect(await shown()).toEqual(acknowledged);
  const { items } = (await api.ask({ url: '/api/v1/alerts?state=ALERT' })).json();
  expect(items[0].acknowledged).toEqual(acknowledged);
  expect(await logged()).toMatchObject([{ alertId: 'a1', ruleId: 'r1', since: NOW, acknowledged: true, by: 'key-1' }]);
});

test('a note may be left out; said again nothing new is logged', async () => {
  expect((await acknowledge('a1')).json().acknowledged.note).toBe('');
  expect((await acknowledge('a1', {})).statusCode).toBe(200);
  expect(await logged()).toHaveLength(1);
});

test('DELETE takes it back, once', async () => {
  await acknowledge('a1');
  const answer = await withdraw('a1');
  expect([answer.statusCode, answer.json().acknowledged]).toEqual([200, null]);
  expect((await withdraw('a1')).statusCode).toBe(200);
  expect(await logged()).toMatchObject([{ acknowledged: true }, { acknowledged: false }]);
});

test('it is gone when the alert has changed', async () => {
  await acknowledge('a1');
  await api.commit([newEffect('a1', { alert: newAlert('a1', { level: 'CRITICAL', since: NOW + 60_000 }) })]);
  expect(await shown()).toBeNull();
});

test.each<[string, string, unknown, number, string]>([
  ['an alert in order', 'a2', {}, 409, 'alert_in_order'],
  ['one that is not there', 'a9', {}, 404, 'alert_not_found'],
  ['a list', 'a1', [], 400, 'body_invalid'],
  ['an unknown field', 'a1', { why: 'x' }, 400, 'acknowledgement_invalid'],
  ['a note that is too long', 'a1', { note: 'x'.repeat(1001) }, 400, 'acknowledgement_invalid'],
])('%s is refused', async (_, alertId, body, status, code) => {
  const answer = await acknowledge(alertId, body);
  expect([answer.statusCode, answer.json().error.code]).toEqual([status, code]);
  expect(await logged()).toEqual([]);
});

test('taking back where there is no alert', async () => {
  expect((await withdraw('a9')).json().error.code).toBe('alert_not_found');
});
