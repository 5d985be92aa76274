import type { LatencyHistogram } from '../ports/courier.ts';

/** ms. Fine where the budgets are (design.md §8), coarse where only retries go. */
const BOUNDS_MS = [1, 2, 5, 10, 15, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000] as const;

export class Latency {
  readonly #counts: number[] = Array.from({ length: BOUNDS_MS.length + 1 }, () => 0);
  #sumMs = 0;

  observe(ms: number): void {
    const above = BOUNDS_MS.findIndex((bound) => ms <= bound);
    const bucket = above === -1 ? BOUNDS_MS.length : above;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sumMs += Math.max(0, ms);
  }

  snapshot(): LatencyHistogram {
    return { boundsMs: BOUNDS_MS, counts: [...this.#counts], sumMs: this.#sumMs };
  }
}
