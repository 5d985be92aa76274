import { CloudbellError } from '../../base/errors.ts';
import { isSqliteError } from '../../base/sqlite-database.ts';

/** What SQLite reports (disk full, read-only, I/O …) leaves as `history_unavailable`; everything else as it is. */
export function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw asHistoryError(thrown);
  }
}

export function asHistoryError(thrown: unknown): unknown {
  if (!isSqliteError(thrown)) return thrown;
  return new CloudbellError('history_unavailable', {
    message: `History cannot be used: ${thrown.errstr ?? thrown.message}.`,
    hint: 'Free some space on the disk of the data folder. If history.db is damaged, move it away: a new one is begun.',
    cause: thrown,
  });
}

/** Bytes that cannot be read back are said as such, with the place. */
export function decoded<T>(bytes: unknown, decode: (bytes: Uint8Array) => T): T {
  try {
    return decode(bytes as Uint8Array);
  } catch (thrown) {
    throw new CloudbellError('history_damaged', {
      message: `A row of history.db cannot be read: ${thrown instanceof Error ? thrown.message : thrown}.`,
      cause: thrown,
    });
  }
}
