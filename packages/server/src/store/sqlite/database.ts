import type { DatabaseSync } from 'node:sqlite';
import { CloudbellError } from '../../base/errors.ts';
import { openDatabase } from '../../base/sqlite-database.ts';
import { storeError } from './errors.ts';

/**
 * Opening the store's file the one way there is: base sets and asserts WAL and `synchronous=FULL`, so that what COMMIT
 * returned from survives a power cut; this adds what the store needs beyond that. A pragma that SQLite cannot honour
 * is ignored without an error, hence those that matter are read back.
 */
const CACHE_KIB = 65_536;
/**
 * Pages in the write-ahead log before they are copied into the file. Most indexes are written at the same places again
 * and again, and so copied once for many commits; at SQLite's 1,000, every second large commit would copy.
 */
const CHECKPOINT_PAGES = 16_000;

export interface StoreFileOptions {
  readonly path: string;
  /** The file may grow to so many pages of 4 KiB, then the disk counts as full. */
  readonly pageCountMax?: number | undefined;
}

/** For the writer. Throws `store_unavailable` where the file cannot be opened for writing. */
export function openStoreFile(options: StoreFileOptions): DatabaseSync {
  const db = guarded(options.path, () => openDatabase(options.path));
  return closedUnless(db, options.path, () => {
    db.exec('PRAGMA temp_store = MEMORY');
    db.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
    db.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    if (options.pageCountMax !== undefined) db.exec(`PRAGMA max_page_count = ${options.pageCountMax}`);
    assertPragma(db, 'foreign_keys', 1);
    assertPragma(db, 'synchronous', 2);
  });
}

/** For readers, backups and checks: this connection cannot write. */
export function openStoreFileReadOnly(path: string): DatabaseSync {
  const db = guarded(path, () => openDatabase(path, { readOnly: true }));
  // The file is looked at by the first read, not by opening.
  return closedUnless(db, path, () => db.prepare('SELECT count(*) FROM sqlite_schema').get());
}

/** What is wrong with the file, a sentence each; empty when nothing is. Reads the whole file. */
export function integrityProblems(db: DatabaseSync): string[] {
  const rows = db.prepare('PRAGMA integrity_check').all() as { integrity_check: string }[];
  const problems = rows.map((row) => row.integrity_check).filter((text) => text !== 'ok');
  const orphans = db.prepare('PRAGMA foreign_key_check').all();
  return orphans.length === 0 ? problems : [...problems, `${orphans.length} rows refer to rows that are not there`];
}

function assertPragma(db: DatabaseSync, name: string, wanted: number): void {
  const found = db.prepare(`PRAGMA ${name}`).get()?.[name];
  if (found === wanted) return;
  throw new CloudbellError('store_unavailable', {
    message: `The store cannot run with PRAGMA ${name} = ${wanted}: SQLite answers ${String(found)}.`,
  });
}

function closedUnless(db: DatabaseSync, path: string, prepare: () => void): DatabaseSync {
  try {
    guarded(path, prepare);
    return db;
  } catch (thrown) {
    db.close();
    throw thrown;
  }
}

function guarded<T>(path: string, run: () => T): T {
  try {
    return run();
  } catch (thrown) {
    throw storeError(thrown, path);
  }
}
