import type { HistoryRetention } from '@cloudbell/core/history/blocks.ts';
import type { Clock } from '../base/clock.ts';
import type { HistoryStore } from '../ports/history-store.ts';

export interface QueryOptions {
  readonly store: Pick<HistoryStore, 'series' | 'samples' | 'buckets' | 'status'>;
  readonly retention: HistoryRetention;
  readonly clock: Clock;
  readonly limits: QueryLimits;
  /** Brings history up to the end of the log, as far as that is possible at once. */
  readonly catchUp: () => Promise<void>;
}

/** What one question may ask for. */
export interface QueryLimits {
  /** Samples or buckets that are read. */
  readonly samplesMax: number;
  readonly seriesMax: number;
  /** Points that are held: of the answer, and of groups. */
  readonly pointsMax: number;
  /** From beginning to end, with the turns of others in between. */
  readonly msMax: number;
}

export const QUERY_LIMITS: QueryLimits = {
  samplesMax: 10_000_000,
  seriesMax: 10_000,
  pointsMax: 2_000_000,
  msMax: 30_000,
};
