import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACCOUNT } from '../ports/store-fixtures.contract.ts';
import { type Fixture, openFixture, PASSWORD } from './api-fixture.contract.ts';

let api: Fixture;
beforeAll(async () => {
  api = await openFixture();
});
afterAll(() => api.close());

const OWN = { host: 'bell.example', origin: 'http://bell.example', 'sec-fetch-site': 'same-origin' };
const signIn = (body: unknown, headers: Record<string, string> = OWN) =>
  api.ask({ method: 'POST', url: '/api/v1/signin', isKnown: false, body, headers });
const right = { user: 'admin', password: PASSWORD };
const cookieOf = (answer: { headers: Record<string, unknown> }): string =>
  String(answer.headers['set-cookie']).split(';', 1)[0] ?? '';

test('user and password start a session, in a cookie that no script and no other site can use', async () => {
  const answer = await signIn(right);
  expect(answer.json()).toEqual({ account: ACCOUNT, name: 'admin', kind: 'session', role: 'admin' });
  expect(answer.headers['set-cookie']).toMatch(
    /^cloudbell_session=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/,
  );
  const me = await api.ask({ url: '/api/v1/me', isKnown: false, headers: { cookie: cookieOf(answer) } });
  expect(me.json()).toEqual(answer.json());
});

test.each<[string, unknown, Record<string, string>, number, string]>([
  ['a wrong password', { ...right, password: 'wrong' }, OWN, 401, 'sign_in_refused'],
  ['a name that nobody has', { ...right, user: 'nobody' }, OWN, 401, 'sign_in_refused'],
  ['an account id in front of the name', { ...right, user: `${ACCOUNT}/admin` }, OWN, 401, 'sign_in_refused'],
  ['no password', { user: 'admin' }, OWN, 400, 'sign_in_invalid'],
  ['something else besides', { ...right, next: '/' }, OWN, 400, 'sign_in_invalid'],
  ['a password of a megabyte', { ...right, password: 'x'.repeat(1 << 20) }, OWN, 400, 'sign_in_invalid'],
  ['a list', [], OWN, 400, 'body_invalid'],
  ['another site', right, { host: OWN.host, origin: 'http://evil.example' }, 403, 'csrf_refused'],
  ['a sandboxed frame', right, { host: OWN.host, origin: 'null' }, 403, 'csrf_refused'],
  ['another site, told by Sec-Fetch-Site', right, { 'sec-fetch-site': 'cross-site' }, 403, 'csrf_refused'],
  [
    'a form',
    'user=admin',
    { ...OWN, 'content-type': 'application/x-www-form-urlencoded' },
    415,
    'body_type_unsupported',
  ],
  [
    'a form that looks like text',
    JSON.stringify(right),
    { ...OWN, 'content-type': 'text/plain' },
    415,
    'body_type_unsupported',
  ],
])('%s does not', async (_, body, headers, status, code) => {
  const answer = await signIn(body, headers);
  expect([answer.statusCode, answer.json().error.code]).toEqual([status, code]);
  expect(answer.headers['set-cookie']).toBeUndefined();
});

test('a name that nobody has is refused in the very same words', async () => {
  const [known, unknown] = [
    await signIn({ ...right, password: 'wrong' }),
    await signIn({ user: 'x', password: 'wrong' }),
  ];
  expect(known.json()).toEqual(unknown.json());
});

test('after five wrong ones it says how long to wait, and to others nothing', async () => {
  const fresh = await openFixture();
  await fresh.putUser('bob', 'viewer');
  const guess = async (user: string, password: string) =>
    fresh.ask({ method: 'POST', url: '/api/v1/signin', isKnown: false, headers: OWN, body: { user, password } });
  for (let i = 0; i < 5; i++) expect((await guess('admin', 'wrong')).statusCode).toBe(401);
  const refused = await guess('admin', PASSWORD);
  expect([refused.statusCode, refused.headers['retry-after'], refused.json().error.code]).toEqual([
    429,
    '30',
    'sign_in_throttled',
  ]);
  expect((await guess('bob', PASSWORD)).statusCode).toBe(200);
  await fresh.clock.advance(30_000);
  expect((await guess('admin', PASSWORD)).statusCode).toBe(200);
  await fresh.close();
});

test('a disabled user comes in neither by password nor by link', async () => {
  await api.putUser('dan', 'viewer');
  const body = { role: 'viewer', enabled: false };
  await api.ask({ method: 'PUT', url: '/api/v1/users/dan', body });
  expect((await signIn({ user: 'dan', password: PASSWORD })).json().error.code).toBe('sign_in_refused');
  const link = await api.app.inject({ url: api.signInLinks.issue({ account: ACCOUNT, user: 'dan' }) });
  expect([link.statusCode, link.headers['set-cookie']]).toEqual([410, undefined]);
});
