import { closeSync, copyFileSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CloudbellError } from '../../base/errors.ts';
import { type Random, systemRandom } from '../../base/random.ts';
import { makeFolder } from './data-folder.ts';
import { integrityProblems, openStoreFile, openStoreFileReadOnly } from './database.ts';
import { storeError } from './errors.ts';
import { renewGeneration } from './generation.ts';
import { lockDataDir } from './lock.ts';
import { appliedMigrations, readMigrations } from './migrate.ts';
import { STORE_FILE } from './store.ts';

/**
 * Backup and restore of the store: rules, alerts, transitions, deliveries, attempts, access keys and settings in one
 * file. The sample log and the history are not part of it: after a restore the windows start anew, while alerts keep
 * the state of the backup. Deliveries that were pending in the backup are sent again after a restore, under the ids
 * they had, also those that went out since.
 *
 * Files appear under their name only when they are whole and on the disk: written beside it, checked, synced, renamed.
 */

/** Copies the store at `path` into `file` while it is in use; replaces `file`. The copy is of one moment. Blocks. */
export function backupStore(path: string, file: string): void {
  const unfinished = `${resolve(file)}.unfinished`;
  try {
    rmSync(unfinished, { force: true });
    const db = openStoreFileReadOnly(path);
    try {
      // One read transaction; unlike the backup API it need not start over when the store is written meanwhile.
      db.prepare('VACUUM INTO ?').run(unfinished);
    } finally {
      db.close();
    }
    assertWhole(unfinished);
    putInPlace(unfinished, resolve(file));
  } catch (thrown) {
    rmSync(unfinished, { force: true });
    throw storeError(thrown, file);
  }
}

export interface RestoreOptions {
  /** Replace a store that is there. */
  readonly force?: boolean;
  readonly random?: Random;
}

/**
 * Puts a backup into a data folder as its store. Throws `backup_invalid`, `store_exists` (without `force`),
 * `data_folder_locked` while a process uses the folder, or `store_unavailable`; the store is as it was then.
 */
export function restoreStore(file: string, dataDir: string, options: RestoreOptions = {}): void {
  assertWhole(file);
  makeFolder(dataDir);
  const lock = lockDataDir(dataDir);
  const target = join(resolve(dataDir), STORE_FILE);
  const unfinished = `${target}.unfinished`;
  try {
    if (existsSync(target) && options.force !== true) throw storeExists(dataDir);
    removeWithJournals(unfinished);
    copyFileSync(file, unfinished);
    const db = openStoreFile({ path: unfinished });
    try {
      renewGeneration(db, options.random ?? systemRandom);
      // One file must hold everything: the rename takes no write-ahead log along.
      db.exec('PRAGMA journal_mode = DELETE');
    } finally {
      db.close();
    }
    foldJournalIn(target);
    putInPlace(unfinished, target);
  } catch (thrown) {
    removeWithJournals(unfinished);
    throw storeError(thrown, dataDir);
  } finally {
    lock.release();
  }
}

/**
 * A write-ahead log left beside the old store would be applied to the restored one. Closing the last connection
 * takes it in; where the old file is too damaged for that, its log is worth nothing and goes.
 */
function foldJournalIn(target: string): void {
  if (!existsSync(target)) return;
  try {
    const db = openStoreFile({ path: target });
    try {
      db.exec('PRAGMA journal_mode = DELETE');
    } finally {
      db.close();
    }
  } catch {
    // Damaged, as said above.
  }
  rmSync(`${target}-wal`, { force: true });
  rmSync(`${target}-shm`, { force: true });
}

function assertWhole(file: string): void {
  if (!existsSync(file)) throw invalid(file, 'it is not there');
  let problems: string[];
  try {
    const db = openStoreFileReadOnly(file);
    try {
      const migrations = appliedMigrations(db, readMigrations());
      problems = migrations === 0 ? ['it is no store of Cloudbell'] : integrityProblems(db);
    } finally {
      db.close();
    }
  } catch (thrown) {
    if (thrown instanceof CloudbellError && thrown.code === 'store_schema_mismatch') throw thrown;
    throw invalid(file, thrown instanceof Error ? thrown.message : String(thrown), thrown);
  }
  const [first] = problems;
  if (first !== undefined) throw invalid(file, first);
}

function putInPlace(unfinished: string, target: string): void {
  sync(unfinished);
  renameSync(unfinished, target);
  // Folders cannot be opened on Windows, and need not be synced there.
  if (process.platform !== 'win32') sync(dirname(target));
}

function sync(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function removeWithJournals(path: string): void {
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
}

function storeExists(dataDir: string): CloudbellError {
  return new CloudbellError('store_exists', {
    message: `The data folder ${dataDir} already holds a store.`,
    hint: 'Restore into an empty folder, or say --force to replace the store that is there.',
  });
}

function invalid(file: string, reason: string, cause?: unknown): CloudbellError {
  return new CloudbellError('backup_invalid', {
    message: `${file} cannot be restored: ${reason}`,
    hint: 'Take another backup file, made with `cloudbell backup FILE`.',
    cause,
  });
}
