import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { inTransaction, isSqliteError, openDatabase } from './sqlite-database.ts';
import { migrate } from './sqlite-migrate.ts';

const fresh = (): string => mkdtempSync(join(tmpdir(), 'cloudbell-sqlite-'));

function migrations(folder: string, files: Record<string, string>): URL {
  for (const [name, sql] of Object.entries(files)) writeFileSync(join(folder, name), sql);
  return pathToFileURL(`${folder}/`);
}

test('opens with WAL and synchronous=FULL', () => {
  const db = openDatabase(join(fresh(), 'a.db'));
  expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
  db.close();
});

test('a transaction that throws leaves nothing behind, also when SQLite has rolled it back by itself', () => {
  const db = openDatabase(join(fresh(), 'a.db'));
  db.exec('CREATE TABLE t (bytes BLOB) STRICT');
  const insert = db.prepare('INSERT INTO t VALUES (?)');
  expect(() =>
    inTransaction(db, () => {
      insert.run(new Uint8Array(10));
      throw new Error('changed my mind');
    }),
  ).toThrow('changed my mind');
  db.exec('PRAGMA max_page_count = 10');
  const full = (): void => inTransaction(db, () => void insert.run(new Uint8Array(1_000_000)));
  expect(full).toThrow('full');
  try {
    full();
  } catch (thrown) {
    expect(isSqliteError(thrown)).toBe(true);
  }
  expect(db.prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: 0 });
  db.close();
});

test('migrations run once, in order; a later start runs only the new ones', () => {
  const folder = fresh();
  const db = openDatabase(join(folder, 'a.db'));
  migrate(db, migrations(folder, { '0001-a.sql': 'CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1)' }));
  migrate(db, migrations(folder, { '0002-b.sql': 'INSERT INTO a VALUES (2); -- and a comment' }));
  migrate(db, pathToFileURL(`${folder}/`));
  expect(db.prepare('SELECT x FROM a').all()).toEqual([{ x: 1 }, { x: 2 }]);
  db.close();
});

test('a migration that fails leaves the schema where it was', () => {
  const folder = fresh();
  const db = openDatabase(join(folder, 'a.db'));
  expect(() =>
    migrate(db, migrations(folder, { '0001-a.sql': 'CREATE TABLE a (x INTEGER) STRICT; INSERT INTO b VALUES (1)' })),
  ).toThrow('no such table');
  expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 0 });
  expect(db.prepare('SELECT name FROM sqlite_schema').all()).toEqual([]);
  db.close();
});

test('a hole in the numbers, and a file from a newer version, are refused', () => {
  const folder = fresh();
  const db = openDatabase(join(folder, 'a.db'));
  expect(() => migrate(db, migrations(folder, { '0002-b.sql': '' }))).toThrow('migration 1 is missing');
  db.exec('PRAGMA user_version = 9');
  expect(() => migrate(db, migrations(folder, { '0001-a.sql': '' }))).toThrow('schema 9');
  db.close();
});
