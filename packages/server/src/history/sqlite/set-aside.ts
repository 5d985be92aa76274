import { existsSync, renameSync } from 'node:fs';
import { isSqliteError } from '../../base/sqlite-database.ts';

/** SQLite's result codes SQLITE_CORRUPT and SQLITE_NOTADB (sqlite.org/rescode.html). */
const DAMAGED = [11, 26];

/**
 * Opens the database at `path`. One that is damaged is set aside, whole and under a name that says so, and a new one is
 * opened in its place: a Cloudbell that alerts without old charts is worth more than one that does not start.
 */
export function openOrSetAside<T>(path: string, open: () => T, onSetAside: (path: string) => void): T {
  try {
    return open();
  } catch (thrown) {
    if (!isSqliteError(thrown) || !DAMAGED.includes(thrown.errcode & 0xff)) throw thrown;
    onSetAside(setAside(path));
    return open();
  }
}

/** Answers where it lies now. */
function setAside(path: string): string {
  let at = 1;
  while (existsSync(`${path}.damaged-${at}`)) at++;
  const aside = `${path}.damaged-${at}`;
  for (const part of ['', '-wal', '-shm']) {
    if (existsSync(`${path}${part}`)) renameSync(`${path}${part}`, `${aside}${part}`);
  }
  return aside;
}
