import type { Clock } from '../base/clock.ts';

/**
 * Wall clock ms for due times, that never runs backwards: when the wall clock steps back, a retry that waits 25 s must
 * not wait an hour. A step forward is followed, because deliveries are committed with that clock and must be due.
 */
export class SteadyTime {
  readonly #clock: Clock;
  #last: number;
  #lastMono: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#last = clock.wallMs();
    this.#lastMono = clock.monoMs();
  }

  /** Whole ms. */
  now(): number {
    const mono = this.#clock.monoMs();
    this.#last = Math.max(this.#clock.wallMs(), this.#last + (mono - this.#lastMono));
    this.#lastMono = mono;
    return Math.floor(this.#last);
  }
}
