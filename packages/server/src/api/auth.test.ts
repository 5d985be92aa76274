import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemRandom } from '../base/random.ts';
import { ACCOUNT } from '../ports/store-fixtures.contract.ts';
import { BASIC, type Fixture, KEY, openFixture, RULE } from './api-fixture.contract.ts';
import { hashSecret, isSecret } from './secret-hash.ts';

let api: Fixture;
beforeAll(async () => {
  api = await openFixture({ settings: { metricsOpen: false } });
});
afterAll(() => api.close());

const me = (headers: Record<string, string>) => api.ask({ url: '/api/v1/me', isKnown: false, headers });
const basic = (text: string): { authorization: string } => ({
  authorization: `Basic ${Buffer.from(text).toString('base64')}`,
});

async function signIn(): Promise<string> {
  const answer = await api.app.inject({ url: api.signInLinks.issue({ account: ACCOUNT, user: 'admin' }) });
  return String(answer.headers['set-cookie']).split(';', 1)[0] ?? '';
}

test('an access key opens the API', async () => {
  const answer = await me({ authorization: BASIC });
  expect(answer.json()).toEqual({ account: '1000000000000001', name: 'key-1', kind: 'access_key', role: 'admin' });
});

test.each([
  ['nothing', {}, 'credentials_missing'],
  ['a wrong secret', basic('key-1:wrong'), 'credentials_invalid'],
  ['an unknown key', basic(`key-2:${KEY.secret}`), 'credentials_invalid'],
  ['no colon', basic('key-1'), 'credentials_invalid'],
  ['another scheme', { authorization: 'Bearer key-1' }, 'credentials_invalid'],
  ['a made-up session', { cookie: 'cloudbell_session=x' }, 'credentials_invalid'],
])('%s does not', async (_, headers, code) => {
  const answer = await me(headers as Record<string, string>);
  expect([answer.statusCode, answer.json().error.code]).toEqual([401, code]);
  expect(answer.headers['www-authenticate']).toBe('Basic realm="Cloudbell", charset="UTF-8"');
});

test('a script in a page gets no challenge that opens the browser’s dialog', async () => {
  const answer = await me({ 'sec-fetch-mode': 'cors' });
  expect(answer.headers['www-authenticate']).toMatch(/^Cloudbell-Session/);
});

test('every operation but the open ones needs credentials', async () => {
  const paths: ['GET' | 'PUT' | 'POST' | 'DELETE', string][] = [
    ['PUT', '/api/v1/rules/r'],
    ['GET', '/api/v1/rules'],
    ['DELETE', '/api/v1/alerts/a'],
    ['GET', '/api/v1/transitions'],
    ['GET', '/api/v1/deliveries'],
    ['POST', '/api/v1/deliveries/d/replay'],
    ['POST', '/api/v1/samples'],
    ['POST', '/api/v1/signout'],
    ['GET', '/api/v1/openapi.json'],
    ['GET', '/metrics'],
  ];
  for (const [method, url] of paths) {
    expect([url, (await api.ask({ method, url, isKnown: false })).statusCode]).toEqual([url, 401]);
  }
  for (const url of ['/healthz', '/readyz']) expect((await api.ask({ url, isKnown: false })).statusCode).toBe(200);
});

test('a replaced key stops working when the trust in it ends', async () => {
  const fresh = await openFixture({ settings: { accessKeyTrustMs: 5000 } });
  const status = async (secret: string): Promise<number> =>
    (await fresh.ask({ url: '/api/v1/me', headers: basic(`${KEY.id}:${secret}`) })).statusCode;
  expect(await status(KEY.secret)).toBe(200);
  const secretHash = await hashSecret('another', systemRandom);
  const stored = (await fresh.store.identity.accessKey(KEY.id))!;
  await fresh.store.identity.putAccessKey({ ...stored, secretHash });
  expect(await status(KEY.secret)).toBe(200);
  await fresh.clock.advance(5001);
  expect([await status(KEY.secret), await status('another')]).toEqual([401, 200]);
  await fresh.close();
});

test('more guesses at once than can be checked are turned away, not queued', async () => {
  const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => me(basic(`key-1:guess-${i}`))));
  const statuses = answers.map((answer) => answer.statusCode);
  expect(new Set(statuses)).toEqual(new Set([401, 503]));
  expect((await me({ authorization: BASIC })).statusCode).toBe(200);
});

test('a sign-in link works once and leads to the console', async () => {
  const link = api.signInLinks.issue({ account: ACCOUNT, user: 'admin' });
  expect((await api.app.inject({ method: 'HEAD', url: link })).statusCode).toBe(404);
  expect((await api.app.inject({ url: link, headers: { 'sec-purpose': 'prefetch' } })).statusCode).toBe(410);
  const first = await api.app.inject({ url: link });
  expect([first.statusCode, first.headers.location]).toEqual([303, '/']);
  expect(first.headers['set-cookie']).toMatch(
    /^cloudbell_session=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/,
  );
  const second = await api.app.inject({ url: link });
  expect([second.statusCode, second.headers['set-cookie']]).toEqual([410, undefined]);
  expect(second.body).toContain('no longer works');
  expect(second.headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect((await api.app.inject({ url: '/signin' })).statusCode).toBe(410);
});

test('a sign-in link ends after an hour, a session after a week', async () => {
  const fresh = await openFixture({ settings: { cookieSecure: true } });
  const old = fresh.signInLinks.issue({ account: ACCOUNT, user: 'admin' });
  await fresh.clock.advance(3_600_000);
  expect((await fresh.app.inject({ url: old })).statusCode).toBe(410);
  const signedIn = await fresh.app.inject({ url: fresh.signInLinks.issue({ account: ACCOUNT, user: 'admin' }) });
  expect(signedIn.headers['set-cookie']).toMatch(/; Secure$/);
  const headers = { cookie: String(signedIn.headers['set-cookie']).split(';', 1)[0] ?? '' };
  const ask = () => fresh.ask({ url: '/api/v1/me', isKnown: false, headers });
  expect((await ask()).json()).toEqual({ account: ACCOUNT, name: 'admin', kind: 'session', role: 'admin' });
  // Not minute by minute: what runs every second would run 600,000 times.
  fresh.clock.freeze(7 * 86_400_000, 'both');
  expect((await ask()).statusCode).toBe(401);
  await fresh.close();
});

test('signing out ends the session and the cookie', async () => {
  const cookie = await signIn();
  const headers = { cookie, host: 'bell.example', origin: 'http://bell.example', 'x-cloudbell-csrf': '1' };
  const answer = await api.ask({ method: 'POST', url: '/api/v1/signout', isKnown: false, headers });
  expect([answer.statusCode, answer.headers['set-cookie']]).toEqual([
    204,
    'cloudbell_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict',
  ]);
  expect((await me({ cookie })).statusCode).toBe(401);
});

const own = { host: 'bell.example', origin: 'https://bell.example' };
test.each<[string, 'cookie' | 'key', Record<string, string>, number]>([
  ['own page with the header', 'cookie', { ...own, 'x-cloudbell-csrf': '1' }, 201],
  ['own page without the header', 'cookie', own, 403],
  ['the header without Origin', 'cookie', { host: own.host, 'x-cloudbell-csrf': '1' }, 403],
  ['another site', 'cookie', { host: own.host, origin: 'https://evil.example', 'x-cloudbell-csrf': '1' }, 403],
  ['Origin null', 'cookie', { host: own.host, origin: 'null', 'x-cloudbell-csrf': '1' }, 403],
  ['another port', 'cookie', { host: own.host, origin: 'https://bell.example:8443', 'x-cloudbell-csrf': '1' }, 403],
  ['a program', 'key', {}, 201],
  ['another site with remembered Basic', 'key', { host: own.host, origin: 'https://evil.example' }, 403],
  ['another site, told by Sec-Fetch-Site', 'key', { 'sec-fetch-site': 'cross-site' }, 403],
])('a change asked for by %s (%s): %i', async (name, by, headers, status) => {
  const credentials = by === 'cookie' ? { cookie: await signIn() } : { authorization: BASIC };
  const url = `/api/v1/rules/${encodeURIComponent(name)}`;
  const answer = await api.ask({
    method: 'PUT',
    url,
    body: RULE,
    isKnown: false,
    headers: { ...credentials, ...headers },
  });
  expect(answer.statusCode).toBe(status);
  if (status === 403) expect(answer.json().error.code).toBe('csrf_refused');
});

test('a hash is of one secret, and never twice the same', async () => {
  const hash = await hashSecret('s', systemRandom);
  expect(hash).toMatch(/^scrypt\$16384\$8\$5\$[\w-]{22}\$[\w-]{43}$/);
  expect(await hashSecret('s', systemRandom)).not.toBe(hash);
  expect([await isSecret('s', hash), await isSecret('S', hash), await isSecret('s', 'plain$s')]).toEqual([
    true,
    false,
    false,
  ]);
});
