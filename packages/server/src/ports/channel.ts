import type { AttemptResult, ChannelName, ClaimedDelivery } from '@cloudbell/core/notify/delivery.ts';
import type { SentMessage, SignedText } from '@cloudbell/core/notify/test-send.ts';

/**
 * Sends deliveries to one endpoint, in one attempt. Never rejects: whatever happens is an {@link AttemptResult}, which
 * holds for each of them. Ends within the deadline of the channel (core notify/retry.ts; a callback: 5 s over DNS,
 * connect, TLS, head and body). Only the courier loops.
 */
export interface Channel {
  readonly name: ChannelName;
  /** The channel can make one message of several deliveries, at most of so many. Absent: it is given one at a time. */
  readonly merge?: { readonly max: number } | undefined;
  /**
   * At least one, all to the same endpoint and with the same attempt id, in the order they were made. With `rehearsal` it is
   * a test: sent just so, but marked, and told.
   */
  send(deliveries: readonly ClaimedDelivery[], rehearsal?: Rehearsal): Promise<AttemptResult>;
  /** Closes idle connections; sends under way are left to finish. */
  close(): Promise<void>;
}

/** A test send (core notify/test-send.ts): what goes out is told, secrets in it blanked. */
export interface Rehearsal {
  /** Of a robot that is not stored as it is sent to; undefined: as the contacts have it. */
  readonly robotSecret?: string | null | undefined;
  /** Not called when not a byte was written. */
  onSent(sent: SentMessage): void;
  onSigned(signed: SignedText): void;
}
