import { CloudbellError } from '../../base/errors.ts';

/** SQLite's primary result codes that mean: nothing was written, and trying again may help once the cause is gone. */
const UNAVAILABLE: ReadonlyMap<number, string> = new Map([
  [3, 'access is denied'],
  [5, 'it is locked by another process'],
  [8, 'it is read-only'],
  [10, 'the disk reports an input/output error'],
  [11, 'the file is damaged'],
  [13, 'the disk is full'],
  [14, 'it cannot be opened'],
  [26, 'the file is not a SQLite database'],
]);

const SYSTEM: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'access is denied'],
  ['EPERM', 'access is denied'],
  ['EROFS', 'it is read-only'],
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk quota is used up'],
  ['EIO', 'the disk reports an input/output error'],
  ['ENOENT', 'it is not there'],
  ['ENOTDIR', 'a part of its path is not a folder'],
  ['EEXIST', 'it is not a folder'],
]);

/** What SQLite or the file system threw as `store_unavailable` naming the place; any other error as it is. */
export function storeError(thrown: unknown, place: string): unknown {
  const reason = unavailableReason(thrown);
  if (reason === undefined) return thrown;
  return new CloudbellError('store_unavailable', {
    message: `The store at ${place} is not available: ${reason}.`,
    hint: 'Make the data folder writable and see that the disk has room, then try again.',
    cause: thrown,
  });
}

function unavailableReason(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const { code, errcode } = thrown as { code?: unknown; errcode?: unknown };
  if (code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number') return UNAVAILABLE.get(errcode & 0xff);
  return typeof code === 'string' ? SYSTEM.get(code) : undefined;
}
