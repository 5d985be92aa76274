import type { DatabaseSync } from 'node:sqlite';
import { dimensionsKey, dimensionsOfKey } from '@cloudbell/core/metric/dimensions.ts';
import type { Series } from '@cloudbell/core/metric/series.ts';
import { CloudbellError } from '../../base/errors.ts';
import { inTransaction } from '../../base/sqlite-database.ts';
import type { HistorySeries, HistorySeriesQuery, SeriesNumber } from '../../ports/history-store.ts';
import { NUMBER_MAX, prepareWrite, rowKey } from './key.ts';

export interface SeriesReads {
  /** In order of namespace, metric name, dimensions. Nothing is held open between two pages. */
  pages(query: HistorySeriesQuery): Generator<readonly HistorySeries[]>;
  count(): number;
}

export interface SeriesWrites {
  /** In one transaction. `block`: where the samples of new ones will be, at the earliest. */
  numbers(series: readonly Series[], block: number): Uint32Array;
  /** Notes that there are samples of it in a block. */
  seenIn(number: SeriesNumber, block: number): void;
  /** Drops series without samples since before `block`. Answers how many. */
  drop(block: number): number;
}

/** Series of one page: a few milliseconds. */
const PAGE_SERIES = 2_000;
/** Before every text. */
const FIRST = '';

export function seriesReads(db: DatabaseSync): SeriesReads {
  // A row that comes after (namespace, metric name, dimensions), each by the unique index and so at once.
  const columns = 'number, account, namespace, metric_name, dimensions';
  const nextNamespace = db.prepare(
    'SELECT namespace FROM series WHERE account = ?1 AND namespace > ?2 ORDER BY namespace LIMIT 1',
  );
  const ofNamespace = db.prepare(
    `SELECT ${columns} FROM series WHERE account = ?1 AND namespace = ?2 AND (metric_name, dimensions) > (?3, ?4)
     ORDER BY metric_name, dimensions LIMIT ${PAGE_SERIES}`,
  );
  const ofMetric = db.prepare(
    `SELECT ${columns} FROM series WHERE account = ?1 AND namespace = ?2 AND metric_name = ?3 AND dimensions > ?4
     ORDER BY dimensions LIMIT ${PAGE_SERIES}`,
  );
  const count = db.prepare('SELECT count(*) AS count FROM series');

  function* namespaces(account: string): Generator<string> {
    for (
      let row = nextNamespace.get(account, FIRST);
      row !== undefined;
      row = nextNamespace.get(account, row.namespace as string)
    )
      yield row.namespace as string;
  }
  function* pagesOf(account: string, namespace: string, metricName: string | undefined): Generator<HistorySeries[]> {
    const statement = metricName === undefined ? ofNamespace : ofMetric;
    let after: readonly [string, string] = [metricName ?? FIRST, FIRST];
    for (;;) {
      const rows = statement.all(account, namespace, ...after);
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows.map(seriesOf);
      after = [last.metric_name as string, last.dimensions as string];
    }
  }
  return {
    *pages({ account, namespace, metricName }) {
      for (const one of namespace === undefined ? namespaces(account) : [namespace]) {
        yield* pagesOf(account, one, metricName);
      }
    },
    count: () => Number(count.get()?.count),
  };
}

const seriesOf = (row: Record<string, unknown>): HistorySeries => ({
  number: Number(row.number),
  account: row.account as string,
  namespace: row.namespace as string,
  metricName: row.metric_name as string,
  dimensions: dimensionsOfKey(row.dimensions as string),
});

export function seriesWrites(db: DatabaseSync): SeriesWrites {
  const select = db.prepare(
    'SELECT number FROM series WHERE account = ? AND namespace = ? AND metric_name = ? AND dimensions = ?',
  );
  const insert = prepareWrite(
    db,
    'INSERT INTO series (account, namespace, metric_name, dimensions, last_block) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const seen = prepareWrite(db, 'UPDATE series SET last_block = ?2 WHERE number = ?1 AND last_block < ?2');
  const idle = db.prepare('SELECT number, last_block FROM series WHERE last_block < ?');
  const hasChunk = db.prepare(
    `SELECT 1 FROM chunk WHERE key BETWEEN ${rowKey('?1', '?2')} AND (${rowKey('?1', '?2')} | 8191)`,
  );
  const lastBlock = db.prepare('SELECT max(key) >> 44 AS block FROM chunk');
  const remove = prepareWrite(db, 'DELETE FROM series WHERE number = ?');
  return {
    numbers: (series, block) =>
      inTransaction(db, () =>
        Uint32Array.from(series, ({ account, namespace, metricName, dimensions }) => {
          const names = [account, namespace, metricName, dimensionsKey(dimensions)] as const;
          const { changes, lastInsertRowid } = insert.run(...names, block);
          if (Number(changes) === 0) return Number(select.get(...names)?.number);
          const number = Number(lastInsertRowid);
          if (number > NUMBER_MAX) throw new CloudbellError('history_unavailable', { message: 'History is full.' });
          return number;
        }),
      ),
    seenIn: (number, block) => void seen.run(number, block),
    drop: (block) =>
      inTransaction(db, () => {
        const newest = Number(lastBlock.get()?.block ?? 0);
        let dropped = 0;
        for (const row of idle.all(block)) {
          const number = Number(row.number);
          let isIdle = true;
          // Blocks that are not downsampled yet have not been noted: looked at one by one, they are few.
          for (let at = Math.max(block, newest - 2); isIdle && at <= newest; at++)
            isIdle = hasChunk.get(at, number) === undefined;
          if (!isIdle) seen.run(number, newest);
          else dropped += Number(remove.run(number).changes);
        }
        return dropped;
      }),
  };
}
