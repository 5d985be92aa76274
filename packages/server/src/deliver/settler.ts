import { Backoff } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { asError } from '../base/errors.ts';
import type { Outbox, Settlement, Unsent } from '../ports/outbox.ts';

/**
 * Puts results on record in natural batches: whatever has gathered while the outbox was busy goes in one transaction.
 * Nothing that was added is lost while the process lives: a batch that fails is tried again, later and in halves, so
 * that one result the outbox cannot take does not hold up the rest. Settling twice is harmless (ports/outbox.ts).
 */
export class Settler {
  readonly #options: SettlerOptions;
  readonly #backoff: Backoff;
  #waiting: (Settlement | Unsent)[] = [];
  #underWay: readonly (Settlement | Unsent)[] = [];
  #batchMax = Number.POSITIVE_INFINITY;
  #closed = false;

  constructor(options: SettlerOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.clock);
  }

  /** Results not yet on record. */
  get size(): number {
    return this.#waiting.length + this.#underWay.length;
  }

  /** The same without the batch that is being written, unless writing has been failing: what slots are kept for. */
  get backlog(): number {
    return this.#backoff.failures > 0 ? this.size : this.#waiting.length;
  }

  get failures(): number {
    return this.#backoff.failures;
  }

  /** What one attempt came to: of all its deliveries, so that they go on record together. Or what was not sent. */
  add(settlements: readonly (Settlement | Unsent)[]): void {
    this.#waiting.push(...settlements);
    this.#settle();
  }

  /** Tries no more. */
  close(): void {
    this.#closed = true;
    this.#backoff.close();
  }

  #settle(): void {
    if (this.#closed || this.#underWay.length > 0 || this.#backoff.isWaiting || this.#waiting.length === 0) return;
    void this.#settleOne();
  }

  async #settleOne(): Promise<void> {
    const batch = this.#waiting.slice(0, this.#batchMax);
    this.#waiting = this.#waiting.slice(batch.length);
    this.#underWay = batch;
    const failedBefore = this.failures > 0;
    let settled = true;
    try {
      const settling = this.#options.outbox.settle(batch);
      this.#options.onHandedOver();
      await settling;
      this.#backoff.succeeded();
      this.#batchMax *= 2;
    } catch (thrown) {
      settled = false;
      this.#waiting.push(...batch);
      this.#batchMax = Math.max(1, Math.floor(batch.length / 2));
      const retryMs = this.#backoff.failed(() => this.#settle());
      this.#options.logger.error(
        { err: asError(thrown), results: batch.length, retryMs },
        'results could not be put on record; they are kept and tried again',
      );
    }
    this.#underWay = [];
    this.#settle();
    if (settled) this.#options.onSettled(failedBefore);
  }
}

export interface SettlerOptions {
  readonly outbox: Pick<Outbox, 'settle'>;
  readonly clock: Clock;
  readonly logger: { error(fields: object, message: string): void };
  /** The outbox has been asked to settle a batch: a claim from now on sees its lanes free. */
  readonly onHandedOver: () => void;
  /** A batch is on record; `failedBefore` when the attempt to write before it failed. */
  readonly onSettled: (failedBefore: boolean) => void;
}
