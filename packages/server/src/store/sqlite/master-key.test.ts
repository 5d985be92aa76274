import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { openStoreFile } from './database.ts';
import { MASTER_KEY_FILE } from './master-key.ts';
import { openSqliteStore, STORE_FILE, type Store } from './store.ts';

// Goal: no secret can be read in the files of the store; with another key, or none, it does not open, and says so.

const SIGNING = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const ROBOT = 'SEC0123456789abcdef-robot-secret';
const WEBHOOK = 'https://oapi.dingtalk.com/robot/send?access_token=1';
const KEY = Buffer.alloc(32, 7).toString('base64');
let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'cloudbell-key-'));
});

const open = (masterKey: string | null = null): Store =>
  openSqliteStore({
    ...{ dataDir, masterKey, limits: { rulesPerAccountMax: 10 }, expand: () => [], expandEvent: () => [] },
  });
const files = (): string => {
  const all = ['', '-wal', '-shm']
    .map((suffix) => join(dataDir, STORE_FILE + suffix))
    .filter((path) => existsSync(path));
  return all.map((path) => readFileSync(path, 'latin1')).join();
};

async function fill(store: Store): Promise<void> {
  await store.identity.setting('signing_secret', SIGNING);
  const dingtalk = { webhook: WEBHOOK, secret: ROBOT };
  await store.contacts.putContact({ account: '1', name: 'ada', email: null, dingtalk }, 1);
}

async function expectSecrets(store: Store): Promise<void> {
  expect(await store.identity.setting('signing_secret', '')).toBe(SIGNING);
  expect(await store.contacts.contact('1', 'ada')).toMatchObject({ dingtalk: { secret: ROBOT } });
  expect(await store.robotSecrets.secretOf(WEBHOOK)).toBe(ROBOT);
}

test('the first start makes a key that only its owner can read, and later ones use it', async () => {
  const first = open();
  await fill(first);
  expect(files()).toContain('ada');
  expect(files()).not.toContain(SIGNING);
  expect(files()).not.toContain(ROBOT);
  expect(statSync(join(dataDir, MASTER_KEY_FILE)).mode & 0o777).toBe(0o600);
  await first.close();
  const second = open();
  await expectSecrets(second);
  await second.close();
});

test('with a key of the environment there is no file, and the secrets stay where they were', async () => {
  const first = open(KEY);
  await fill(first);
  await first.close();
  expect(existsSync(join(dataDir, MASTER_KEY_FILE))).toBe(false);
  const hex = open(Buffer.from(KEY, 'base64').toString('hex'));
  await expectSecrets(hex);
  await hex.close();
});

describe('a key that does not fit', () => {
  const problemOf = (masterKey: string | null = null) => {
    try {
      open(masterKey);
    } catch (thrown) {
      return (thrown as { problem: { code: string; message: string; hint: string } }).problem;
    }
    throw new Error('it opened');
  };
  beforeEach(async () => {
    const store = open();
    await fill(store);
    await store.close();
  });
  test('another of the environment', () => {
    const { code, message, hint } = problemOf(KEY);
    expect(code).toBe('master_key_wrong');
    expect(message).toBe(
      `The master key of ${dataDir}, in CLOUDBELL_MASTER_KEY, is not the one its store was written with.`,
    );
    expect(hint).toContain('or none, if it has a master.key');
    expect(JSON.stringify(hint + message)).not.toContain(KEY);
  });
  test('another in the file', () => {
    writeFileSync(join(dataDir, MASTER_KEY_FILE), KEY);
    expect(problemOf().code).toBe('master_key_wrong');
  });
  test('a file that is none', () => {
    writeFileSync(join(dataDir, MASTER_KEY_FILE), '');
    expect(problemOf().message).toContain('is not 32 bytes in Base64 or hex');
  });
  test('a file that is gone: no other is made in its place', () => {
    rmSync(join(dataDir, MASTER_KEY_FILE));
    expect(problemOf().code).toBe('master_key_missing');
    expect(existsSync(join(dataDir, MASTER_KEY_FILE))).toBe(false);
  });
});

test('what a version wrote that did not seal yet is sealed at the start, and its text is gone from the files', async () => {
  await open().close();
  const db = openStoreFile({ path: join(dataDir, STORE_FILE) });
  db.prepare('INSERT INTO settings (name, value) VALUES (?, ?)').run('signing_secret', SIGNING);
  db.prepare(
    'INSERT INTO contacts (account, name, email, dingtalk_webhook, dingtalk_secret, created_at, updated_at) VALUES (?, ?, NULL, ?, ?, 1, 1)',
  ).run('1', 'ada', WEBHOOK, ROBOT);
  db.exec("CREATE TABLE gone (text TEXT); INSERT INTO gone VALUES ('SECfrom-a-page-that-is-free'); DROP TABLE gone");
  db.exec("DELETE FROM settings WHERE name = 'master_key.check'");
  db.close();
  rmSync(join(dataDir, MASTER_KEY_FILE));
  expect(files()).toContain(SIGNING);
  const store = open();
  await expectSecrets(store);
  expect(files()).not.toContain(SIGNING);
  expect(files()).not.toContain(ROBOT);
  expect(files()).not.toContain('SECfrom-a-page-that-is-free');
  await store.close();
});
