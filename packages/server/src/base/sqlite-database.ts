import { DatabaseSync } from 'node:sqlite';

/**
 * How every SQLite file of ours is opened and written. The engines' promises ("durable when resolved") rest on
 * two pragmas, so they are not only set but read back: WAL, and synchronous=FULL, which makes COMMIT wait for the disk.
 */
export function openDatabase(path: string, options: { readonly readOnly?: boolean } = {}): DatabaseSync {
  const readOnly = options.readOnly ?? false;
  const db = new DatabaseSync(path, { readOnly, enableForeignKeyConstraints: true, timeout: 5_000 });
  try {
    if (!readOnly) {
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864');
      expectPragma(db, 'journal_mode', 'wal');
      expectPragma(db, 'synchronous', 2);
      // On macOS fsync alone does not reach the disk; elsewhere this changes nothing.
      db.exec('PRAGMA fullfsync = ON');
      // A file that may only be read lets all of this pass, BEGIN IMMEDIATE too; only a write tells.
      db.exec('BEGIN IMMEDIATE; PRAGMA user_version = 0; ROLLBACK');
    }
    return db;
  } catch (thrown) {
    db.close();
    throw thrown;
  }
}

/**
 * Runs `work` in one transaction that takes the write lock at once; whatever it throws leaves nothing behind.
 * SQLite ends the transaction by itself on some errors (disk full, I/O), hence the question before the rollback.
 */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const value = work();
    db.exec('COMMIT');
    return value;
  } catch (thrown) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw thrown;
  }
}

/** True for what SQLite itself reports (disk full, read-only, I/O …), as opposed to our own mistakes. */
export function isSqliteError(
  thrown: unknown,
): thrown is Error & { readonly errcode: number; readonly errstr: string } {
  return thrown instanceof Error && (thrown as { code?: unknown }).code === 'ERR_SQLITE_ERROR';
}

function expectPragma(db: DatabaseSync, name: string, wanted: string | number): void {
  const found = db.prepare(`PRAGMA ${name}`).get()?.[name];
  if (found !== wanted) throw new Error(`PRAGMA ${name} is ${found}, not ${wanted}: durability cannot be promised`);
}
