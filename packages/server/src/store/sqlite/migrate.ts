import { ok as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { sha256Hex } from '../../base/digest.ts';
import { CloudbellError } from '../../base/errors.ts';
import { inTransaction } from '../../base/sqlite-database.ts';

/**
 * Migrations are SQL files `NNNN-what.sql`, numbered from 1 without holes and never changed after they were released.
 * Each runs once, in a transaction with its row in `schema_migrations`, which keeps its hash. A store that knows more
 * migrations than this program, or another text of one, is left alone: the program refuses to start.
 */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

interface AppliedRow {
  readonly number: number;
  readonly name: string;
  readonly sha256: string;
}

const FOLDER = new URL('./migrations/', import.meta.url);

export function readMigrations(): Migration[] {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.sql'));
  return names.sort().map((name, index) => {
    assert(Number(name.slice(0, 4)) === index + 1, `${name}: migrations are numbered from 1 without holes`);
    // A checkout may have turned line ends; that is no change of the migration.
    return migration(index + 1, name, readFileSync(new URL(name, FOLDER), 'utf8').replaceAll('\r\n', '\n'));
  });
}

export function migration(number: number, name: string, sql: string): Migration {
  return { number, name, sql, sha256: sha256Hex(sql) };
}

/** Brings the store to the newest schema. `now` is wall clock ms. Throws `store_schema_mismatch`. */
export function migrate(db: DatabaseSync, migrations: readonly Migration[], now: number): void {
  const applied = appliedMigrations(db, migrations);
  for (const next of migrations.slice(applied)) {
    inTransaction(db, () => {
      db.exec(
        `CREATE TABLE IF NOT EXISTS schema_migrations (
          number     INTEGER PRIMARY KEY,
          name       TEXT    NOT NULL,
          sha256     TEXT    NOT NULL,
          applied_at INTEGER NOT NULL
        ) STRICT`,
      );
      db.exec(next.sql);
      db.prepare('INSERT INTO schema_migrations (number, name, sha256, applied_at) VALUES (?, ?, ?, ?)').run(
        next.number,
        next.name,
        next.sha256,
        now,
      );
    });
  }
}

/** For readers, which cannot migrate: throws `store_schema_mismatch` unless every migration has run. */
export function assertMigrated(db: DatabaseSync, migrations: readonly Migration[]): void {
  const applied = appliedMigrations(db, migrations);
  if (applied === migrations.length) return;
  throw mismatch(
    `The store has run ${applied} of ${migrations.length} migrations.`,
    'Start Cloudbell once: it migrates the store.',
  );
}

/** How many migrations have run, each known here by the same text. Throws `store_schema_mismatch`. */
export function appliedMigrations(db: DatabaseSync, migrations: readonly Migration[]): number {
  if (db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'schema_migrations'`).get() === undefined) return 0;
  const rows = db.prepare('SELECT number, name, sha256 FROM schema_migrations ORDER BY number').all();
  const applied = rows as unknown as AppliedRow[];
  const newest = applied.at(-1);
  if (newest !== undefined && newest.number > migrations.length) {
    throw mismatch(
      `The store was written by a newer Cloudbell: it has migration ${newest.name}, this program knows ${migrations.length}.`,
      'Run the newer version, or restore a backup made with this one.',
    );
  }
  for (const row of applied) {
    const known = migrations[row.number - 1];
    if (known?.sha256 === row.sha256) continue;
    throw mismatch(
      `Migration ${row.name} was altered after it ran: the store was migrated with another text.`,
      'Undo the change of that file; a change of the schema is a new migration.',
    );
  }
  return applied.length;
}

function mismatch(message: string, hint: string): CloudbellError {
  return new CloudbellError('store_schema_mismatch', { message, hint });
}
