import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  ACCOUNT,
  expandToWebhook,
  NOW,
  newCommitter,
  newEffect,
  newRule,
} from '../../ports/store-fixtures.contract.ts';
import { backupStore, restoreStore } from './backup.ts';
import { integrityProblems, openStoreFileReadOnly } from './database.ts';
import { lockDataDir } from './lock.ts';
import { openSqliteStore, STORE_FILE, type Store } from './store.ts';

let dir: string;
let dataDir: string;
let file: string;
let restored: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cloudbell-backup-'));
  dataDir = join(dir, 'data');
  restored = join(dir, 'restored');
  file = join(dir, 'backup.db');
});
afterEach(() => rmSync(dir, { recursive: true }));

const open = (folder: string): Store =>
  openSqliteStore({
    expandEvent: () => [],
    dataDir: folder,
    // A backup does not hold the key; here all folders have the same.
    masterKey: Buffer.alloc(32, 7).toString('base64'),
    expand: expandToWebhook,
    limits: { rulesPerAccountMax: 1000 },
  });

async function ruleIds(folder: string): Promise<string[]> {
  const store = open(folder);
  const list = await store.rules.list({ account: ACCOUNT, limit: 1000, after: null });
  await store.close();
  return list.map(({ rule }) => rule.ruleId);
}

function problemsOf(path: string): string[] {
  const db = openStoreFileReadOnly(path);
  try {
    return integrityProblems(db);
  } finally {
    db.close();
  }
}

test('a backup of a store in use holds what was committed by then, and restores', async () => {
  const store = open(dataDir);
  await store.rules.put(newRule('r1'), null, NOW);
  await (await newCommitter(store.commits))([newEffect('a')]);
  backupStore(join(dataDir, STORE_FILE), file);
  await store.rules.put(newRule('r2'), null, NOW);
  await store.close();
  expect(readdirSync(dir).sort()).toEqual(['backup.db', 'data']);

  restoreStore(file, restored);
  expect(await ruleIds(restored)).toEqual(['r1']);
  const again = open(restored);
  expect((await again.commits.liveAlerts()).map((alert) => alert.alertId)).toEqual(['a']);
  expect(await again.outbox.status(NOW, [])).toMatchObject({ pending: 1 });
  await again.close();
});

test('backups taken while the store is written are each of one moment', async () => {
  const store = open(dataDir);
  const commit = await newCommitter(store.commits);
  let writing = true;
  const writer = (async () => {
    for (let n = 0; writing; n++) await commit([newEffect(`a${n}`), newEffect(`b${n}`)]);
  })();
  for (let n = 0; n < 5; n++) {
    await new Promise((resolve) => setImmediate(resolve));
    await store.rules.put(newRule(`r${n}`), null, NOW);
    backupStore(join(dataDir, STORE_FILE), file);
    const db = new DatabaseSync(file, { readOnly: true });
    const seen = db
      .prepare(
        'SELECT (SELECT count(*) FROM deliveries) AS deliveries, (SELECT position FROM fold_positions) AS position',
      )
      .get();
    db.close();
    expect(seen?.deliveries).toBe(2 * Number(seen?.position));
  }
  writing = false;
  await writer;
  await store.close();
});

test('notifications after a restore have other names than those after the backup had', async () => {
  const generations = new Set<unknown>();
  await open(dataDir).close();
  backupStore(join(dataDir, STORE_FILE), file);
  restoreStore(file, restored);
  for (const path of [join(dataDir, STORE_FILE), join(restored, STORE_FILE)]) {
    const db = new DatabaseSync(path, { readOnly: true });
    generations.add(db.prepare("SELECT value FROM settings WHERE name = 'store.generation'").get()?.value);
    db.close();
  }
  expect(generations.size).toBe(2);
});

test('a store that is there is replaced only by force, its write-ahead log included', async () => {
  await open(dataDir).close();
  backupStore(join(dataDir, STORE_FILE), file);
  const path = join(dataDir, STORE_FILE);
  const store = open(dataDir);
  await store.rules.put(newRule('r1'), null, NOW);
  // What a crash leaves: the change is in the write-ahead log only. Opening it takes the log in, hence two of them.
  const [refused, replaced] = ['refused', 'replaced'].map((name) => {
    const crashed = join(dir, name);
    mkdirSync(crashed);
    for (const end of ['', '-wal']) writeFileSync(join(crashed, `${STORE_FILE}${end}`), readFileSync(`${path}${end}`));
    return crashed;
  }) as [string, string];
  await store.close();

  expect(() => restoreStore(file, refused)).toThrow(expect.objectContaining({ code: 'store_exists' }));
  expect(await ruleIds(refused)).toEqual(['r1']);
  restoreStore(file, replaced, { force: true });
  // A left log would mix pages of both stores.
  expect(problemsOf(join(replaced, STORE_FILE))).toEqual([]);
  expect(await ruleIds(replaced)).toEqual([]);
});

test('a damaged store is replaced by force as well', async () => {
  await open(dataDir).close();
  backupStore(join(dataDir, STORE_FILE), file);
  mkdirSync(restored);
  writeFileSync(join(restored, STORE_FILE), 'rubbish');
  writeFileSync(join(restored, `${STORE_FILE}-wal`), 'rubbish');
  restoreStore(file, restored, { force: true });
  expect(await ruleIds(restored)).toEqual([]);
});

test.each<[string, (file: string) => void]>([
  ['not there', () => undefined],
  ['no database', (path) => writeFileSync(path, 'no database, but long enough to be read as one. '.repeat(50))],
  [
    'another database',
    (path) => {
      const db = new DatabaseSync(path);
      db.exec('CREATE TABLE t (x)');
      db.close();
    },
  ],
  [
    'damaged',
    (path) => {
      const bytes = readFileSync(join(dir, 'whole.db'));
      bytes.fill(0xa5, 3 * 4096, 20 * 4096);
      writeFileSync(path, bytes);
    },
  ],
])('a file that is %s is refused, and nothing is made of it', async (_, make) => {
  await open(dataDir).close();
  backupStore(join(dataDir, STORE_FILE), join(dir, 'whole.db'));
  make(file);
  expect(() => restoreStore(file, restored)).toThrow(expect.objectContaining({ code: 'backup_invalid' }));
  expect(existsSync(join(restored, STORE_FILE))).toBe(false);
});

test('a folder in use is not restored into', async () => {
  await open(dataDir).close();
  backupStore(join(dataDir, STORE_FILE), file);
  const lock = lockDataDir(restored);
  expect(() => restoreStore(file, restored)).toThrow(expect.objectContaining({ code: 'data_folder_locked' }));
  lock.release();
  restoreStore(file, restored);
  expect(readdirSync(restored).sort()).toEqual(['lock.db', STORE_FILE]);
});

test('a backup that cannot be written says where, and leaves nothing', async () => {
  await open(dataDir).close();
  const target = join(dir, 'nowhere', 'backup.db');
  expect(() => backupStore(join(dataDir, STORE_FILE), target)).toThrow(
    expect.objectContaining({ code: 'store_unavailable', message: expect.stringContaining(target) }),
  );
  expect(readdirSync(dir)).toEqual(['data']);
});
