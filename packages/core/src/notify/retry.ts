import { type AttemptOutcome, type AttemptResult, type ChannelName, type DeliveryState, UNJUDGED } from './delivery.ts';

/**
 * What follows from an attempt. Retry is data: a table per channel, a table of outcomes, read by one pure function.
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

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Design.md §7. A callback, and a robot alike: 1 + 3 attempts. A mail: 1 + 5, because mail servers ask for patience. */
export const RETRY_TABLES: Readonly<Record<ChannelName, RetryTable>> = {
  callback: {
    delaysMs: [SECOND, 5 * SECOND, 25 * SECOND],
    jitterMax: 0.2,
    retryAfterCapMs: MINUTE,
    attemptDeadlineMs: 5 * SECOND,
  },
  email: {
    delaysMs: [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR],
    jitterMax: 0.1,
    retryAfterCapMs: 0,
    attemptDeadlineMs: 15 * SECOND,
  },
  dingtalk: {
    delaysMs: [SECOND, 5 * SECOND, 25 * SECOND],
    jitterMax: 0.2,
    retryAfterCapMs: MINUTE,
    attemptDeadlineMs: 5 * SECOND,
  },
};

type Consequence =
  | 'delivered'
  | 'retry' // after the delay of the table, while attempts are left
  | 'give_up' // another attempt would end the same
  | 'again' // at once
  | 'wait_as_asked' // as long as the endpoint asks for
  | 'wait_for_settings'; // for as long as it has waited already, within limits

const CONSEQUENCES: Readonly<Record<AttemptOutcome, Consequence>> = {
  accepted: 'delivered',
  status: 'retry',
  timeout: 'retry',
  refused: 'retry',
  reset: 'retry',
  unreachable: 'retry',
  dns: 'retry',
  tls: 'retry',
  forbidden_address: 'retry',
  protocol: 'retry',
  rejected: 'give_up',
  throttled: 'wait_as_asked',
  not_configured: 'wait_for_settings',
  interrupted: 'again',
  stale_socket: 'again',
};

/** ms. A robot that takes no more, and does not say for how long. */
const THROTTLED_DEFAULT = 10 * MINUTE;
const THROTTLED_MAX = HOUR;
/** ms. Whoever sets up mail while trying things out need not wait long; nor is the ledger filled by who never does. */
const SETTINGS_LEAST = MINUTE;
const SETTINGS_MAX = 30 * MINUTE;
/** ms. Waits that are not judged end a day after the delivery was made: older news serves nobody. */
export const WAITING_MAX_MS = 24 * HOUR;

/** ms. Between two attempts of a patient endpoint, at most. */
const PATIENT_MAX = 4 * HOUR;

/** ms: no attempt to an endpoint that is patient is ever put off further. */
export const LONGEST_PATIENT_WAIT_MS = PATIENT_MAX * (1 + RETRY_TABLES.callback.jitterMax);

/** ms: no attempt of the channel is ever put off further. */
export function longestWaitMs(channel: ChannelName): number {
  const { delaysMs, jitterMax, retryAfterCapMs } = RETRY_TABLES[channel];
  const longest = Math.max(retryAfterCapMs, ...delaysMs.map((delayMs) => delayMs * (1 + jitterMax)));
  return channel === 'callback' ? longest : Math.max(longest, THROTTLED_MAX);
}

/** Why a delivery went on as it did. Stable names. */
export const VERDICT_REASONS = [
  'accepted',
  'retry', // judged failure with attempts left, after the delay of the table
  'retry_after', // the same, later, as the receiver asked
  'attempts_used_up', // the last judged attempt failed
  'rejected', // judged, and no attempt would be different
  'sent_again', // unjudged: at once, with the same id
  'waiting', // unjudged: the endpoint takes no more for now, or there is nothing to send with yet
  'waited_in_vain', // the same, for a day
] as const;
export type VerdictReason = (typeof VERDICT_REASONS)[number];

export interface EndedAttempt {
  readonly channel: ChannelName;
  readonly result: AttemptResult;
  /** Judged attempts of the delivery before this one. */
  readonly judgedAttempts: number;
  /** Wall clock, ms, when the delivery was made. */
  readonly createdAt: number;
  /** Wall clock, ms: what the delays count from. */
  readonly endedAt: number;
  /** The attempt before this one was unjudged for a stale socket too. */
  readonly staleBefore: boolean;
  /** ms after `createdAt` in which the endpoint wants to be tried beyond the table; null, or absent: it does not. */
  readonly retryForMs?: number | null | undefined;
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
  const judgedAttempts = attempt.judgedAttempts + (UNJUDGED.has(result.outcome) ? 0 : 1);
  const ended = (state: 'delivered' | 'exhausted', reason: VerdictReason): Verdict => {
    return { state, nextAttemptAt: null, judgedAttempts, reason, result };
  };
  const goesOn = (afterMs: number, reason: VerdictReason): Verdict => {
    return { state: 'pending', nextAttemptAt: Math.ceil(attempt.endedAt + afterMs), judgedAttempts, reason, result };
  };
  const waits = (waitMs: number): Verdict =>
    ageMs >= WAITING_MAX_MS ? ended('exhausted', 'waited_in_vain') : goesOn(waitMs, 'waiting');
  const ageMs = Math.max(0, attempt.endedAt - attempt.createdAt);
  const consequence = CONSEQUENCES[result.outcome];
  switch (consequence) {
    case 'delivered':
      return ended('delivered', 'accepted');
    case 'give_up':
      return ended('exhausted', 'rejected');
    case 'again':
      return { ...goesOn(0, 'sent_again'), nextAttemptAt: attempt.endedAt };
    case 'wait_as_asked':
      return waits(throttledMs(result));
    case 'wait_for_settings':
      return waits(Math.min(SETTINGS_MAX, Math.max(SETTINGS_LEAST, ageMs)));
    case 'retry': {
      const retry = retryOf(attempt, result, jitterFraction);
      return retry === null ? ended('exhausted', 'attempts_used_up') : goesOn(retry.afterMs, retry.reason);
    }
    default:
      return consequence satisfies never;
  }
}

/** ms that an endpoint which throttles is left alone. */
export function throttledMs({ retryAfterMs }: Pick<AttemptResult, 'retryAfterMs'>): number {
  return Math.min(THROTTLED_MAX, retryAfterMs ?? THROTTLED_DEFAULT);
}

function retryOf(
  attempt: EndedAttempt,
  result: AttemptResult,
  jitterFraction: number,
): { readonly afterMs: number; readonly reason: 'retry' | 'retry_after' } | null {
  const table = RETRY_TABLES[attempt.channel];
  const delayMs = table.delaysMs[attempt.judgedAttempts] ?? patientDelayMs(attempt);
  if (delayMs === null) return null;
  const scheduledMs = delayMs * (1 + table.jitterMax * jitterFraction);
  const askedMs = Math.min(result.retryAfterMs ?? 0, table.retryAfterCapMs);
  return { afterMs: Math.max(scheduledMs, askedMs), reason: askedMs > scheduledMs ? 'retry_after' : 'retry' };
}

/** Beyond the table: 1, 4, 16, 64 min, then every 4 h, as long as the endpoint is patient. */
function patientDelayMs({ channel, judgedAttempts, createdAt, endedAt, retryForMs }: EndedAttempt): number | null {
  const beyond = judgedAttempts - RETRY_TABLES[channel].delaysMs.length;
  const delayMs = Math.min(PATIENT_MAX, MINUTE * 4 ** beyond);
  return endedAt + delayMs <= createdAt + (retryForMs ?? 0) ? delayMs : null;
}

function secondStaleAsReset({ result, staleBefore }: EndedAttempt): AttemptResult {
  return result.outcome === 'stale_socket' && staleBefore ? { ...result, outcome: 'reset' } : result;
}
