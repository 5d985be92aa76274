import { type AttemptResult, type ChannelName, type DeliveryState, UNJUDGED } from './delivery.ts';

/**
 * What follows from an attempt. Retry is data: a table per channel, read by one pure function.
 *
 * A *judged* attempt ended in an answer, an error or the deadline, and uses up one of the 1 + `delaysMs.length`.
 * An attempt that our own crash or stop cut off is not judged, nor is the first one that a stale reused socket lost;
 * both are sent again at once (semantics.md, Log, fold, commit, restart). A second stale socket in a row is judged as
 * `reset`, so that a receiver that closes every connection cannot keep a delivery going for ever.
 */
export interface RetryTable {
  /** ms from the end of a failed attempt to the next one: one entry per retry. */
  readonly delaysMs: readonly number[];
  /** At most this fraction of a delay is added to it. */
  readonly jitterMax: number;
  /** A Retry-After moves the next attempt to at most this many ms after the failure. */
  readonly retryAfterCapMs: number;
  /** A single attempt lasts no longer; the channel holds to it. */
  readonly attemptDeadlineMs: number;
}

/** Design.md §7: 1 + 3 attempts, at +1, +5 and +25 s after the failure before. */
export const RETRY_TABLES: Readonly<Record<ChannelName, RetryTable>> = {
  callback: { delaysMs: [1000, 5000, 25_000], jitterMax: 0.2, retryAfterCapMs: 60_000, attemptDeadlineMs: 5000 },
};

/** ms: no attempt of these channels is ever put off further. */
export const longestWaitMs = (channels: Iterable<ChannelName>): number =>
  Math.max(
    ...[...channels].map((channel) => {
      const { delaysMs, jitterMax, retryAfterCapMs } = RETRY_TABLES[channel];
      return Math.max(retryAfterCapMs, ...delaysMs.map((delayMs) => delayMs * (1 + jitterMax)));
    }),
  );

/** Why a delivery went on as it did. Stable names. */
export const VERDICT_REASONS = [
  'accepted',
  'retry', // judged failure with attempts left, after the delay of the table
  'retry_after', // the same, later, as the receiver asked
  'attempts_used_up', // the last judged attempt failed
  'sent_again', // unjudged: at once, with the same id
] as const;
export type VerdictReason = (typeof VERDICT_REASONS)[number];

export interface EndedAttempt {
  readonly channel: ChannelName;
  readonly result: AttemptResult;
  /** Judged attempts before this one: 0…3. */
  readonly judgedAttempts: number;
  /** Wall clock, ms: what the delays count from. */
  readonly endedAt: number;
  /** The attempt before this one was unjudged for a stale socket too. */
  readonly staleBefore: boolean;
}

export interface Verdict {
  readonly state: Extract<DeliveryState, 'pending' | 'delivered' | 'exhausted'>;
  /** Wall clock, ms; null unless pending. */
  readonly nextAttemptAt: number | null;
  /** Judged attempts including this one, if it was judged. */
  readonly judgedAttempts: number;
  readonly reason: VerdictReason;
  /** As it goes on record: the outcome may have been changed to `reset`. */
  readonly result: AttemptResult;
}

/** `jitterFraction` in [0, 1): how much of the greatest jitter is added. */
export function judge(attempt: EndedAttempt, jitterFraction: number): Verdict {
  const result = secondStaleAsReset(attempt);
  if (result.outcome === 'accepted') {
    return {
      state: 'delivered',
      nextAttemptAt: null,
      judgedAttempts: attempt.judgedAttempts + 1,
      reason: 'accepted',
      result,
    };
  }
  if (UNJUDGED.has(result.outcome)) {
    const { endedAt, judgedAttempts } = attempt;
    return { state: 'pending', nextAttemptAt: endedAt, judgedAttempts, reason: 'sent_again', result };
  }
  const table = RETRY_TABLES[attempt.channel];
  const judgedAttempts = attempt.judgedAttempts + 1;
  const delayMs = table.delaysMs[attempt.judgedAttempts];
  if (delayMs === undefined) {
    return { state: 'exhausted', nextAttemptAt: null, judgedAttempts, reason: 'attempts_used_up', result };
  }
  const scheduledMs = delayMs * (1 + table.jitterMax * jitterFraction);
  const askedMs = Math.min(result.retryAfterMs ?? 0, table.retryAfterCapMs);
  return {
    state: 'pending',
    nextAttemptAt: Math.ceil(attempt.endedAt + Math.max(scheduledMs, askedMs)),
    judgedAttempts,
    reason: askedMs > scheduledMs ? 'retry_after' : 'retry',
    result,
  };
}

function secondStaleAsReset({ result, staleBefore }: EndedAttempt): AttemptResult {
  return result.outcome === 'stale_socket' && staleBefore ? { ...result, outcome: 'reset' } : result;
}
