import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACCOUNT } from '../ports/store-fixtures.contract.ts';
import { type Fixture, openFixture } from './api-fixture.contract.ts';

const HOOK = 'http://127.0.0.1:9/hook';
const TOKEN_URL = `${HOOK}?token=abcdefghijklmnopqrstuvwxyz`;
const SHOWN_URL = `${HOOK}?token=abcd…`;
const KEY = 'planted-header-value-9f2c';
const PASSWORD = 'planted password 1a2b';
const SIGNING = `whsec_${btoa('planted-signing-secret')}`;
let api: Fixture;
beforeAll(async () => {
  api = await openFixture();
});
afterAll(() => api.close());

const path = (name: string) => `/api/v1/endpoint-settings/${name}`;
const put = (name: string, body: object, headers = {}) => api.ask({ method: 'PUT', url: path(name), body, headers });
const post = (name: string, verb: 'rotate' | 'promote', body: object = {}) =>
  api.ask({ method: 'POST', url: `${path(name)}/${verb}`, body });
const stored = (name: string) => api.store.endpointSettings.settings(ACCOUNT, name);
const codeOf = (answer: { json(): { error: { code: string; field?: string } } }) => answer.json().error.code;

const ALL = {
  ...{ endpoint: TOKEN_URL, retryFor: 86_400, rateLimit: { attempts: 10, period: 60 }, callbackProfile: 'json' },
  headers: { 'X-Key': KEY },
  auth: { type: 'basic', user: 'bell', password: PASSWORD },
  signingSecret: SIGNING,
};

test('what is read shows no secret, and stands for the stored one when it comes back', async () => {
  const created = await put('pager', ALL);
  expect(created.statusCode).toBe(201);
  expect(created.json()).toMatchObject({
    ...{ name: 'pager', endpoint: SHOWN_URL, retryFor: 86_400, rateLimit: { attempts: 10, period: 60 } },
    ...{ headers: { 'X-Key': '***9f2c' }, auth: { type: 'basic', user: 'bell', password: '***1a2b' } },
    ...{ signingSecret: `***${SIGNING.slice(-4)}`, rotation: null },
  });
  for (const secret of [KEY, PASSWORD, SIGNING, 'abcdefgh']) expect(created.body).not.toContain(secret);
  const told = api.state.settingsChanges;
  const again = await put('pager', { ...created.json(), retryFor: null }, { 'if-match': created.headers.etag });
  expect(again.statusCode).toBe(200);
  expect(await stored('pager')).toMatchObject({
    endpoint: TOKEN_URL,
    headers: ALL.headers,
    auth: ALL.auth,
    retryFor: null,
  });
  expect((await stored('pager'))?.signing?.secret).toBe(SIGNING);
  expect(api.state.settingsChanges).toBe(told + 1);
  expect((await put('pager', ALL, { 'if-match': created.headers.etag })).statusCode).toBe(412);
});

test('a masked secret is not sent to another place than it was given for', async () => {
  const { version: _v, ...read } = (await put('moved', { ...ALL, endpoint: `${HOOK}/1` })).json();
  for (const field of ['headers', 'auth', 'signingSecret'] as const) {
    const body = { endpoint: 'http://127.0.0.1:9/elsewhere', [field]: read[field] };
    expect([field, codeOf(await put('moved', body))]).toEqual([field, 'endpoint_settings_secret_masked']);
  }
  expect(codeOf(await put('new', { endpoint: SHOWN_URL }))).toBe('endpoint_settings_secret_masked');
});

test('one endpoint has settings of one name', async () => {
  await put('first', { endpoint: `${HOOK}/2` });
  const second = await put('second', { endpoint: `${HOOK}/2` });
  expect([second.statusCode, codeOf(second)]).toEqual([409, 'endpoint_settings_taken']);
  expect(second.body).toContain('named first');
});

test('rotate tells the new secret once; promote makes it the one that signs; the end makes it the only one', async () => {
  await put('turning', { endpoint: `${HOOK}/3` });
  const first = (await post('turning', 'rotate')).json();
  expect(first.settings).toMatchObject({ signingSecret: `***${first.signingSecret.slice(-4)}`, rotation: null });
  const second = (await post('turning', 'rotate', { grace: 60 })).json();
  const rotation = {
    next: `***${second.signingSecret.slice(-4)}`,
    isPromoted: false,
    endsAt: api.clock.wallMs() + 60_000,
  };
  expect(second.settings).toMatchObject({ signingSecret: first.settings.signingSecret, rotation });
  expect(codeOf(await post('turning', 'rotate'))).toBe('signing_rotation_under_way');
  // What is written meanwhile does not end it.
  await put('turning', { ...second.settings, retryFor: 60 });
  expect((await post('turning', 'promote')).json()).toMatchObject({ rotation: { ...rotation, isPromoted: true } });
  expect(codeOf(await post('turning', 'promote'))).toBe('signing_rotation_none');
  await api.clock.advance(60_000);
  const over = (await api.ask({ url: path('turning') })).json();
  expect(over).toMatchObject({ signingSecret: rotation.next, rotation: null });
  expect((await put('turning', over)).statusCode).toBe(200);
});

test('a secret that somebody brings along is checked, and not repeated', async () => {
  await put('brought', { endpoint: `${HOOK}/4` });
  const refused = await post('brought', 'rotate', { secret: 'planted-in-vain' });
  expect([codeOf(refused), refused.body.includes('planted')]).toEqual(['endpoint_settings_invalid', false]);
  expect((await post('brought', 'rotate', { secret: SIGNING })).json().signingSecret).toBe(SIGNING);
});

test('deleted, listed, not found', async () => {
  await put('gone', { endpoint: `${HOOK}/5` });
  expect((await api.ask({ method: 'DELETE', url: path('gone') })).statusCode).toBe(204);
  for (const answer of [
    await api.ask({ url: path('gone') }),
    await api.ask({ method: 'DELETE', url: path('gone') }),
    await post('gone', 'rotate'),
    await post('gone', 'promote'),
  ])
    expect(codeOf(answer)).toBe('endpoint_settings_not_found');
  const { items } = (await api.ask({ url: '/api/v1/endpoint-settings?limit=2' })).json();
  expect(items.map(({ name }: { name: string }) => name)).toEqual(['brought', 'first']);
});
