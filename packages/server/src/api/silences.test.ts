import { afterEach, beforeEach, expect, test } from 'vitest';
import { NOW, newAlert, newEffect } from '../ports/store-fixtures.contract.ts';
import { type Fixture, openFixture, RULE } from './api-fixture.contract.ts';

let api: Fixture;
beforeEach(async () => {
  api = await openFixture();
  await api.ask({ method: 'PUT', url: '/api/v1/rules/r1', body: RULE });
  await api.commit([newEffect('a1', { alert: newAlert('a1') })]);
});
afterEach(() => api.close());

const HOUR = 3_600_000;
const BY_RULE = { by: { ruleId: 'r1' }, until: NOW + HOUR, why: 'new disks' };

const post = (body: unknown) => api.ask({ method: 'POST', url: '/api/v1/silences', body });
const get = (id: string) => api.ask({ url: `/api/v1/silences/${id}` });
const put = (id: string, body: unknown) => api.ask({ method: 'PUT', url: `/api/v1/silences/${id}`, body });
const remove = (id: string) => api.ask({ method: 'DELETE', url: `/api/v1/silences/${id}` });
const logged = async () =>
  (await api.logged()).flatMap((record) => (record.kind === 'silence' ? [record.silence] : []));

test.each([
  ['a rule', { ruleId: 'r1' }],
  ['dimensions', { dimensions: { instanceId: 'i-12', userId: '12' } }],
  ['an alert', { alertId: 'a1' }],
])('POST makes a silence of %s, from now on, and it is in the log when it answers', async (_, by) => {
  const answer = await post({ by, until: NOW + HOUR, why: 'new disks' });
  expect(answer.statusCode).toBe(201);
  const made = answer.json();
  expect(made).toMatchObject({
    by,
    from: NOW,
    until: NOW + HOUR,
    who: 'key-1',
    why: 'new disks',
    version: 1,
    state: 'active',
  });
  expect((await get(made.silenceId)).json()).toEqual(made);
  expect(await logged()).toMatchObject([{ silenceId: made.silenceId, version: 1, by, from: NOW, until: NOW + HOUR }]);
});

test('PUT moves its end, DELETE ends it now; each is a version in the log', async () => {
  const { silenceId } = (await post(BY_RULE)).json();
  const moved = await put(silenceId, { until: NOW + 2 * HOUR });
  expect([moved.statusCode, moved.json().version, moved.json().why]).toEqual([200, 2, 'new disks']);
  expect((await put(silenceId, { until: NOW + 2 * HOUR })).json().version).toBe(2);
  expect((await put(silenceId, { until: NOW + 2 * HOUR, why: 'older disks' })).json()).toMatchObject({ version: 3 });
  await api.clock.advance(1_000);
  expect((await remove(silenceId)).statusCode).toBe(204);
  expect((await get(silenceId)).json()).toMatchObject({ version: 4, state: 'past', until: NOW + 1_000 });
  expect((await logged()).map(({ version, until }) => [version, until - NOW])).toEqual([
    [1, HOUR],
    [2, 2 * HOUR],
    [3, 2 * HOUR],
    [4, 1_000],
  ]);
});

test('what is over stays over: PUT is refused, DELETE is what it asked for', async () => {
  const { silenceId } = (await post(BY_RULE)).json();
  await remove(silenceId);
  const answer = await put(silenceId, { until: NOW + 2 * HOUR });
  expect([answer.statusCode, answer.json().error.code]).toEqual([409, 'silence_ended']);
  expect((await remove(silenceId)).statusCode).toBe(204);
  expect(await logged()).toHaveLength(2);
});

test('one that has not begun can be taken back', async () => {
  const made = (await post({ ...BY_RULE, from: NOW + 1_000 })).json();
  expect(made.state).toBe('scheduled');
  await remove(made.silenceId);
  expect((await get(made.silenceId)).json()).toMatchObject({ state: 'past', from: NOW + 1_000, until: NOW });
});

test('lists by state, page by page', async () => {
  const ids: string[] = [];
  for (const from of [NOW, NOW + 1, NOW + 2]) {
    ids.push((await post({ ...BY_RULE, from, until: from + HOUR })).json().silenceId);
  }
  await remove(ids[0] ?? '');
  const list = async (query: string): Promise<string[]> =>
    (await api.ask({ url: `/api/v1/silences${query}` }))
      .json()
      .items.map(({ silenceId }: { silenceId: string }) => ids.indexOf(silenceId));
  expect(await list('')).toEqual([2, 1, 0]);
  expect(await list('?state=past')).toEqual([0]);
  expect(await list('?state=scheduled')).toEqual([2, 1]);
  expect(await list('?state=active')).toEqual([]);
  const { next } = (await api.ask({ url: '/api/v1/silences?limit=1' })).json();
  expect(await list(`?limit=2&cursor=${next}`)).toEqual([1, 0]);
  expect((await api.ask({ url: '/api/v1/silences?state=over' })).json().error.field).toBe('state');
  expect((await api.ask({ url: '/api/v1/silences?cursor=x' })).json().error.code).toBe('cursor_invalid');
});

test.each<[string, unknown, string, string | undefined]>([
  ['nothing', undefined, 'body_invalid', undefined],
  ['a list', [], 'body_invalid', undefined],
  ['no end', { by: { ruleId: 'r1' } }, 'silence_invalid', 'until'],
  ['no matcher', { until: NOW + HOUR }, 'silence_invalid', 'by'],
  ['an empty matcher', { ...BY_RULE, by: {} }, 'silence_invalid', 'by'],
  ['two matchers', { ...BY_RULE, by: { ruleId: 'r1', alertId: 'a1' } }, 'silence_invalid', 'by'],
  ['everything', { ...BY_RULE, by: { dimensions: {} } }, 'silence_invalid', 'by.dimensions'],
  ['a number as value', { ...BY_RULE, by: { dimensions: { a: 1 } } }, 'silence_invalid', 'by.dimensions.a'],
  ['a rule that is not there', { ...BY_RULE, by: { ruleId: 'r2' } }, 'silence_invalid', 'by.ruleId'],
  ['an alert that is not there', { ...BY_RULE, by: { alertId: 'a2' } }, 'silence_invalid', 'by.alertId'],
  ['an unknown field', { ...BY_RULE, forever: true }, 'silence_invalid', 'forever'],
  ['a word as time', { ...BY_RULE, until: 'tomorrow' }, 'silence_invalid', 'until'],
  ['why, too long', { ...BY_RULE, why: 'x'.repeat(1001) }, 'silence_invalid', 'why'],
  ['an end in the past', { ...BY_RULE, until: NOW }, 'silence_time_invalid', 'until'],
  ['an end in seconds', { ...BY_RULE, until: Math.floor(NOW / 1000) + 3600 }, 'silence_time_invalid', 'until'],
  ['an end before the start', { ...BY_RULE, from: NOW + 2 * HOUR }, 'silence_time_invalid', 'until'],
  ['an end in ten years', { ...BY_RULE, until: NOW + 3653 * 24 * HOUR }, 'silence_time_invalid', 'until'],
])('%s is refused, and nothing is stored', async (_, body, code, field) => {
  const { error } = (await post(body)).json();
  expect([error.code, error.field]).toEqual([code, field]);
  expect(error.hint).toMatch(/.{6}/);
  expect((await api.ask({ url: '/api/v1/silences' })).json().items).toEqual([]);
});

test('one that is not there', async () => {
  for (const answer of [await get('none'), await put('none', { until: NOW + HOUR }), await remove('none')]) {
    expect([answer.statusCode, answer.json().error.code]).toEqual([404, 'silence_not_found']);
  }
});

test('as many as allowed are refused and counted', async () => {
  const limited = await openFixture({ silencesPerAccountMax: 1 });
  try {
    const body = { by: { dimensions: { a: 'b' } }, until: NOW + HOUR };
    const ask = () => limited.ask({ method: 'POST', url: '/api/v1/silences', body });
    expect((await ask()).statusCode).toBe(201);
    const refused = await ask();
    expect([refused.statusCode, refused.json().error.code]).toEqual([409, 'silence_limit_reached']);
    expect((await limited.ask({ url: '/metrics' })).body).toContain(
      'cloudbell_limit_hits_total{limit="silences_per_account"} 1\n',
    );
  } finally {
    await limited.close();
  }
});
