import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ACCOUNT, NOW } from '../ports/store-fixtures.contract.ts';
import { type Fixture, KEY, openFixture, RULE } from './api-fixture.contract.ts';

let api: Fixture;
beforeEach(async () => {
  api = await openFixture();
});
afterEach(() => api.close());

const create = (body: unknown) => api.ask({ method: 'POST', url: '/api/v1/access-keys', body });
const basicOf = ({ accessKeyId, secret }: { accessKeyId: string; secret: string }) => ({
  authorization: `Basic ${Buffer.from(`${accessKeyId}:${secret}`).toString('base64')}`,
});

test('a key is made, works as far as its role goes, shows its use to the minute, and is deleted', async () => {
  const created = await create({ name: ' the collector ', role: 'editor' });
  const { secret, ...key } = created.json();
  expect(created.statusCode).toBe(201);
  expect(key).toEqual({
    ...{ account: ACCOUNT, accessKeyId: expect.stringMatching(/^ck-[\w-]{12}$/), name: 'the collector' },
    ...{ role: 'editor', bootstrap: false, createdAt: NOW, lastUsedAt: null },
  });
  expect(secret).toMatch(/^[\w-]{32}$/);

  const headers = basicOf({ accessKeyId: key.accessKeyId, secret });
  await api.clock.advance(5000);
  const rule = { method: 'PUT', url: '/api/v1/rules/r', isKnown: false, body: RULE, headers } as const;
  expect((await api.ask(rule)).statusCode).toBe(201);
  expect((await api.ask({ url: '/api/v1/users', isKnown: false, headers })).json().error.code).toBe(
    'role_insufficient',
  );

  const list = await api.ask({ url: '/api/v1/access-keys' });
  expect(list.body).not.toMatch(new RegExp(`${secret}|scrypt`));
  expect(list.json().items.map((item: { accessKeyId: string }) => item.accessKeyId)).toEqual([key.accessKeyId, KEY.id]);
  expect(list.json().items[0]).toEqual({ ...key, lastUsedAt: NOW + 5000 });

  const url = `/api/v1/access-keys/${key.accessKeyId}`;
  expect((await api.ask({ method: 'DELETE', url })).statusCode).toBe(204);
  expect((await api.ask({ ...rule, method: 'GET', body: undefined })).statusCode).toBe(401);
  expect((await api.ask({ method: 'DELETE', url })).json().error.code).toBe('access_key_not_found');
});

test.each<[string, unknown, string]>([
  ['no name', { role: 'viewer' }, 'name'],
  ['a blank name', { name: '  ', role: 'viewer' }, 'name'],
  ['a role that does not exist', { name: 'a', role: 'root' }, 'role'],
  ['a secret of one’s own', { name: 'a', secret: 'hunter2' }, 'secret'],
])('%s is refused', async (_, body, field) => {
  const answer = await create(body);
  expect([answer.statusCode, answer.json().error]).toMatchObject([400, { code: 'access_key_invalid', field }]);
});

test('a key that is deleted, and a session that is ended, take their open streams along', async () => {
  await api.putUser('ada', 'viewer');
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}/api/v1/stream`;
  /** Open once this has resolved; then what comes next. */
  const open = async (headers: Record<string, string>) => {
    const reader = (await fetch(url, { headers })).body!.getReader();
    await reader.read();
    const read = async (): Promise<string> => ((await reader.read()).done ? 'ended' : 'told');
    return { next: read().catch(() => 'ended'), cancel: () => reader.cancel() };
  };
  const { cookie } = await api.signIn('ada');
  const made = (await create({ name: 'a', role: 'viewer' })).json();
  const ofUser = await open({ cookie });
  const ofKey = await open(basicOf(made));
  const stays = await open(basicOf({ accessKeyId: KEY.id, secret: KEY.secret }));
  await api.ask({ method: 'DELETE', url: '/api/v1/users/ada/sessions' });
  expect(await ofUser.next).toBe('ended');
  await api.ask({ method: 'DELETE', url: `/api/v1/access-keys/${made.accessKeyId}` });
  expect(await ofKey.next).toBe('ended');
  await api.clock.advance(15_000);
  expect(await stays.next).toBe('told');
  await stays.cancel();
});
