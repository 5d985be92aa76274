import type { CallbackProfile } from '../rule/rule.ts';
import type { AttemptResult, ChannelName } from './delivery.ts';

/**
 * A test send: one message to one endpoint, by hand, through the channel that deliveries take, to see whether it arrives
 * and what exactly is sent. It is no delivery: it has no lane and no retries, and stands in no ledger.
 */
export interface TestSend {
  readonly account: string;
  readonly channel: ChannelName;
  readonly endpoint: string;
  /** Of a robot that is not stored as it is given here; undefined: as the contacts have it. */
  readonly robotSecret?: string | null | undefined;
  /** Of a callback; null takes the deployment's. */
  readonly profile: CallbackProfile | null;
  /** What the sample is about: a rule as far as somebody has written it ({@link ./sample-notification.ts}). */
  readonly rule: unknown;
}

export interface TestSendReport {
  readonly result: AttemptResult;
  /** Null when not a byte was written: nothing to send with, or no connection. */
  readonly sent: SentMessage | null;
  readonly signed: readonly SignedText[];
}

/** What was written to the connection, byte for byte but for secrets in the head, which are `***`. */
export interface SentMessage {
  /** Request line and headers, or the headers of the mail. */
  readonly head: string;
  readonly body: string;
  /** Of head and body, the empty line between them included, before anything was blanked. */
  readonly bytes: number;
}

/** A signature that was sent, and what it is the signature of: for whoever writes the code that verifies it. */
export interface SignedText {
  /** The header or parameter that carries it. */
  readonly name: string;
  readonly algorithm: 'HMAC-SHA1' | 'HMAC-SHA256';
  /** What it is keyed with, in words. */
  readonly key: string;
  /** A secret in it is masked. */
  readonly text: string;
  readonly value: string;
}

/** The header that marks a request as a test. */
export const TEST_HEADER = 'cloudbell-test';
