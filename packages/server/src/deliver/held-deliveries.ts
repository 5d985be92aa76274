import type { ClaimedDelivery } from '@cloudbell/core/notify/delivery.ts';
import type { Logger } from '../base/logger.ts';
import type { EndpointHealth } from './endpoint-health.ts';

/**
 * What the outbox has handed out, from claim to result: first it waits for a slot of its endpoint, then it is sent. Endpoints
 * take turns; of one endpoint they go in order.
 */
export class HeldDeliveries {
  readonly #health: EndpointHealth;
  readonly #logger: Pick<Logger, 'error'>;
  readonly #ids = new Set<string>();
  /** What waits, by endpoint. None is empty. */
  readonly #queues = new Map<string, ClaimedDelivery[]>();

  constructor(health: EndpointHealth, logger: Pick<Logger, 'error'>) {
    this.#health = health;
    this.#logger = logger;
  }

  /** Those that are not held already. */
  hold(claimed: readonly ClaimedDelivery[]): readonly ClaimedDelivery[] {
    const news = claimed.filter(({ deliveryId }) => {
      if (!this.#ids.has(deliveryId)) return true;
      this.#logger.error({ deliveryId }, 'the outbox handed out a delivery that is held already; left alone');
      return false;
    });
    for (const { deliveryId } of news) this.#ids.add(deliveryId);
    return news;
  }

  wait(delivery: ClaimedDelivery): void {
    const queue = this.#queues.get(delivery.endpoint);
    if (queue === undefined) this.#queues.set(delivery.endpoint, [delivery]);
    else queue.push(delivery);
    this.#health.wait(delivery);
  }

  /** The next to begin, of the endpoint whose turn it is among those that have room; null when there is none. */
  next(fairShare: number): ClaimedDelivery | null {
    for (const [endpoint, queue] of this.#queues) {
      if (this.#health.roomOf(endpoint, fairShare) <= 0) continue;
      const first = queue.shift() ?? null;
      this.#queues.delete(endpoint);
      if (queue.length > 0) this.#queues.set(endpoint, queue);
      this.#health.unwait(endpoint, 1);
      return first;
    }
    return null;
  }

  /** Its result is known. */
  release(deliveryId: string): void {
    this.#ids.delete(deliveryId);
  }

  /** Everything that waits for the endpoint, or for any: no longer held. */
  releaseWaiting(only?: string): readonly ClaimedDelivery[] {
    const endpoints = only === undefined ? [...this.#queues.keys()] : [only];
    return endpoints.flatMap((endpoint) => {
      const queue = this.#queues.get(endpoint) ?? [];
      this.#queues.delete(endpoint);
      this.#health.unwait(endpoint, queue.length);
      for (const { deliveryId } of queue) this.release(deliveryId);
      return queue;
    });
  }
}
