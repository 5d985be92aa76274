import type { DatabaseSync } from 'node:sqlite';
import type { Position } from '@cloudbell/core/alert/log-record.ts';
import { seriesCountAfter } from '@cloudbell/core/alert/log-series.ts';
import { type SeriesDefinition, type SeriesId, seriesKey } from '@cloudbell/core/metric/series.ts';
import { CloudbellError } from '../../base/errors.ts';

export interface SeriesStatements {
  /** Answers the number of series after these; throws `series_out_of_step`. Runs in the caller's transaction. */
  define(partition: number, count: number, definitions: readonly SeriesDefinition[]): number;
  /** They go with the entry at that position. */
  expire(partition: number, ids: readonly SeriesId[], at: Position): void;
  list(partition: number, fromId: number, limit: number): SeriesDefinition[];
}

export function seriesStatements(db: DatabaseSync): SeriesStatements {
  const select = db.prepare('SELECT definition FROM series WHERE partition = ? AND id = ?');
  const selectFrom = db.prepare('SELECT definition FROM series WHERE partition = ? AND id >= ? ORDER BY id LIMIT ?');
  const insert = db.prepare('INSERT INTO series (partition, id, definition) VALUES (?, ?, ?)');
  const update = db.prepare('UPDATE series SET definition = ?3 WHERE partition = ?1 AND id = ?2');
  const expire = db.prepare('UPDATE series SET expired_at = ?3 WHERE partition = ?1 AND id = ?2');
  const parse = (row: Record<string, unknown>): SeriesDefinition => JSON.parse(row.definition as string);
  return {
    define: (partition, count, definitions) => {
      const after = seriesCountAfter(count, definitions);
      if (after === null) throw outOfStep();
      let next = count;
      for (const definition of definitions) {
        const { id } = definition;
        const text = JSON.stringify(definition);
        if (id === next) {
          insert.run(partition, id, text);
          next += 1;
          continue;
        }
        const known = select.get(partition, id);
        if (known === undefined || seriesKey(parse(known)) !== seriesKey(definition)) throw outOfStep();
        update.run(partition, id, text);
      }
      return after;
    },
    expire: (partition, ids, at) => {
      for (const id of ids) expire.run(partition, id, at);
    },
    list: (partition, fromId, limit) => selectFrom.all(partition, fromId, limit).map(parse),
  };
}

const outOfStep = (): CloudbellError =>
  new CloudbellError('series_out_of_step', { message: 'A series record does not follow on the ids the log knows.' });
