import type { Clock } from '../../base/clock.ts';
import { asError } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import type { Ledger, PruneMark } from '../../ports/ledger.ts';

/**
 * Keeps the ledger within its retention, a few rows at a time: the store has one writer, and an alert that waits for it
 * must not wait for old ones to go. So after each batch it rests nine times as long as the batch took.
 */
const ROWS_PER_BATCH = 25;
const REST_FACTOR = 9;
const REST_MS_MIN = 10;
/** ms from the end of one pass to the next. */
const PASS_EVERY_MS = 10 * 60_000;

export interface LedgerPruningOptions {
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** ms that is kept after it became final. */
  readonly retentionMs: number;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

/** Begins at once; answers what ends it. */
export function startLedgerPruning({ ledger, clock, retentionMs, logger }: LedgerPruningOptions): () => void {
  let cancel = (): void => undefined;
  let stopped = false;
  let mark: PruneMark | null = null;
  let deletedByPass = 0;

  const batch = async (): Promise<void> => {
    const beganMono = clock.monoMs();
    let restMs = PASS_EVERY_MS;
    try {
      const before = clock.wallMs() - retentionMs;
      const { deleted, next } = await ledger.prune({ before, limit: ROWS_PER_BATCH, from: mark });
      mark = next;
      deletedByPass += deleted;
      if (next !== null) restMs = Math.max(REST_MS_MIN, REST_FACTOR * (clock.monoMs() - beganMono));
      else if (deletedByPass > 0)
        logger.info({ deleted: deletedByPass }, 'the ledger forgot what is past its retention');
      if (next === null) deletedByPass = 0;
    } catch (thrown) {
      mark = null;
      if (!stopped) logger.error({ err: asError(thrown) }, 'the ledger could not be pruned; it is tried again');
    }
    if (!stopped) cancel = clock.after(restMs, () => void batch());
  };
  void batch();
  return () => {
    stopped = true;
    cancel();
  };
}
