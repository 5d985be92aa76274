import type { DatabaseSync } from 'node:sqlite';
import { decodeRecords, encodeRecords } from '@cloudbell/core/alert/log-codec.ts';
import type { LogEntry, LogRecord, Position } from '@cloudbell/core/alert/log-record.ts';
import { skewAfter } from '@cloudbell/core/alert/log-time.ts';
import { nativeAscii } from '../../base/ascii-text.ts';
import { CloudbellError } from '../../base/errors.ts';
import { inTransaction } from '../../base/sqlite-database.ts';
import type { NewEntry } from '../../ports/sample-log.ts';
import type { SeriesStatements } from './series.ts';
import type { TailStatements } from './tail.ts';

export interface EntryStatements {
  append(partition: number, entry: NewEntry): Position;
  read(partition: number, after: Position, limit: number): LogEntry[];
}

export function entryStatements(
  db: DatabaseSync,
  parts: { readonly tail: TailStatements; readonly series: SeriesStatements },
): EntryStatements {
  const insert = db.prepare('INSERT INTO entry (partition, position, time, skew, bytes) VALUES (?, ?, ?, ?, ?)');
  const select = db.prepare(
    'SELECT position, time, skew, bytes FROM entry WHERE partition = ? AND position > ? ORDER BY position LIMIT ?',
  );
  select.setReadBigInts(true);
  return {
    append: (partition, entry) => {
      const bytes = encodeRecords(entry.records, nativeAscii);
      return inTransaction(db, () => {
        const tail = parts.tail.read(partition);
        const position = tail.position + 1n;
        let seriesCount = tail.seriesCount;
        for (const record of entry.records) {
          if (record.kind === 'series') seriesCount = parts.series.define(partition, seriesCount, record.series);
          else if (record.kind === 'expire') parts.series.expire(partition, record.seriesIds, position);
        }
        insert.run(partition, position, entry.time, entry.skew, bytes);
        parts.tail.write(partition, {
          position,
          time: entry.time,
          skew: skewAfter(entry.skew, entry.records),
          seriesCount,
        });
        return position;
      });
    },
    read: (partition, after, limit) =>
      select.all(partition, after, limit).map((row) => ({
        position: row.position as bigint,
        time: row.time as number,
        skew: row.skew as number,
        records: decode(row.bytes as Uint8Array, row.position as bigint),
      })),
  };
}

function decode(bytes: Uint8Array, position: Position): LogRecord[] {
  try {
    return decodeRecords(bytes, nativeAscii);
  } catch (thrown) {
    throw new CloudbellError('log_damaged', {
      message: `Entry ${position} of the sample log cannot be read: ${thrown instanceof Error ? thrown.message : thrown}.`,
      cause: thrown,
    });
  }
}
