import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fixture, openFixture } from './api-fixture.contract.ts';

let api: Fixture;
beforeAll(async () => {
  api = await openFixture();
});
afterAll(() => api.close());

const RULE = {
  ruleName: 'ECS trouble',
  product: 'ECS',
  levels: ['CRITICAL'],
  names: ['Instance:*'],
  contactGroups: [],
};
const url = (ruleId: string, action = '') => `/api/v1/event-rules/${ruleId}${action}`;
const put = (ruleId: string, body: unknown, headers: Record<string, string> = {}) =>
  api.ask({ method: 'PUT', url: url(ruleId), body, headers });
const get = (ruleId: string) => api.ask({ url: url(ruleId) });

test('PUT creates with 201 and replaces with 200; what was read can be written back', async () => {
  const created = await put('made', RULE);
  expect([created.statusCode, created.headers.etag]).toEqual([201, '"1"']);
  expect(created.json()).toMatchObject({
    ...RULE,
    enabled: true,
    types: [],
    keyword: null,
    silenceTime: 0,
    version: 1,
  });
  const replaced = await put('made', { ...RULE, silenceTime: 300 });
  expect([replaced.statusCode, replaced.headers.etag, replaced.json().silenceTime]).toEqual([200, '"2"', 300]);
  const read = (await get('made')).json();
  expect(read).toEqual(replaced.json());
  expect((await put('made', read)).headers.etag).toBe('"2"');
});

test.each([
  ['webhook', 'http://127.0.0.1:9099/hook'],
  ['webhook', null],
  ['callbackUrl', 'http://127.0.0.1:9099/hook'],
])('a callback is refused, and the stored rule stays as it was: %s %s', async (field, value) => {
  await put('kept', RULE);
  const answer = await put('kept', { ...RULE, silenceTime: 5, [field]: value });
  expect(answer.statusCode).toBe(400);
  expect(answer.json().error).toMatchObject({
    code: 'event_rule_callback_unsupported',
    field,
    message: expect.stringContaining('Event alerts do not support the alert callback feature'),
    hint: expect.stringContaining('contactGroups'),
  });
  expect((await get('kept')).json()).toMatchObject({ version: 1, silenceTime: 0 });
});

test('several faults are all told, the first stands for them', async () => {
  const { error } = (await put('bad', { levels: ['warn'], colour: 'red' })).json();
  expect(error.code).toBe('event_rule_filter_invalid');
  expect(error.problems.map((problem: { code: string }) => problem.code)).toEqual([
    'event_rule_filter_invalid',
    'rule_field_unknown',
  ]);
  expect((await get('bad')).statusCode).toBe(404);
  expect((await put('bad', undefined)).json().error.code).toBe('body_invalid');
});

test('conditions: each refusal is 412 and names the present version', async () => {
  await put('cond', RULE);
  await put('cond', { ...RULE, product: 'RDS' });
  const refusals: [string, Record<string, string>, number | null][] = [
    ['cond', { 'if-match': '"1"' }, 2],
    ['cond', { 'if-none-match': '*' }, 2],
    ['nothing', { 'if-match': '"1"' }, null],
    ['nothing', { 'if-match': '*' }, null],
  ];
  for (const [ruleId, headers, currentVersion] of refusals) {
    const answer = await put(ruleId, RULE, headers);
    expect([answer.statusCode, answer.json().error.code]).toEqual([412, 'rule_version_mismatch']);
    expect(answer.json().error.currentVersion).toBe(currentVersion);
  }
  expect((await put('cond', RULE, { 'if-match': '"2"' })).headers.etag).toBe('"3"');
  expect((await put('cond', { ...RULE, keyword: 'x' }, { 'if-match': '*' })).headers.etag).toBe('"4"');
  expect((await put('cond', RULE, { 'if-match': 'x' })).json().error.code).toBe('condition_invalid');
  const remove = (headers: Record<string, string>) => api.ask({ method: 'DELETE', url: url('cond'), headers });
  expect((await remove({ 'if-match': '"3"' })).statusCode).toBe(412);
  expect((await remove({ 'if-match': '"4"' })).statusCode).toBe(204);
});

test('enable and disable are versions; deleting is final', async () => {
  await put('switched', RULE);
  const act = (action: string) => api.ask({ method: 'POST', url: url('switched', action) });
  const off = await act('/disable');
  expect([off.statusCode, off.json().enabled, off.headers.etag]).toEqual([200, false, '"2"']);
  expect((await act('/disable')).headers.etag).toBe('"2"');
  expect((await act('/enable')).json()).toMatchObject({ enabled: true, version: 3 });
  expect((await api.ask({ method: 'DELETE', url: url('switched') })).statusCode).toBe(204);
  for (const answer of [
    await get('switched'),
    await act('/enable'),
    await api.ask({ method: 'DELETE', url: url('switched') }),
  ]) {
    expect([answer.statusCode, answer.json().error.code]).toEqual([404, 'rule_not_found']);
  }
});

test('lists go by id, with search and a cursor', async () => {
  for (const ruleId of ['list-b', 'list-a', 'list-c']) await put(ruleId, RULE);
  const ids = (answer: { items: { ruleId: string }[] }) => answer.items.map((item) => item.ruleId);
  const first = (await api.ask({ url: '/api/v1/event-rules?search=LIST-&limit=2' })).json();
  expect(ids(first)).toEqual(['list-a', 'list-b']);
  const second = (await api.ask({ url: `/api/v1/event-rules?search=list-&limit=2&cursor=${first.next}` })).json();
  expect([ids(second), second.next]).toEqual([['list-c'], null]);
  expect((await api.ask({ url: '/api/v1/event-rules?cursor=x' })).json().error.code).toBe('cursor_invalid');
});

test('without credentials there is nothing to see', async () => {
  for (const path of ['/api/v1/event-rules', '/api/v1/events', url('made')]) {
    expect((await api.ask({ url: path, isKnown: false })).statusCode).toBe(401);
  }
});

test('event rules warn of groups that do not exist at that moment, as rules do', async () => {
  const url = '/api/v1/event-rules/warned';
  await api.ask({ method: 'PUT', url: '/api/v1/contact-groups/there', body: { contacts: [] } });
  const written = await api.ask({ method: 'PUT', url, body: { contactGroups: ['there', 'gone'] } });
  const warnings = [{ code: 'contact_group_unknown', field: 'contactGroups[1]' }];
  expect(written.json().warnings).toMatchObject(warnings);
  const { items } = (await api.ask({ url: '/api/v1/event-rules' })).json();
  expect(items.find(({ ruleId }: { ruleId: string }) => ruleId === 'warned').warnings).toMatchObject(warnings);
});
