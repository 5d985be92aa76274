import type { EndpointTurn } from '@cloudbell/core/event/endpoint-event.ts';
import type { AttemptResult, ClaimedDelivery } from '@cloudbell/core/notify/delivery.ts';
import type { Verdict } from '@cloudbell/core/notify/retry.ts';
import type { Clock } from '../base/clock.ts';
import { asError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Channel, Rehearsal } from '../ports/channel.ts';
import type { Unsent } from '../ports/outbox.ts';

/** An attempt under way: one delivery, or several that go together. */
export interface Attempt {
  readonly deliveries: readonly ClaimedDelivery[];
  /** The first of them: endpoint, channel and attempt id are those of all. */
  readonly head: ClaimedDelivery;
  readonly begunMono: number;
}

/**
 * One attempt through the channel, whatever the channel does. A channel never rejects (ports/channel.ts); one that
 * does has a fault, and the attempt is recorded `protocol`: judged, so that a fault ends in `exhausted` with its name
 * in the ledger instead of going round for ever.
 */
export async function sendOnce(options: {
  readonly channel: Channel | undefined;
  readonly attempt: Pick<Attempt, 'deliveries' | 'head'>;
  readonly clock: Clock;
  readonly logger: { error(fields: object, message: string): void };
  readonly rehearsal?: Rehearsal;
}): Promise<AttemptResult> {
  const { channel, attempt, clock, logger } = options;
  const { deliveryId, channel: name } = attempt.head;
  const startedAt = clock.wallMs();
  const begunMono = clock.monoMs();
  try {
    if (channel === undefined) throw new Error(`there is no channel ${name}`);
    return await channel.send(attempt.deliveries, options.rehearsal);
  } catch (thrown) {
    const err = asError(thrown);
    logger.error({ err, deliveryId }, 'a channel failed; its attempt counts as a failure');
    // The message may quote what was sent; the name cannot.
    const error = `a fault in the channel ${name}: ${err.name}`;
    const durationMs = Math.round(clock.monoMs() - begunMono);
    return { outcome: 'protocol', startedAt, durationMs, status: null, error, answer: null, retryAfterMs: null };
  }
}

/** The result of an attempt that was ended for its channel. */
export function cutOff(
  outcome: 'interrupted' | 'timeout',
  error: string,
  { clock, begunMono }: { readonly clock: Clock; readonly begunMono: number },
): AttemptResult {
  const durationMs = Math.round(clock.monoMs() - begunMono);
  const startedAt = clock.wallMs() - durationMs;
  return { outcome, startedAt, durationMs, status: null, error, answer: null, retryAfterMs: null };
}

/** What gives a claimed delivery back: due as it was, as far as that is known. `now`: wall clock, ms. */
export function unsent(delivery: ClaimedDelivery, now: number): Unsent {
  const { deliveryId, attemptId, judgedAttempts, replay, createdAt } = delivery;
  const isFirst = judgedAttempts === 0 && !replay;
  const nextAttemptAt = isFirst ? Math.min(createdAt, now) : now;
  return { deliveryId, attemptId, result: null, state: 'pending', nextAttemptAt };
}

/** Says what people should know of an attempt: that its endpoint began or ceased to fail, and what is exhausted with it. */
export function logEnd(
  logger: Pick<Logger, 'warn'>,
  end: {
    readonly head: ClaimedDelivery;
    readonly result: AttemptResult;
    readonly turn: EndpointTurn | null;
    readonly verdicts: readonly Verdict[];
  },
): void {
  const { head, result, turn, verdicts } = end;
  const { deliveryId, ruleId } = head;
  const fields = { deliveryId, ruleId, outcome: result.outcome, status: result.status };
  if (turn !== null) logger.warn(fields, `an endpoint ${turn.kind === 'recovered' ? 'recovered' : 'fails'}`);
  const [first, ...others] = verdicts.filter(({ state }) => state === 'exhausted');
  if (first === undefined) return;
  const { reason } = first;
  logger.warn({ ...fields, reason, deliveries: 1 + others.length }, 'a delivery is exhausted');
}
