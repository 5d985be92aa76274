import type { DatabaseSync } from 'node:sqlite';
import type { Position } from '@cloudbell/core/alert/log-record.ts';

/** Entries dropped per transaction: with 4 MiB entries that frees 256 MiB of pages at a time. */
const SLICE_ENTRIES = 64;

export interface TrimStatements {
  /** Drops the oldest entries at or below `upTo`, a slice of them, in the end series that expired by then; true when there may be more. */
  slice(partition: number, upTo: Position): boolean;
}

export function trimStatements(db: DatabaseSync): TrimStatements {
  const remove = db.prepare(`
    DELETE FROM entry WHERE rowid IN (
      SELECT rowid FROM entry WHERE partition = ? AND position <= ? ORDER BY position LIMIT ${SLICE_ENTRIES}
    )`);
  const removeSeries = db.prepare('DELETE FROM series WHERE partition = ? AND expired_at <= ?');
  return {
    slice: (partition, upTo) => {
      const mayHaveMore = Number(remove.run(partition, upTo).changes) === SLICE_ENTRIES;
      if (!mayHaveMore) removeSeries.run(partition, upTo);
      return mayHaveMore;
    },
  };
}
