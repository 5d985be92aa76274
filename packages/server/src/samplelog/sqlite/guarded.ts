import { CloudbellError } from '../../base/errors.ts';
import { isSqliteError } from '../../base/sqlite-database.ts';

/** What SQLite reports (disk full, read-only, I/O …) leaves as `log_unavailable`; everything else as it is. */
export function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    if (!isSqliteError(thrown)) throw thrown;
    throw new CloudbellError('log_unavailable', {
      message: `The sample log cannot be used: ${thrown.errstr ?? thrown.message}.`,
      hint: 'Free some space on the disk of the data folder, and see that it can be written.',
      cause: thrown,
    });
  }
}
