import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { sha256Hex } from '../../base/digest.ts';
import { Evaluator } from '../../evaluate/evaluator.ts';
import type { CommitStore } from '../../ports/commit-store.ts';
import type { LogRetention } from '../../ports/log-reader.ts';
import type { LogWriter } from '../../ports/log-writer.ts';
import { openSqliteSampleLog } from '../../samplelog/sqlite/log.ts';
import { createLogger } from '../logger.ts';

export interface LogSettings {
  readonly dataDir: string;
  readonly partitions: number;
  readonly logLevel: string;
  /** At most this much of the log is kept for history, bytes; null without history. */
  readonly followerBytesMax: number | null;
}

export interface LogRoom {
  readonly writer: LogWriter;
  readonly retention: LogRetention;
  /** Drains, commits, checkpoints: the next start replays nothing. */
  close(): Promise<void>;
}

/** Opens log.db and brings the fold to its end: what was acknowledged before a crash is evaluated when this resolves. */
export async function openLogRoom(
  settings: LogSettings,
  seams: {
    readonly clock: Clock;
    readonly commits: CommitStore;
    readonly onDeliveries: (count: number) => void;
    readonly onFatal: (error: Error) => void;
  },
): Promise<LogRoom> {
  const log = openSqliteSampleLog({ path: join(settings.dataDir, 'log.db') });
  const logger = createLogger(settings.logLevel, 'evaluate');
  const { partitions, followerBytesMax } = settings;
  const evaluator = new Evaluator({ ...seams, log, logger, partitions, followerBytesMax, digest: sha256Hex });
  try {
    await evaluator.start();
  } catch (thrown) {
    await log.close();
    throw thrown;
  }
  return {
    writer: evaluator,
    retention: evaluator,
    close: async () => {
      await evaluator.stop();
      await log.close();
    },
  };
}
