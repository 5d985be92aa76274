/**
 * Goal: what each role may do is what core's table says, for every operation there is. Method: real HTTP, by access key
 * and by session; what is asked for need not exist, because the role is looked at first.
 */
import type { AddressInfo } from 'node:net';
import { LEAST_ROLE } from '@cloudbell/core/contract/least-role.ts';
import type { Operation } from '@cloudbell/core/contract/operation.ts';
import { OPERATIONS, type OperationId } from '@cloudbell/core/contract/operations.ts';
import { isAtLeast, ROLES, type Role } from '@cloudbell/core/contract/role.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInbox } from '../inbox/inbox.ts';
import { ACCOUNT, NOW } from '../ports/store-fixtures.contract.ts';
import { type Fixture, KEY, openFixture } from './api-fixture.contract.ts';

let api: Fixture;
let origin: string;
beforeAll(async () => {
  const inbox = createInbox({
    secrets: () => null,
    clock: { wallMs: () => NOW, monoMs: () => 0, after: () => () => undefined },
  });
  api = await openFixture({
    settings: { metricsOpen: false },
    plugins: [
      inbox.receiver,
      async (app) => {
        app.addHook('onRequest', app.authenticate);
        await app.register(inbox.views);
        app.post('/not-in-the-contract', () => 'ok');
        app.get('/not-in-the-contract', () => 'ok');
      },
    ],
  });
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  origin = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}`;
  const stored = (await api.store.identity.accessKey(KEY.id))!;
  for (const role of ROLES) {
    await api.store.identity.putAccessKey({ ...stored, accessKeyId: `key-${role}`, role });
    await api.putUser(`user-${role}`, role);
  }
});
afterAll(() => api.close());

type Way = 'access key' | 'session';

async function credentialsOf(way: Way, role: Role): Promise<Record<string, string>> {
  if (way === 'access key') {
    return { authorization: `Basic ${Buffer.from(`key-${role}:${KEY.secret}`).toString('base64')}` };
  }
  // One of its own for each request: some end theirs.
  const { cookie } = await api.signIn(`user-${role}`);
  return { cookie, origin, 'x-cloudbell-csrf': '1' };
}

async function ask(
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; code: string }> {
  const abort = new AbortController();
  const body = method === 'GET' ? {} : { body: '{}' };
  const sent = { ...headers, 'content-type': 'application/json' };
  const answer = await fetch(`${origin}${path}`, {
    method,
    headers: sent,
    signal: abort.signal,
    redirect: 'manual',
    ...body,
  });
  // A stream that lets one in has no end.
  const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream') === true;
  const text = isStream ? '' : await answer.text();
  abort.abort();
  const code = answer.status === 403 ? JSON.parse(text).error.code : '';
  return { status: answer.status, code };
}

const isOpen = (id: OperationId): boolean => (OPERATIONS[id] as Operation).access === 'open';
const guarded = (Object.keys(OPERATIONS) as OperationId[]).filter((id) => !isOpen(id));

test('the table has every operation that is not open, and no other', () => {
  expect(Object.keys(LEAST_ROLE).sort()).toEqual(guarded.toSorted());
  expect(guarded.length).toBeGreaterThan(40);
});

test.each(ROLES.flatMap((role) => (['access key', 'session'] as const).map((way) => [role, way] as const)))(
  '%s by %s: refused is what the table refuses, over all operations',
  async (role, way) => {
    const wanted: Record<string, boolean> = {};
    const seen: Record<string, boolean> = {};
    for (const id of guarded) {
      const { method, path } = OPERATIONS[id];
      const answer = await ask(method, path.replaceAll(/\{\w+\}/g, 'nobody-1'), await credentialsOf(way, role));
      expect([id, answer.status]).not.toEqual([id, 401]);
      seen[id] = answer.code !== 'role_insufficient';
      wanted[id] = isAtLeast(role, LEAST_ROLE[id as keyof typeof LEAST_ROLE]);
    }
    expect(seen).toEqual(wanted);
  },
);

test('a route that the contract does not know can be read by all and changed by admins only', async () => {
  for (const role of ROLES) {
    const headers = await credentialsOf('access key', role);
    expect((await ask('GET', '/not-in-the-contract', headers)).status).toBe(200);
    expect((await ask('POST', '/not-in-the-contract', headers)).status).toBe(role === 'admin' ? 200 : 403);
  }
});

test('a refusal says who is what, what it needs, and who can help', async () => {
  const headers = await credentialsOf('session', 'viewer');
  const answer = await fetch(`${origin}/api/v1/rules/r`, { method: 'DELETE', headers });
  const { error } = (await answer.json()) as { error: { message: string; hint: string } };
  expect([answer.status, error.message]).toEqual([403, 'The user user-viewer has the role viewer; this needs editor.']);
  expect(error.hint).toContain('An admin gives roles');
});

test('a session has the role of the moment', async () => {
  await api.putUser('mover', 'editor');
  const { cookie } = await api.signIn('mover');
  const role = async (): Promise<string> =>
    ((await (await fetch(`${origin}/api/v1/me`, { headers: { cookie } })).json()) as { role: string }).role;
  expect(await role()).toBe('editor');
  const put = { account: ACCOUNT, name: 'mover', role: 'viewer', enabled: null, passwordHash: null } as const;
  await api.store.users.putUser({ ...put, onlyNew: false, keepSession: null }, NOW);
  expect((await fetch(`${origin}/api/v1/me`, { headers: { cookie } })).status).toBe(401);
});
