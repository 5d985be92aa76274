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
  expect(await identity.accessKeyCount('1')).toBe(1);
  await store.close();
});
