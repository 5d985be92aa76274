import type { AttemptResult, ClaimedDelivery } from '@cloudbell/core/notify/delivery.ts';
import type { Clock } from '../base/clock.ts';
import { asError } from '../base/errors.ts';
import type { Channel } from '../ports/channel.ts';

/**
 * One attempt through the channel, whatever the channel does. A channel never rejects (ports/channel.ts); one that
 * does has a fault, and the attempt is recorded `protocol`: judged, so that a fault ends in `exhausted` with its name
 * in the ledger instead of going round for ever.
 */
export async function sendOnce(options: {
  readonly channel: Channel | undefined;
  readonly delivery: ClaimedDelivery;
  readonly clock: Clock;
  readonly logger: { error(fields: object, message: string): void };
}): Promise<AttemptResult> {
  const { channel, delivery, clock, logger } = options;
  const startedAt = clock.wallMs();
  const begunMono = clock.monoMs();
  try {
    if (channel === undefined) throw new Error(`there is no channel ${delivery.channel}`);
    return await channel.send(delivery);
  } catch (thrown) {
    const err = asError(thrown);
    logger.error({ err, deliveryId: delivery.deliveryId }, 'a channel failed; its attempt counts as a failure');
    // The message may quote what was sent; the name cannot.
    const error = `a fault in the channel ${delivery.channel}: ${err.name}`;
    const durationMs = Math.round(clock.monoMs() - begunMono);
    return { outcome: 'protocol', startedAt, durationMs, status: null, error, answer: null, retryAfterMs: null };
  }
}
