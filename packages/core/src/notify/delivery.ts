import type { AlertLevel } from '../rule/rule.ts';

/** The kinds of endpoint (design.md §1). Only `callback` is built so far; each further one is a folder of its own. */
export const CHANNELS = ['callback'] as const;
export type ChannelName = (typeof CHANNELS)[number];

/**
 * pending   waits for its time or for its lane; entered at commit, after a judged failure with retries left, or by replay.
 * sending   claimed by a process, an attempt is under way; left by settling, or by recovery after a crash.
 * delivered an attempt was accepted. Final.
 * exhausted 1 + 3 judged attempts failed. Final until replayed.
 * cancelled withdrawn before it was sent, with a reason. Final.
 */
export const DELIVERY_STATES = ['pending', 'sending', 'delivered', 'exhausted', 'cancelled'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** One notification to one endpoint, as commit writes it. */
export interface DeliveryDraft {
  /** For life; the header `webhook-id`. Hash of (notification, endpoint), so a replay of the log makes the same. */
  readonly deliveryId: string;
  readonly channel: ChannelName;
  /** A callback URL (later: a mailbox, a robot). */
  readonly endpoint: string;
  /** Hash of (endpoint, alert): deliveries of one lane go out in order, one in flight. */
  readonly lane: string;
  /** Frozen bytes: the same in every attempt. */
  readonly body: Uint8Array;
  readonly contentType: string;
}

/** How an attempt ended. Stable names, also metric labels and ledger entries. */
export const ATTEMPT_OUTCOMES = [
  'accepted', // 2xx
  'status', // any other status, 3xx included
  'timeout', // 5 s from start to end of body
  'refused', // connection refused
  'reset', // closed or reset before a whole answer head
  'unreachable', // no route, network down
  'dns', // the name does not resolve
  'tls', // handshake or certificate
  'forbidden_address', // resolves to what --callback-allow does not allow; judged like any failure
  'protocol', // the answer is not HTTP
  'interrupted', // cut off by our own crash or stop: not judged, sent again with the same id
  'stale_socket', // a reused connection died before a byte of the answer: not judged, sent again at once
] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** Outcomes that say nothing about the endpoint: they do not use up one of the four attempts. */
export const UNJUDGED: ReadonlySet<AttemptOutcome> = new Set(['interrupted', 'stale_socket']);

/** What sending once came to: measured by the channel, judged by {@link ./retry.ts}. */
export interface AttemptResult {
  readonly outcome: AttemptOutcome;
  /** Wall clock, ms. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** HTTP status, null without an answer. */
  readonly status: number | null;
  /** One sentence for people, secrets redacted; null when accepted. */
  readonly error: string | null;
  /** First 16 KiB of the answer, secrets redacted; null without one. */
  readonly answer: string | null;
  /** Parsed Retry-After as ms after the end of the attempt; null when absent or on a status it does not count for. */
  readonly retryAfterMs: number | null;
}

/** A delivery claimed for sending: its attempt is already on record as started. */
export interface ClaimedDelivery extends DeliveryDraft {
  /** Order of the delivery within the store; grows. */
  readonly sequence: number;
  readonly alertId: string;
  readonly ruleId: string;
  /** The ledger row of the attempt that the claim began. */
  readonly attemptId: number;
  /** Judged attempts so far, this one not counted: 0…3. The header `cloudbell-attempt` is this plus one. */
  readonly judgedAttempts: number;
  /** True once replayed: header `cloudbell-replay`. */
  readonly replay: boolean;
  readonly triggerLevel: AlertLevel;
  /** Wall clock, ms, when the transition was committed: measures delivery latency. */
  readonly createdAt: number;
}
