import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { CloudbellError } from '../../base/errors.ts';
import type { Random } from '../../base/random.ts';
import { createSealer, MASTER_KEY_BYTES, parseMasterKey, type Sealer } from '../../base/sealing.ts';
import { SETTINGS_SQL } from './identity-sql.ts';

/**
 * The key that secrets in the store are sealed with: the deployment's (`CLOUDBELL_MASTER_KEY`), else that of the file beside
 * the store, which the first start makes. A store knows the key it belongs to by a text that it was sealed with, so a wrong
 * one is found at the start and not when an alert has to be signed.
 */
export const MASTER_KEY_FILE = 'master.key';
const CHECK = 'master_key.check';

export interface MasterKeyOptions {
  readonly dataDir: string;
  /** As the environment has it; null: the file's. */
  readonly masterKey: string | null;
}

/** For the writer. Throws `master_key_missing` or `master_key_wrong`. */
export function openSealer(db: DatabaseSync, options: MasterKeyOptions, random: Random): Sealer {
  const isNew = checkOf(db) === null;
  const key = readKey(options) ?? (isNew ? makeKey(options.dataDir, random) : null);
  const sealer = checkedSealer(db, key, { options, random });
  if (isNew) db.prepare(SETTINGS_SQL.put).run(CHECK, sealer.seal(CHECK, CHECK));
  return sealer;
}

/** For who only reads; null when nothing is sealed in this store yet. */
export function openSealerToRead(db: DatabaseSync, options: MasterKeyOptions, random: Random): Sealer | null {
  return checkOf(db) === null ? null : checkedSealer(db, readKey(options), { options, random });
}

function checkedSealer(
  db: DatabaseSync,
  key: Uint8Array | null,
  { options, random }: { readonly options: MasterKeyOptions; readonly random: Random },
): Sealer {
  if (key === null) {
    throw new CloudbellError('master_key_missing', {
      message: `The master key of ${options.dataDir} is missing: secrets in its store cannot be read without it.`,
      hint: `Put back ${MASTER_KEY_FILE}, or set CLOUDBELL_MASTER_KEY. A backup is restored with the key of the folder it is of.`,
    });
  }
  const sealer = createSealer(key, random);
  const check = checkOf(db);
  if (check !== null && !opens(sealer, check)) throw wrongKey(options, 'is not the one its store was written with');
  return sealer;
}

function opens(sealer: Sealer, check: string): boolean {
  try {
    return sealer.open(check, CHECK) === CHECK;
  } catch {
    return false;
  }
}

function wrongKey({ dataDir, masterKey }: MasterKeyOptions, what: string): CloudbellError {
  const place = masterKey === null ? join(dataDir, MASTER_KEY_FILE) : 'CLOUDBELL_MASTER_KEY';
  return new CloudbellError('master_key_wrong', {
    message: `The master key of ${dataDir}, in ${place}, ${what}.`,
    hint:
      masterKey === null
        ? `Put back the ${MASTER_KEY_FILE} that belongs to this data folder.`
        : `Set the key that belongs to this data folder, or none, if it has a ${MASTER_KEY_FILE} of its own.`,
  });
}

const checkOf = (db: DatabaseSync): string | null =>
  (db.prepare(SETTINGS_SQL.get).get(CHECK)?.value as string | undefined) ?? null;

function readKey(options: MasterKeyOptions): Uint8Array | null {
  const text = options.masterKey ?? keyFile(options.dataDir);
  if (text === null) return null;
  const key = parseMasterKey(text);
  if (key === null) throw wrongKey(options, `is not ${MASTER_KEY_BYTES} bytes in Base64 or hex`);
  return key;
}

function keyFile(dataDir: string): string | null {
  try {
    return readFileSync(join(dataDir, MASTER_KEY_FILE), 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw thrown;
  }
}

/** On the disk before anything is sealed with it: a store without its key is a store without its secrets. */
function makeKey(dataDir: string, random: Random): Uint8Array {
  const key = random.bytes(MASTER_KEY_BYTES);
  const file = openSync(join(dataDir, MASTER_KEY_FILE), 'wx', 0o600);
  try {
    writeSync(file, `${Buffer.from(key).toString('base64')}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  const folder = openSync(dataDir, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
  return key;
}
