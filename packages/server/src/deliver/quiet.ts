import type { Clock } from '../base/clock.ts';

/** Waiting for a state of affairs that is looked at whenever something has changed. One waits at a time. */
export class Quiet {
  readonly #clock: Clock;
  #onChange: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  changed(): void {
    this.#onChange();
  }

  /** Resolves when `isQuiet`, or after `limitMs`. */
  until(isQuiet: () => boolean, limitMs: number): Promise<void> {
    if (isQuiet()) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        this.#onChange = () => undefined;
        resolve();
      };
      const cancel = this.#clock.after(limitMs, done);
      this.#onChange = () => {
        if (!isQuiet()) return;
        cancel();
        done();
      };
    });
  }
}
