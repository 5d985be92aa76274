import { afterEach, beforeEach, expect, test } from 'vitest';
import { ACCOUNT, NOW } from '../ports/store-fixtures.contract.ts';
import { type Ask, type Fixture, openFixture, PASSWORD } from './api-fixture.contract.ts';

let api: Fixture;
beforeEach(async () => {
  api = await openFixture();
});
afterEach(() => api.close());

const put = (name: string, body: unknown, headers: Record<string, string> = {}) =>
  api.ask({ method: 'PUT', url: `/api/v1/users/${encodeURIComponent(name)}`, body, headers });
/** As a page of a signed-in user does. */
const as = (headers: Record<string, string>, request: Ask) => api.ask({ isKnown: false, ...request, headers });
const isIn = async (headers: Record<string, string>): Promise<boolean> =>
  (await as(headers, { url: '/api/v1/me' })).statusCode === 200;
const signIn = (user: string, password: string) =>
  api.ask({ method: 'POST', url: '/api/v1/signin', isKnown: false, body: { user, password } });

test('a user is created, signs in, is listed without the hash, and is deleted', async () => {
  const created = await put('ada', { role: 'editor', password: 'long enough' });
  const ada = {
    ...{ account: ACCOUNT, name: 'ada', role: 'editor', enabled: true },
    ...{ createdAt: NOW, updatedAt: NOW, lastSignInAt: null },
  };
  expect([created.statusCode, created.json()]).toEqual([201, ada]);
  await api.clock.advance(1000);
  expect((await signIn('ada', 'long enough')).statusCode).toBe(200);
  const list = (await api.ask({ url: '/api/v1/users' })).json();
  expect(list.items.map((user: { name: string }) => user.name)).toEqual(['ada', 'admin']);
  expect(list.items[0]).toEqual({ ...ada, lastSignInAt: NOW + 1000 });
  expect(JSON.stringify(list)).not.toContain('scrypt');
  const page = (await api.ask({ url: '/api/v1/users?limit=1' })).json();
  expect((await api.ask({ url: `/api/v1/users?cursor=${page.next}` })).json().items).toHaveLength(1);
  expect((await put('ada', ada)).statusCode).toBe(200);
  expect((await api.ask({ method: 'DELETE', url: '/api/v1/users/ada' })).statusCode).toBe(204);
  expect((await api.ask({ url: '/api/v1/users/ada' })).json().error.code).toBe('user_not_found');
  expect((await api.ask({ method: 'DELETE', url: '/api/v1/users/ada' })).statusCode).toBe(404);
  expect((await signIn('ada', 'long enough')).statusCode).toBe(401);
});

const good = { role: 'viewer', password: 'long enough' };
test.each<[string, string, unknown, Record<string, string>, number, string, string | undefined]>([
  ['no role', 'ada', { password: 'long enough' }, {}, 400, 'user_invalid', 'role'],
  ['a role that does not exist', 'ada', { ...good, role: 'root' }, {}, 400, 'user_invalid', 'role'],
  ['a short password', 'ada', { ...good, password: 'short' }, {}, 400, 'user_invalid', 'password'],
  ['an endless password', 'ada', { ...good, password: 'x'.repeat(257) }, {}, 400, 'user_invalid', 'password'],
  ['no password', 'ada', { role: 'viewer' }, {}, 400, 'password_invalid', 'password'],
  ['a field that does not exist', 'ada', { ...good, admin: true }, {}, 400, 'user_invalid', 'admin'],
  ['a name with a blank', 'a b', good, {}, 400, 'user_invalid', 'name'],
  ['a name of markup', '<b>', good, {}, 400, 'user_invalid', 'name'],
  ['a name that is taken, when it should be new', 'admin', good, { 'if-none-match': '*' }, 409, 'user_exists', 'name'],
  ['a version', 'admin', good, { 'if-match': '"1"' }, 400, 'condition_invalid', 'If-Match'],
])('%s is refused', async (_, name, body, headers, status, code, field) => {
  const answer = await put(name, body, headers);
  expect([answer.statusCode, answer.json().error.code, answer.json().error.field]).toEqual([status, code, field]);
  expect((await api.ask({ url: '/api/v1/users' })).json().items).toHaveLength(1);
});

test.each<[string, Ask]>([
  ['deleted', { method: 'DELETE', url: '/api/v1/users/admin' }],
  ['disabled', { method: 'PUT', url: '/api/v1/users/admin', body: { role: 'admin', enabled: false } }],
  ['given another role', { method: 'PUT', url: '/api/v1/users/admin', body: { role: 'editor' } }],
])('the last admin is not %s; with another one it is', async (_, request) => {
  const refused = await api.ask(request);
  expect([refused.statusCode, refused.json().error.code]).toEqual([409, 'user_last_admin']);
  await api.putUser('zoe', 'admin');
  expect((await api.ask(request)).statusCode).toBeLessThan(300);
});

test.each<[string, object, boolean]>([
  ['a new password', { role: 'editor', password: 'another one' }, false],
  ['another role', { role: 'viewer' }, false],
  ['disabling', { role: 'editor', enabled: false }, false],
  ['the same again', { role: 'editor' }, true],
])('%s: the sessions of that user go on: %s', async (_, body, want) => {
  await api.putUser('ada', 'editor');
  const [ada, admin] = [await api.signIn('ada'), await api.signIn('admin')];
  expect((await put('ada', body)).statusCode).toBe(200);
  expect([await isIn(ada), await isIn(admin)]).toEqual([want, true]);
});

test('an admin signs somebody out everywhere', async () => {
  await api.putUser('ada', 'editor');
  const ada = await api.signIn('ada');
  expect((await api.ask({ method: 'DELETE', url: '/api/v1/users/ada/sessions' })).statusCode).toBe(204);
  expect(await isIn(ada)).toBe(false);
  expect((await api.ask({ method: 'DELETE', url: '/api/v1/users/eve/sessions' })).statusCode).toBe(404);
});

test('one’s own password: the other sessions end, this one stays', async () => {
  await api.putUser('ada', 'viewer');
  const [here, elsewhere] = [await api.signIn('ada'), await api.signIn('ada')];
  const change = (currentPassword: string, password: string) =>
    as(here, { method: 'PUT', url: '/api/v1/me/password', body: { currentPassword, password } });
  const wrong = await change('wrong', 'long enough');
  expect([wrong.statusCode, wrong.json().error.code, wrong.json().error.field]).toEqual([
    400,
    'password_wrong',
    'currentPassword',
  ]);
  expect((await change(PASSWORD, 'short')).json().error.code).toBe('password_invalid');
  expect(await isIn(elsewhere)).toBe(true);
  expect((await change(PASSWORD, 'long enough')).statusCode).toBe(204);
  expect([await isIn(here), await isIn(elsewhere)]).toEqual([true, false]);
  expect([(await signIn('ada', PASSWORD)).statusCode, (await signIn('ada', 'long enough')).statusCode]).toEqual([
    401, 200,
  ]);
});

test('guesses at the current password count as those at the door', async () => {
  await api.putUser('ada', 'viewer');
  const here = await api.signIn('ada');
  const guess = () =>
    as(here, { method: 'PUT', url: '/api/v1/me/password', body: { currentPassword: 'x', password: 'long enough' } });
  for (let i = 0; i < 5; i++) expect((await guess()).statusCode).toBe(400);
  const throttled = await guess();
  expect([throttled.statusCode, throttled.headers['retry-after']]).toEqual([429, '30']);
  expect((await signIn('ada', PASSWORD)).statusCode).toBe(429);
});

test('one’s own sessions are listed, and ended one by one', async () => {
  await api.putUser('ada', 'viewer');
  const here = await api.signIn('ada');
  await api.clock.advance(1000);
  const there = await api.signIn('ada');
  const { items } = (await as(here, { url: '/api/v1/sessions' })).json();
  expect(items).toMatchObject([
    { user: 'ada', address: '127.0.0.1', createdAt: NOW + 1000, current: false },
    { createdAt: NOW, current: true },
  ]);
  const admin = await api.signIn('admin');
  const end = (who: Record<string, string>) =>
    as(who, { method: 'DELETE', url: `/api/v1/sessions/${items[0].sessionId}` });
  expect((await end(admin)).json().error.code).toBe('session_not_found');
  expect((await end(here)).statusCode).toBe(204);
  expect([await isIn(there), await isIn(here)]).toEqual([false, true]);
});

test('an access key has neither sessions nor a password', async () => {
  const password = {
    method: 'PUT',
    url: '/api/v1/me/password',
    body: { currentPassword: 'a', password: 'b' },
  } as const;
  for (const request of [{ url: '/api/v1/sessions' }, password]) {
    const answer = await api.ask(request);
    expect([answer.statusCode, answer.json().error.code]).toEqual([403, 'session_required']);
  }
});
