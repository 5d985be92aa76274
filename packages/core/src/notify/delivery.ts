import type { AlertState } from '../alert/alert.ts';
import type { AlertLevel } from '../rule/rule.ts';

/** The kinds of endpoint (design.md §1). Each is a folder of its own, with one line of registry. */
export const CHANNELS = ['callback', 'email', 'dingtalk'] as const;
export type ChannelName = (typeof CHANNELS)[number];

/**
 * pending   waits for its time or for its lane; entered at commit, after a judged failure with retries left, or by replay.
 * sending   claimed by a process, an attempt is under way; left by settling, or by recovery after a crash.
 * delivered an attempt was accepted. Final.
 * exhausted its judged attempts are used up, it was rejected for good, or waited in vain. Final until replayed.
 * cancelled withdrawn before it was sent, with a reason. Final.
 */
export const DELIVERY_STATES = ['pending', 'sending', 'delivered', 'exhausted', 'cancelled'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** One notification to one endpoint, as commit writes it. */
export interface DeliveryDraft {
  /** For life; the header `webhook-id`. Hash of (notification, endpoint), so a replay of the log makes the same. */
  readonly deliveryId: string;
  readonly channel: ChannelName;
  /** A callback URL, an e-mail address, or the webhook URL of a robot. */
  readonly endpoint: string;
  /** Hash of (endpoint, alert): deliveries of one lane go out in order, one in flight. */
  readonly lane: string;
  /** Frozen bytes. A callback sends just these; a channel that merges renders them when it sends (message-body.ts). */
  readonly body: Uint8Array;
  readonly contentType: string;
}

/** How an attempt ended. Stable names, also metric labels and ledger entries. */
export const ATTEMPT_OUTCOMES = [
  'accepted', // 2xx; by mail 250 after the data; by robot errcode 0
  'status', // any other answer that may be different next time: HTTP status, SMTP 4xx or refused login, errcode
  'timeout', // no end of the answer within the deadline of the channel
  'refused', // connection refused
  'reset', // closed or reset before a whole answer head
  'unreachable', // no route, network down
  'dns', // the name does not resolve
  'tls', // handshake or certificate
  'forbidden_address', // resolves to what --callback-allow does not allow; judged like any failure
  'protocol', // the answer is not HTTP, not SMTP, or not a robot's
  'rejected', // an answer that will not change: SMTP 5xx for recipient or mail, a robot that is gone. Final at once
  'throttled', // the robot takes no more for now: not judged, waits as long as it asks
  'not_configured', // there is nothing to send with yet (no SMTP host): not judged, waits for the settings
  'interrupted', // cut off by our own crash or stop: not judged, sent again with the same id
  'stale_socket', // a reused connection died before a byte of the answer: not judged, sent again at once
] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** Outcomes that say nothing about the delivery: they do not use up one of its attempts. */
export const UNJUDGED: ReadonlySet<AttemptOutcome> = new Set<AttemptOutcome>([
  'interrupted',
  'stale_socket',
  'throttled',
  'not_configured',
]);

/** What sending once came to: measured by the channel, judged by {@link ./retry.ts}. */
export interface AttemptResult {
  readonly outcome: AttemptOutcome;
  /** Wall clock, ms. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** HTTP or SMTP status, or a robot's errcode where it is not 0; null without an answer. */
  readonly status: number | null;
  /** One sentence for people, secrets redacted; null when accepted. */
  readonly error: string | null;
  /** First 16 KiB of the answer, secrets redacted; null without one. */
  readonly answer: string | null;
  /**
   * ms after the end of the attempt before which another is not wanted: Retry-After, or what a throttling robot asks
   * for; null when it says nothing.
   */
  readonly retryAfterMs: number | null;
}

/** A delivery claimed for sending: its attempt is already on record as started. */
export interface ClaimedDelivery extends DeliveryDraft {
  /** Order of the delivery within the store; grows. */
  readonly sequence: number;
  readonly alertId: string;
  readonly ruleId: string;
  /** The attempt that the claim began, in the ledger of each delivery that it carries. */
  readonly attemptId: number;
  /** Judged attempts so far, this one not counted. The header `cloudbell-attempt` is this plus one. */
  readonly judgedAttempts: number;
  /** True once replayed: header `cloudbell-replay`. */
  readonly replay: boolean;
  /** Of a replay: the state of its alert when it was claimed, `ENDED` when there is none any more. Absent otherwise. */
  readonly alertStateNow?: AlertState | 'ENDED' | undefined;
  readonly triggerLevel: AlertLevel;
  /** Wall clock, ms, when the transition was committed: measures delivery latency. */
  readonly createdAt: number;
}
