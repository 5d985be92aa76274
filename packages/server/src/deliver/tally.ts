import type { AttemptOutcome, ClaimedDelivery } from '@cloudbell/core/notify/delivery.ts';
import type { Verdict } from '@cloudbell/core/notify/retry.ts';
import type { CourierStatus } from '../ports/courier.ts';
import { Latency } from './latency.ts';

/** Counts over all endpoints since the process started. */
export class Tally {
  readonly #latency = new Latency();
  readonly #outcomes: Partial<Record<AttemptOutcome, number>> = {};
  #delivered = 0;
  #exhausted = 0;

  /** An attempt, with its deliveries and what follows for each. */
  add(ended: {
    readonly deliveries: readonly ClaimedDelivery[];
    readonly verdicts: readonly Verdict[];
    readonly outcome: AttemptOutcome;
    readonly endedAt: number;
  }): void {
    const { deliveries, verdicts, outcome, endedAt } = ended;
    this.#outcomes[outcome] = (this.#outcomes[outcome] ?? 0) + 1;
    for (const [index, { state }] of verdicts.entries()) {
      if (state === 'exhausted') this.#exhausted++;
      if (state !== 'delivered') continue;
      this.#delivered++;
      const delivery = deliveries[index];
      if (delivery !== undefined && !delivery.replay) this.#latency.observe(endedAt - delivery.createdAt);
    }
  }

  snapshot(): Pick<CourierStatus, 'delivered' | 'exhausted' | 'outcomes' | 'latency'> {
    return {
      delivered: this.#delivered,
      exhausted: this.#exhausted,
      outcomes: { ...this.#outcomes },
      latency: this.#latency.snapshot(),
    };
  }
}
