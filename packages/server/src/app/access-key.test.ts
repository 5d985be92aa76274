import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { systemRandom } from '../base/random.ts';
import { openSqliteStore } from '../store/sqlite/store.ts';
import { makeFirstAccessKey, storeGivenAccessKey } from './access-key.ts';

test('a first start makes a key once; the environment then wins, and a rotated key lets nobody in', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'cloudbell-key-'));
  const store = openSqliteStore({
    expandEvent: () => [],
    dataDir,
    expand: () => [],
    limits: { rulesPerAccountMax: 1 },
  });
  const { identity } = store;
  const deps = { identity, clock: systemClock, random: systemRandom };
  const given = (id: string | null) => ({
    accountId: '1',
    accessKeyId: id,
    accessKeySecret: id === null ? null : 'a-secret-0001',
  });

  expect(await storeGivenAccessKey(given(null), deps)).toBe(false);
  const made = await makeFirstAccessKey('1', deps);
  expect(await makeFirstAccessKey('1', deps)).toBeNull();

  expect(await storeGivenAccessKey(given('leaked'), deps)).toBe(true);
  expect(await identity.accessKey(made?.id ?? '')).toBeNull();
  const hash = (await identity.accessKey('leaked'))?.secretHash;
  await storeGivenAccessKey(given('leaked'), deps);
  expect((await identity.accessKey('leaked'))?.secretHash).toBe(hash);

  await storeGivenAccessKey(given('fresh'), deps);
  expect(await identity.accessKey('leaked')).toBeNull();
  expect((await identity.accessKeys({ account: '1', after: null, limit: 9 })).map((key) => key.accessKeyId)).toEqual([
    'fresh',
  ]);
  await store.close();
});

test('keys that people made stay through a rotation; the environment’s is an admin’s, whatever it was before', async () => {
  const store = openSqliteStore({
    ...{ expandEvent: () => [], expand: () => [], limits: { rulesPerAccountMax: 1 } },
    dataDir: mkdtempSync(join(tmpdir(), 'cloudbell-key-')),
  });
  const { identity } = store;
  const deps = { identity, clock: systemClock, random: systemRandom };
  const given = { accountId: '1', accessKeyId: 'k', accessKeySecret: 'a-secret-0001' };
  await storeGivenAccessKey(given, deps);
  const key = (await identity.accessKey('k'))!;
  await identity.putAccessKey({ ...key, accessKeyId: 'mine', role: 'viewer', isBootstrap: false });
  await identity.putAccessKey({ ...key, role: 'viewer', isBootstrap: false });
  await storeGivenAccessKey(given, deps);
  expect(await identity.accessKey('k')).toMatchObject({ role: 'admin', isBootstrap: true });
  await storeGivenAccessKey({ ...given, accessKeyId: 'next' }, deps);
  expect(await identity.accessKey('k')).toBeNull();
  expect(await identity.accessKey('mine')).toMatchObject({ role: 'viewer' });
  await store.close();
});
