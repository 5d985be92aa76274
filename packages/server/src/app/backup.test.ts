import { copyFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { openSqliteStore } from '../store/sqlite/store.ts';
import { backup, restore } from './backup.ts';
import { parseOptions } from './options.ts';
import { signingSecrets } from './secrets.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
let folder: string;
let file: string;
/** A data folder whose store is open, as while Cloudbell is running. */
let dataPath: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cloudbell-backup-'));
  file = join(folder, 'backup.db');
  dataPath = join(folder, 'data');
  const store = openSqliteStore({
    expandEvent: () => [],
    dataDir: dataPath,
    limits: { rulesPerAccountMax: 10 },
    expand: () => [],
  });
  await store.identity.putSetting('signing_secret', SECRET);
  await backup({ dataPath, file });
  await store.close();
});

function secretsIn(path: string, env: Record<string, string> = {}): string {
  const parsed = parseOptions({ argv: ['--data', path], env, yamlText: null });
  if ('error' in parsed) throw new Error(parsed.error);
  return signingSecrets(parsed.options).primary;
}

test('a backup of a store in use, restored elsewhere, holds what was stored', async () => {
  const elsewhere = join(folder, 'elsewhere');
  expect(await restore({ dataPath: elsewhere, file, force: false })).toBe(
    `Restored ${file} into ${elsewhere}. Put the master.key that belongs to it into ${elsewhere}, or set CLOUDBELL_MASTER_KEY, before the start.`,
  );
  expect(() => secretsIn(elsewhere)).toThrow('The master key of');
  const key = readFileSync(join(dataPath, 'master.key'), 'utf8').trim();
  expect(secretsIn(elsewhere, { CLOUDBELL_MASTER_KEY: key })).toBe(SECRET);
  copyFileSync(join(dataPath, 'master.key'), join(elsewhere, 'master.key'));
  expect(secretsIn(elsewhere)).toBe(SECRET);
});

test("the environment's secret is the one in force", () => {
  const other = 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
  expect(secretsIn(dataPath, { CLOUDBELL_SIGNING_SECRET: other })).toBe(other);
});

test('a folder that holds a store or a sample log is not restored into, unless forced; its log is set aside then', async () => {
  await expect(restore({ dataPath, file, force: false })).rejects.toThrow('already holds a store');
  writeFileSync(join(dataPath, 'log.db'), 'old log');
  await expect(restore({ dataPath, file, force: false })).rejects.toThrow('already holds a sample log');
  expect(await restore({ dataPath, file, force: true })).toContain('log.db.replaced');
  expect(existsSync(join(dataPath, 'log.db'))).toBe(false);
  expect(readFileSync(join(dataPath, 'log.db.replaced'), 'utf8')).toBe('old log');
});

test('what is no backup leaves everything as it was', async () => {
  writeFileSync(file, 'not a database');
  writeFileSync(join(dataPath, 'log.db'), 'old log');
  await expect(restore({ dataPath, file, force: true })).rejects.toThrow('cannot be restored');
  expect(readFileSync(join(dataPath, 'log.db'), 'utf8')).toBe('old log');
  expect(secretsIn(dataPath)).toBe(SECRET);
});

test('there must be something to back up', async () => {
  await expect(backup({ dataPath: join(folder, 'none'), file })).rejects.toThrow('There is no store in');
});
