import type { AttemptResult, ChannelName, ClaimedDelivery } from '@cloudbell/core/notify/delivery.ts';
import type { SentMessage } from '@cloudbell/core/notify/test-send.ts';

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
   * At least one, all to the same endpoint and with the same attempt id, in the order they were made. A test goes the
   * same way, is marked as one where its receiver sees it, and shows what was sent.
   */
  send(deliveries: readonly ClaimedDelivery[], test?: TestSeams): Promise<AttemptResult>;
  /** Closes idle connections; sends under way are left to finish. */
  close(): Promise<void>;
}

/** What a test send adds to an attempt. */
export interface TestSeams {
  /** Of a robot that is in no contact yet; undefined takes the stored one. */
  readonly secret?: string | null | undefined;
  /** Told what goes out, as it goes out, with secrets blanked; not called when nothing does. */
  readonly onSent: (sent: SentMessage) => void;
}
