import type { Clock } from '../base/clock.ts';

const FIRST_MS = 100;
const MAX_MS = 5000;

/** Waits longer after each failure in a row: 100 ms, doubled up to 5 s. */
export class Backoff {
  readonly #clock: Clock;
  #failures = 0;
  #cancel: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get failures(): number {
    return this.#failures;
  }

  get isWaiting(): boolean {
    return this.#cancel !== null;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  /** Calls `retry` after the wait; answers its length in ms. */
  failed(retry: () => void): number {
    const waitMs = Math.min(MAX_MS, FIRST_MS * 2 ** this.#failures);
    this.#failures++;
    this.#cancel = this.#clock.after(waitMs, () => {
      this.#cancel = null;
      retry();
    });
    return waitMs;
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
