import type { AttemptResult, ChannelName, ClaimedDelivery } from '@cloudbell/core/notify/delivery.ts';

/**
 * Sends one delivery once. Never rejects: whatever happens is an {@link AttemptResult}. Ends within the deadline of
 * the channel (callback: 5 s over DNS, connect, TLS, head and body). Only the courier loops.
 */
export interface Channel {
  readonly name: ChannelName;
  send(delivery: ClaimedDelivery): Promise<AttemptResult>;
  /** Closes idle connections; sends under way are left to finish. */
  close(): Promise<void>;
}
