import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { assertMigrated, migrate, migration, readMigrations } from './migrate.ts';

const NOW = 1_700_000_000_000;
let db: DatabaseSync;
beforeEach(() => {
  db = new DatabaseSync(':memory:');
});
afterEach(() => db.close());

const first = migration(1, '0001-first.sql', 'CREATE TABLE a (x INTEGER) STRICT;');
const second = migration(2, '0002-second.sql', 'CREATE TABLE b (y INTEGER) STRICT;');

const tables = (): string[] =>
  db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all()
    .map((row) => row.name as string);

test('released migrations keep their text: this list is only ever added to', () => {
  expect(readMigrations().map(({ name, sha256 }) => `${name} ${sha256.slice(0, 16)}`)).toMatchInlineSnapshot(`
    [
      "0001-initial.sql 0233947772c4f3f7",
      "0002-contacts.sql 770076f8a81ea188",
      "0003-silences.sql 864310f8f9b19bb1",
      "0004-events.sql cb74a4eeba57c1d2",
      "0005-users.sql 29567a0b2c6c9f48",
      "0006-endpoint-settings.sql e1d15461436977ea",
      "0007-failing-endpoints.sql 4e0ad99c1f1e5634",
    ]
  `);
});

test('schema.sql shows what the migrations make (run vitest with -u after adding one)', async () => {
  migrate(db, readMigrations(), NOW);
  const rows = db
    .prepare(
      "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY tbl_name, type DESC, name",
    )
    .all();
  await expect(`${rows.map((row) => `${row.sql};`).join('\n\n')}\n`).toMatchFileSnapshot('./schema.sql');
});

test('each migration runs once, and a later one on top', () => {
  migrate(db, [first], NOW);
  migrate(db, [first], NOW + 1);
  migrate(db, [first, second], NOW + 2);
  expect(tables()).toEqual(['a', 'b', 'schema_migrations']);
  expect(db.prepare('SELECT number, name, applied_at FROM schema_migrations').all()).toEqual([
    { number: 1, name: '0001-first.sql', applied_at: NOW },
    { number: 2, name: '0002-second.sql', applied_at: NOW + 2 },
  ]);
});

test('one that fails half way leaves nothing, and the ones before it stay', () => {
  const broken = migration(2, '0002-broken.sql', 'CREATE TABLE c (z INTEGER) STRICT; CREATE TABLE a (x INTEGER);');
  expect(() => migrate(db, [first, broken], NOW)).toThrow('already exists');
  expect(tables()).toEqual(['a', 'schema_migrations']);
  migrate(db, [first, second], NOW);
  expect(tables()).toEqual(['a', 'b', 'schema_migrations']);
});

test.each([
  ['a newer store', [first, second], [first], 'written by a newer Cloudbell: it has migration 0002-second.sql'],
  [
    'an altered migration',
    [first],
    [migration(1, '0001-first.sql', `${first.sql} -- edited`)],
    '0001-first.sql was altered',
  ],
])('%s refuses to start, and is left as it is', (_, before, after, message) => {
  migrate(db, before, NOW);
  const was = tables();
  for (const start of [() => migrate(db, after, NOW), () => assertMigrated(db, after)]) {
    expect(start).toThrow(
      expect.objectContaining({ code: 'store_schema_mismatch', message: expect.stringContaining(message) }),
    );
  }
  expect(tables()).toEqual(was);
});

test('a reader does not migrate: it says what to do', () => {
  migrate(db, [first], NOW);
  expect(() => assertMigrated(db, [first, second])).toThrow('run 1 of 2 migrations');
  assertMigrated(db, [first]);
});
