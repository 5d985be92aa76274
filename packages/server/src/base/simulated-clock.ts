import type { Clock } from './clock.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/**
 * A clock that stands still until it is told to move: acceptance timelines and simulations run hours in milliseconds.
 * `advance` fires timers in order of time and lets promises settle in between.
 */
export class SimulatedClock implements Clock {
  #wall: number;
  #mono = 0;
  #order = 0;
  readonly #timers = new Map<number, Timer>();

  constructor(wallMs: number) {
    this.#wall = wallMs;
  }

  wallMs(): number {
    return this.#wall;
  }

  monoMs(): number {
    return this.#mono;
  }

  after(delayMs: number, callback: () => void): () => void {
    const order = ++this.#order;
    this.#timers.set(order, { at: this.#mono + Math.max(0, delayMs), order, callback });
    return () => this.#timers.delete(order);
  }

  /** Moves both clocks on by `ms`, firing what falls due on the way. */
  async advance(ms: number): Promise<void> {
    const end = this.#mono + ms;
    for (;;) {
      await settle();
      const due = this.#earliest(end);
      if (due === null) break;
      this.#timers.delete(due.order);
      this.#move(Math.max(0, due.at - this.#mono));
      due.callback();
    }
    this.#move(end - this.#mono);
    await settle();
  }

  /** Steps the wall clock alone, as an administrator or NTP does; ms may be negative. */
  stepWall(ms: number): void {
    this.#wall += ms;
  }

  /** Lets time pass while nothing runs: a stopped process (both clocks) or a suspended machine (wall only). */
  freeze(ms: number, clocks: 'both' | 'wall'): void {
    this.#wall += ms;
    if (clocks === 'both') this.#mono += ms;
  }

  #move(ms: number): void {
    this.#mono += ms;
    this.#wall += ms;
  }

  #earliest(end: number): Timer | null {
    let best: Timer | null = null;
    for (const timer of this.#timers.values()) {
      if (timer.at > end) continue;
      if (best === null || timer.at < best.at || (timer.at === best.at && timer.order < best.order)) best = timer;
    }
    return best;
  }
}

/** Enough turns of the event loop for chains of promises and in-process calls to come to rest. */
async function settle(): Promise<void> {
  for (let i = 0; i < 8; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}
