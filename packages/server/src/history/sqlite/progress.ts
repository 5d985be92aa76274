import type { DatabaseSync } from 'node:sqlite';
import type { HistoryProgress } from '../../ports/history-store.ts';
import { prepareWrite } from './key.ts';

export interface ProgressStatements {
  read(partition: number): HistoryProgress | null;
  /** Runs in the caller's transaction. */
  write(partition: number, progress: HistoryProgress): void;
}

export function progressStatements(db: DatabaseSync): ProgressStatements {
  const select = db.prepare('SELECT position, time FROM progress WHERE partition = ?');
  select.setReadBigInts(true);
  const put = prepareWrite(db, 'INSERT OR REPLACE INTO progress (partition, position, time) VALUES (?, ?, ?)');
  return {
    read: (partition) => {
      const row = select.get(partition);
      return row === undefined ? null : { position: row.position as bigint, time: row.time as number };
    },
    write: (partition, { position, time }) => void put.run(partition, position, time),
  };
}
