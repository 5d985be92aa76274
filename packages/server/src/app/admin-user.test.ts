import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashSecret, isSecret } from '../api/secret-hash.ts';
import { systemClock } from '../base/clock.ts';
import { systemRandom } from '../base/random.ts';
import type { UserPut } from '../ports/user-store.ts';
import { openSqliteStore, type Store } from '../store/sqlite/store.ts';
import { linkUser, makeFirstUser, storeGivenPassword } from './admin-user.ts';

let store: Store;
beforeEach(() => {
  store = openSqliteStore({
    dataDir: mkdtempSync(join(tmpdir(), 'cloudbell-admin-')),
    expand: () => [],
    expandEvent: () => [],
    limits: { rulesPerAccountMax: 1 },
  });
});
afterEach(() => store.close());

const deps = () => ({ users: store.users, clock: systemClock, random: systemRandom });
const given = (adminPassword: string | null) => storeGivenPassword({ accountId: '1', adminPassword }, deps());
const put = (change: Partial<UserPut>) =>
  store.users.putUser(
    {
      ...{ account: '1', name: 'admin', role: 'admin', enabled: null },
      ...{ passwordHash: null, onlyNew: false, keepSession: null, ...change },
    },
    0,
  );
const admin = async () => (await store.users.credentials('1', 'admin'))!;

test('a first start makes the user admin, once, with a password that opens', async () => {
  expect(await given(null)).toBe(false);
  const made = await makeFirstUser('1', deps());
  expect(made).toEqual({ name: 'admin', password: expect.stringMatching(/^[\w-]{20}$/) });
  expect(await isSecret(made!.password, (await admin()).passwordHash)).toBe(true);
  expect((await admin()).user).toMatchObject({ role: 'admin', enabled: true });
  expect(await makeFirstUser('1', deps())).toBeNull();
});

test('the environment’s password wins at every start, and ends sessions only when it is another', async () => {
  await makeFirstUser('1', deps());
  expect(await given('from the environment')).toBe(true);
  expect(await isSecret('from the environment', (await admin()).passwordHash)).toBe(true);
  await store.sessions.startSession({
    ...{ tokenHash: 't', sessionId: 's', account: '1', user: 'admin', address: '', userAgent: '' },
    ...{ createdAt: 0, expiresAt: 1000, passwordHash: null },
  });
  await given('from the environment');
  expect(await store.sessions.session('t', 1)).not.toBeNull();
  await given('another from there');
  expect(await store.sessions.session('t', 1)).toBeNull();
  expect(await isSecret('from the environment', (await admin()).passwordHash)).toBe(false);
});

test('it brings back an admin who was disabled, given another role, or deleted', async () => {
  await put({ name: 'ada', passwordHash: await hashSecret('of ada', systemRandom) });
  await given('the password');
  for (const change of [{ enabled: false }, { role: 'viewer' as const }]) {
    await put(change);
    await given('the password');
    expect((await admin()).user).toMatchObject({ role: 'admin', enabled: true });
  }
  await store.users.removeUser('1', 'admin');
  expect(await linkUser('1', store.users)).toBe('ada');
  await given('the password');
  expect(await linkUser('1', store.users)).toBe('admin');
});

test('the printed link signs in admin, or where that is none, the first admin who may come in', async () => {
  await makeFirstUser('1', deps());
  expect(await linkUser('1', store.users)).toBe('admin');
  await put({ name: 'ben', passwordHash: 'h', enabled: false });
  await put({ name: 'cy', passwordHash: 'h' });
  await put({ name: 'abe', passwordHash: 'h', role: 'viewer' });
  await put({ role: 'editor' });
  expect(await linkUser('1', store.users)).toBe('cy');
});
