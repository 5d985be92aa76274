import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { printedByNobody } from '../../base/nobody-fixture.contract.ts';
import {
  ACCOUNT,
  expandToWebhook,
  NOW,
  newCommitter,
  newEffect,
  newRule,
} from '../../ports/store-fixtures.contract.ts';
import { openSqliteReader, openSqliteStore, STORE_FILE, type Store, type StoreOptions } from './store.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'cloudbell-store-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const open = (options: Partial<StoreOptions> = {}): Store =>
  openSqliteStore({
    expandEvent: () => [],
    dataDir,
    expand: expandToWebhook,
    limits: { rulesPerAccountMax: 1000 },
    ...options,
  });

test('everything is there when the store is opened again', async () => {
  const before = open();
  await before.rules.put(newRule('r1'), null, NOW);
  await (await newCommitter(before.commits))([newEffect('a')]);
  const secret = await before.identity.setting('secret', 's1');
  await before.close();
  const after = open();
  expect(await after.rules.get(ACCOUNT, 'r1')).toMatchObject({ rule: { version: 1 } });
  expect(await after.commits.claimPartition(0)).toEqual({ epoch: 2, position: 1n });
  expect(await after.outbox.status(NOW, [])).toMatchObject({ pending: 1 });
  expect(await after.identity.setting('secret', 's2')).toBe(secret);
  await after.close();
});

test('many writers at once share few commits', async () => {
  const store = open();
  await Promise.all(Array.from({ length: 200 }, (_, n) => store.rules.put(newRule(`r${n}`), null, NOW)));
  expect(store.commitCount()).toBe(1);
  await store.close();
});

test('the courier is woken after the commit that made deliveries, and by no other', async () => {
  const woken: number[] = [];
  const store = open({ onDeliveries: (count) => woken.push(count) });
  const commit = await newCommitter(store.commits);
  await commit([newEffect('a'), newEffect('b')]);
  await commit([newEffect('a', { notification: null, suppressed: 'silenced' })]);
  expect(woken).toEqual([2]);
  await store.close();
});

test('notifications of a store made anew have other names, though its positions are the same', async () => {
  const names: string[] = [];
  const expand: StoreOptions['expand'] = ({ notificationId }) => {
    names.push(notificationId);
    return [];
  };
  for (const folder of ['one', 'two']) {
    const store = open({ dataDir: join(dataDir, folder), expand });
    await (await newCommitter(store.commits))([newEffect('a')]);
    await store.close();
  }
  expect(new Set(names).size).toBe(2);
  expect(names.every((name) => name.endsWith('-0-1-0'))).toBe(true);
});

test('a full disk refuses a rule and a commit, and keeps what was promised', async () => {
  const store = open({ pageCountMax: 120 });
  const commit = await newCommitter(store.commits);
  let rules = 0;
  await expect(
    (async () => {
      for (;;) {
        await store.rules.put(newRule(`r${rules}`, { ruleName: 'x'.repeat(2000) }), null, NOW);
        rules++;
      }
    })(),
  ).rejects.toMatchObject({ code: 'store_unavailable', message: expect.stringContaining('disk is full') });
  const many = Array.from({ length: 200 }, (_, n) => newEffect(`a${n}`));
  await expect(commit(many)).rejects.toMatchObject({ code: 'store_unavailable' });
  expect(await store.rules.list({ account: ACCOUNT, limit: 1000, after: null })).toHaveLength(rules);
  expect(await store.commits.liveAlerts()).toEqual([]);
  await store.close();
});

test.each([
  ['a file stands where the folder should be', 'file', 'is not a folder'],
  ['the file is something else', 'text', 'not a SQLite database'],
])('%s: store_unavailable, naming it', (_, dir, reason) => {
  writeFileSync(join(dataDir, 'file'), '');
  mkdirSync(join(dataDir, 'text'));
  writeFileSync(join(dataDir, 'text', STORE_FILE), 'this is no database, whatever it is called; '.repeat(100));
  const path = join(dataDir, dir);
  expect(() => open({ dataDir: path })).toThrow(
    expect.objectContaining({ code: 'store_unavailable', message: expect.stringMatching(`${path}.*${reason}`) }),
  );
});

test.skipIf(process.platform === 'win32')(
  'a file or folder that may only be read: store_unavailable, naming it',
  async () => {
    await open().close();
    for (const mode of [
      { file: 0o444, dir: 0o777 },
      { file: 0o444, dir: 0o555 },
    ]) {
      const target = dataDir;
      chmodSync(join(dataDir, STORE_FILE), mode.file);
      chmodSync(dataDir, mode.dir);
      const printed = printedByNobody({
        imports: `import { openSqliteStore } from ${JSON.stringify(join(import.meta.dirname, 'store.ts'))};`,
        body: `try {
          openSqliteStore({ expandEvent: () => [], dataDir: ${JSON.stringify(target)}, expand: () => [], limits: { rulesPerAccountMax: 1 } });
        } catch (error) { console.log(error.code, error.message); }`,
      });
      expect(printed).toMatch(new RegExp(`^store_unavailable The store at ${target}.*(denied|read-only|opened)`));
    }
  },
);

test('a reader cannot write, and needs a store that was made', async () => {
  const path = join(dataDir, STORE_FILE);
  expect(() => openSqliteReader({ path })).toThrow(expect.objectContaining({ code: 'store_unavailable' }));
  new DatabaseSync(path).close();
  expect(() => openSqliteReader({ path })).toThrow(expect.objectContaining({ code: 'store_schema_mismatch' }));
  await open().close();
  await openSqliteReader({ path }).close();
});
