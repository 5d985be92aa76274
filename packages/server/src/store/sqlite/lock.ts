import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CloudbellError } from '../../base/errors.ts';
import { makeFolder } from './data-folder.ts';
import { storeError } from './errors.ts';

/**
 * One process writes a data folder. The lock is an empty SQLite file held in an exclusive transaction: the operating
 * system frees it when the process ends, however it ends, so a crash never leaves a lock to clean up by hand.
 */
export interface DataDirLock {
  release(): void;
}

const SQLITE_BUSY = 5;

/** Makes the folder if need be and locks it. Throws `data_folder_locked` or `store_unavailable`. */
export function lockDataDir(dir: string): DataDirLock {
  makeFolder(dir);
  try {
    const db = new DatabaseSync(join(dir, 'lock.db'), { timeout: 0 });
    try {
      // Nothing is written, but a journal that is never made cannot be left behind.
      db.exec('PRAGMA journal_mode = MEMORY');
      db.exec('BEGIN EXCLUSIVE');
    } catch (thrown) {
      db.close();
      throw thrown;
    }
    return {
      release: () => {
        if (db.isOpen) db.close();
      },
    };
  } catch (thrown) {
    if (((thrown as { errcode?: number }).errcode ?? 0) % 256 !== SQLITE_BUSY) throw storeError(thrown, dir);
    throw new CloudbellError('data_folder_locked', {
      message: `The data folder ${dir} is in use by another Cloudbell process.`,
      hint: 'Stop the other process, or give this one a folder of its own with --data.',
      cause: thrown,
    });
  }
}
