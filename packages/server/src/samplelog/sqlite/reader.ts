import { openDatabase } from '../../base/sqlite-database.ts';
import type { LogReader } from '../../ports/log-reader.ts';
import { entryStatements } from './entry.ts';
import { guarded } from './guarded.ts';
import { seriesStatements } from './series.ts';
import { tailStatements } from './tail.ts';

/**
 * The same log on a connection that can only read, for another thread: with a write-ahead log a reader keeps no writer
 * waiting. The log must have been opened for writing before, which makes or migrates the file.
 */
export function openSqliteLogReader({ path }: { readonly path: string }): LogReader {
  const db = guarded(() => openDatabase(path, { readOnly: true }));
  const tail = tailStatements(db);
  const series = seriesStatements(db);
  const entry = entryStatements(db, { tail, series });
  return {
    tail: async (partition) => guarded(() => tail.read(partition)),
    read: async (partition, after, limit) => guarded(() => entry.read(partition, after, limit)),
    series: async (partition, fromId, limit) => guarded(() => series.list(partition, fromId, limit)),
    close: async () => db.close(),
  };
}
