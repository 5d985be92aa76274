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

  add(ended: { readonly delivery: ClaimedDelivery; readonly verdict: Verdict; readonly endedAt: number }): void {
    const { delivery, verdict, endedAt } = ended;
    const { outcome } = verdict.result;
    this.#outcomes[outcome] = (this.#outcomes[outcome] ?? 0) + 1;
    if (verdict.state === 'exhausted') this.#exhausted++;
    if (verdict.state !== 'delivered') return;
    this.#delivered++;
    if (!delivery.replay) this.#latency.observe(endedAt - delivery.createdAt);
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
