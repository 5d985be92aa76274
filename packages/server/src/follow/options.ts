import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { HistoryStore } from '../ports/history-store.ts';
import type { LogReader, LogRetention } from '../ports/log-reader.ts';

export interface FollowerLimits {
  /** Looks for new entries at least this often. */
  readonly pollMs: number;
  /** What was taken is flushed after this long … */
  readonly flushMs: number;
  /** … or when this many samples wait, whichever comes first. */
  readonly pendingSamplesMax: number;
  /** A stop goes on taking entries for so long; what is left then is taken after the next start. */
  readonly stopMs: number;
}

/** Rarely and much at once: a flush writes one row for each series that has changed. */
export const FOLLOWER_LIMITS: FollowerLimits = {
  pollMs: 500,
  flushMs: 120_000,
  pendingSamplesMax: 4_000_000,
  stopMs: 2_000,
};

export interface FollowerOptions {
  readonly partitions: number;
  readonly log: LogReader;
  readonly store: HistoryStore;
  readonly retention: LogRetention;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits?: Partial<FollowerLimits>;
}
