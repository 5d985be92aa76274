import type { HistoryRetention } from '@cloudbell/core/history/blocks.ts';
import type { Clock } from '../base/clock.ts';
import type { HistoryStore } from '../ports/history-store.ts';

export interface QueryOptions {
  readonly store: Pick<HistoryStore, 'series' | 'samples' | 'buckets' | 'status'>;
  readonly retention: HistoryRetention;
  readonly clock: Clock;
  /** Brings history up to the end of the log, as far as that is possible at once. */
  readonly catchUp: () => Promise<void>;
}

/** Samples or buckets that one question may read. */
export const QUERY_SAMPLES_MAX = 10_000_000;
