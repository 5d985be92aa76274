import { existsSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CloudbellError } from '../base/errors.ts';
import { backupStore, restoreStore } from '../store/sqlite/backup.ts';
import { MASTER_KEY_FILE } from '../store/sqlite/master-key.ts';
import { STORE_FILE } from '../store/sqlite/store.ts';

/** Backup and restore by hand, in a process of their own. Each answers what it did, in a sentence. */

const KEY_NOTE = `Its secrets are sealed: ${MASTER_KEY_FILE} (or CLOUDBELL_MASTER_KEY) belongs to it, and is not in it.`;

const keyNoteIn = (dataPath: string): string =>
  existsSync(join(dataPath, MASTER_KEY_FILE))
    ? `It is opened with the ${MASTER_KEY_FILE} that is there.`
    : `Put the ${MASTER_KEY_FILE} that belongs to it into ${dataPath}, or set CLOUDBELL_MASTER_KEY, before the start.`;

export async function backup(options: { readonly dataPath: string; readonly file: string }): Promise<string> {
  const store = join(options.dataPath, STORE_FILE);
  if (!existsSync(store)) {
    throw new CloudbellError('store_unavailable', {
      message: `There is no store in ${options.dataPath}.`,
      hint: 'Name the data folder with --data.',
    });
  }
  backupStore(store, options.file);
  return `Backed up ${options.dataPath} to ${resolve(options.file)}. ${KEY_NOTE}`;
}

const LOG_FILE = 'log.db';
const SET_ASIDE = `${LOG_FILE}.replaced`;

/**
 * A sample log belongs to the store it was folded into: positions and checkpoints of one mean nothing to the other.
 * So a log that is there counts as a store that is there, and with `force` it is set aside, not read and not lost.
 */
export async function restore(options: {
  readonly dataPath: string;
  readonly file: string;
  readonly force: boolean;
}): Promise<string> {
  const { dataPath, file, force } = options;
  const log = join(dataPath, LOG_FILE);
  const hasLog = existsSync(log);
  if (hasLog && !force) {
    throw new CloudbellError('store_exists', {
      message: `The data folder ${dataPath} already holds a sample log.`,
      hint: 'Restore into an empty folder, or add --force: the store is replaced and the sample log set aside.',
    });
  }
  restoreStore(file, dataPath, { force });
  if (!hasLog) return `Restored ${resolve(file)} into ${dataPath}. ${keyNoteIn(dataPath)}`;
  const aside = join(dataPath, SET_ASIDE);
  for (const suffix of ['', '-wal', '-shm']) {
    rmSync(`${aside}${suffix}`, { force: true });
    if (existsSync(`${log}${suffix}`)) renameSync(`${log}${suffix}`, `${aside}${suffix}`);
  }
  return `Restored ${resolve(file)} into ${dataPath}; its sample log was set aside as ${SET_ASIDE}. ${keyNoteIn(dataPath)}`;
}
