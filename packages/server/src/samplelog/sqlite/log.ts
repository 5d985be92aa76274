import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../../base/sqlite-database.ts';
import { migrate } from '../../base/sqlite-migrate.ts';
import type { SampleLog } from '../../ports/sample-log.ts';
import { checkpointStatements } from './checkpoint.ts';
import { entryStatements } from './entry.ts';
import { guarded } from './guarded.ts';
import { seriesStatements } from './series.ts';
import { tailStatements } from './tail.ts';
import { trimStatements } from './trim.ts';

export interface SqliteSampleLogOptions {
  readonly path: string;
  /** Appends are refused beyond this size of the file; unlimited without. */
  readonly bytesMax?: number;
}

/**
 * The sample log over SQLite: one row per entry, one transaction per call, the disk has it when the call resolves.
 * `node:sqlite` works in the calling thread, so calls come one after the other and a promise here never waits
 * for anything but the disk. Rejects with `log_unavailable` when the file cannot be opened or written.
 */
export function openSqliteSampleLog(options: SqliteSampleLogOptions): SampleLog {
  const db = guarded(() => open(options));
  const tail = tailStatements(db);
  const series = seriesStatements(db);
  const entry = entryStatements(db, { tail, series });
  const checkpoint = checkpointStatements(db);
  const trim = trimStatements(db);
  return {
    tail: async (partition) => guarded(() => tail.read(partition)),
    append: async (partition, added) => guarded(() => entry.append(partition, added)),
    read: async (partition, after, limit) => guarded(() => entry.read(partition, after, limit)),
    series: async (partition, fromId, limit) => guarded(() => series.list(partition, fromId, limit)),
    saveCheckpoint: async (partition, saved) => {
      const steps = checkpoint.save(partition, saved);
      while (guarded(() => steps.next()).done !== true) await turn();
    },
    loadCheckpoint: async (partition) => guarded(() => checkpoint.load(partition)),
    trim: async (partition, upTo) => {
      // In slices, so that appends get their turn in between.
      while (guarded(() => trim.slice(partition, upTo))) await turn();
    },
    skipTo: async (partition, position) => guarded(() => tail.skipTo(partition, position)),
    close: async () => db.close(),
  };
}

/** Appends get their turn. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function open({ path, bytesMax }: SqliteSampleLogOptions): DatabaseSync {
  const db = openDatabase(path);
  try {
    migrate(db, new URL('./migrations/', import.meta.url));
    if (bytesMax !== undefined) limitSize(db, bytesMax);
    return db;
  } catch (thrown) {
    db.close();
    throw thrown;
  }
}

function limitSize(db: DatabaseSync, bytesMax: number): void {
  const pageBytes = Number(db.prepare('PRAGMA page_size').get()?.page_size);
  db.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(bytesMax / pageBytes))}`);
}
