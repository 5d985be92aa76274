import type { Clock } from './clock.ts';

const FIRST_MS = 100;
const MAX_MS = 5000;

/** Waits longer after each failure in a row: 100 ms, doubled up to 5 s. One wait at a time. */
export class Backoff {
  readonly #clock: Clock;
  #failures = 0;
  #wait: { readonly cancel: () => void; readonly retry: () => void } | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Failures in a row. */
  get failures(): number {
    return this.#failures;
  }

  get isWaiting(): boolean {
    return this.#wait !== null;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  /** Calls `retry` after the wait; answers its length in ms. */
  failed(retry: () => void): number {
    const waitMs = Math.min(MAX_MS, FIRST_MS * 2 ** this.#failures);
    this.#failures++;
    const cancel = this.#clock.after(waitMs, () => {
      this.#wait = null;
      retry();
    });
    this.#wait = { cancel, retry };
    return waitMs;
  }

  /** Retries now what would be retried after the wait. */
  cutShort(): void {
    const wait = this.#wait;
    this.close();
    wait?.retry();
  }

  /** Nothing is retried any more. */
  close(): void {
    this.#wait?.cancel();
    this.#wait = null;
  }
}
