import type { DatabaseSync } from 'node:sqlite';
import type { Position } from '@cloudbell/core/alert/log-record.ts';
import type { LogTail } from '../../ports/sample-log.ts';

export interface TailStatements {
  read(partition: number): LogTail;
  write(partition: number, tail: LogTail): void;
  skipTo(partition: number, position: Position): void;
}

export function tailStatements(db: DatabaseSync): TailStatements {
  const select = db.prepare('SELECT position, time, skew, series_count FROM tail WHERE partition = ?');
  select.setReadBigInts(true);
  const upsert = db.prepare(`
    INSERT INTO tail (partition, position, time, skew, series_count) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (partition) DO UPDATE SET
      position = excluded.position, time = excluded.time, skew = excluded.skew, series_count = excluded.series_count`);
  const skip = db.prepare(`
    INSERT INTO tail (partition, position, time, skew, series_count) VALUES (?, ?, 0, 0, 0)
    ON CONFLICT (partition) DO UPDATE SET position = max(position, excluded.position)`);
  return {
    read: (partition) => {
      const row = select.get(partition);
      if (row === undefined) return { position: 0n, time: 0, skew: 0, seriesCount: 0 };
      return {
        position: row.position as bigint,
        time: Number(row.time),
        skew: Number(row.skew),
        seriesCount: Number(row.series_count),
      };
    },
    write: (partition, tail) => {
      upsert.run(partition, tail.position, tail.time, tail.skew, tail.seriesCount);
    },
    skipTo: (partition, position) => {
      skip.run(partition, position);
    },
  };
}
