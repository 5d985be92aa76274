import { join } from 'node:path';
import type { HistoryRetention } from '@cloudbell/core/history/blocks.ts';
import type { Clock } from '../../base/clock.ts';
import { LogFollower } from '../../follow/log-follower.ts';
import { openSqliteHistoryStore } from '../../history/sqlite/store.ts';
import type { LogRetention } from '../../ports/log-reader.ts';
import type { MetricHistory } from '../../ports/metric-history.ts';
import type { PromqlHistory } from '../../ports/promql-history.ts';
import { QUERY_LIMITS } from '../../query/options.ts';
import { createPromqlHistory } from '../../query/promql-history.ts';
import { readRange } from '../../query/range.ts';
import { openSqliteLogReader } from '../../samplelog/sqlite/reader.ts';
import { createLogger } from '../logger.ts';

export interface HistorySettings {
  readonly dataDir: string;
  readonly partitions: number;
  readonly retention: HistoryRetention;
  readonly logLevel: string;
}

export interface HistoryRoom {
  readonly history: MetricHistory & PromqlHistory;
  /** After the log's room: what it wrote last is taken too, and flushed. */
  close(): Promise<void>;
}

/** Opens history.db, and follows the log from where that ends. The log's room must be open: it makes log.db. */
export async function openHistoryRoom(
  settings: HistorySettings,
  seams: { readonly clock: Clock; readonly retention: LogRetention },
): Promise<HistoryRoom> {
  const { dataDir, partitions, retention } = settings;
  const { clock } = seams;
  const logger = createLogger(settings.logLevel, 'history');
  const store = openSqliteHistoryStore({
    path: join(dataDir, 'history.db'),
    retention,
    clock,
    onSetAside: (path) => logger.error({ path }, 'history.db is damaged: it was set aside, and a new one is begun'),
  });
  const log = openSqliteLogReader({ path: join(dataDir, 'log.db') });
  const follower = new LogFollower({ partitions, log, store, retention: seams.retention, clock, logger });
  const options = { store, retention, clock, limits: QUERY_LIMITS, catchUp: () => follower.catchUp() };
  follower.start();
  return {
    history: {
      ...createPromqlHistory(options),
      range: (query) => readRange(query, options),
      status: async () => ({
        ...store.status(),
        behindEntries: Number(await follower.behind()),
        failure: follower.failure,
      }),
    },
    close: async () => {
      await follower.stop();
      await log.close();
      await store.close();
    },
  };
}
