import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { integrityProblems, openStoreFile, openStoreFileReadOnly } from './database.ts';

let path: string;
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cloudbell-database-'));
  path = join(dir, 'store.db');
});
afterEach(() => rmSync(dir, { recursive: true }));

test.each([
  ['journal_mode', 'wal'],
  ['synchronous', 2],
  ['foreign_keys', 1],
  ['temp_store', 2],
])('every opening sets %s to %s', (pragma, value) => {
  for (let time = 0; time < 2; time++) {
    const db = openStoreFile({ path });
    expect(db.prepare(`PRAGMA ${pragma}`).get()?.[pragma]).toBe(value);
    // What one connection is told must not be what the next one gets.
    if (pragma !== 'journal_mode') db.exec(`PRAGMA ${pragma} = 0`);
    db.close();
  }
});

test('two readers and a writer do not wait for each other, and a reader cannot write', () => {
  const writer = openStoreFile({ path });
  writer.exec('CREATE TABLE t (x INTEGER) STRICT');
  const reader = openStoreFileReadOnly(path);
  writer.exec('BEGIN IMMEDIATE; INSERT INTO t VALUES (1)');
  expect(reader.prepare('SELECT count(*) AS n FROM t').get()?.n).toBe(0);
  writer.exec('COMMIT');
  expect(reader.prepare('SELECT count(*) AS n FROM t').get()?.n).toBe(1);
  expect(() => reader.exec('INSERT INTO t VALUES (2)')).toThrow('readonly');
  reader.close();
  writer.close();
});

test('integrity names orphans', () => {
  const db = openStoreFile({ path });
  db.exec('CREATE TABLE a (x INTEGER PRIMARY KEY) STRICT; CREATE TABLE b (x INTEGER REFERENCES a (x)) STRICT');
  expect(integrityProblems(db)).toEqual([]);
  db.exec('PRAGMA foreign_keys = OFF; INSERT INTO b VALUES (7)');
  expect(integrityProblems(db)).toEqual(['1 rows refer to rows that are not there']);
  db.close();
});
