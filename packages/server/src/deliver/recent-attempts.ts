import type { RecentAttempts } from '../ports/courier.ts';

/** ms. Of two halves the older one is dropped when the younger is full: what is told is of the last 5 to 10 min. */
const HALF_MS = 5 * 60_000;
/** ms, ascending; the last bucket is everything above. About a quarter off at worst, in 17 numbers an endpoint. */
const BOUNDS_MS = [1, 2, 3, 5, 8, 12, 20, 30, 50, 80, 125, 200, 350, 700, 1500, 5000] as const;

interface Half {
  readonly from: number;
  failed: number;
  /** Of attempts that were accepted, by duration. */
  readonly accepted: number[];
}

/** What one endpoint's judged attempts came to lately. Times are ms of one clock. */
export class AttemptWindow {
  #before: Half | null = null;
  #now: Half | null = null;

  add(at: number, ended: { readonly isAccepted: boolean; readonly durationMs: number }): void {
    this.#turn(at);
    this.#now ??= { from: at, failed: 0, accepted: Array.from({ length: BOUNDS_MS.length + 1 }, () => 0) };
    if (!ended.isAccepted) {
      this.#now.failed++;
      return;
    }
    const found = BOUNDS_MS.findIndex((bound) => ended.durationMs <= bound);
    const bucket = found === -1 ? BOUNDS_MS.length : found;
    this.#now.accepted[bucket] = (this.#now.accepted[bucket] ?? 0) + 1;
  }

  snapshot(at: number): RecentAttempts {
    this.#turn(at);
    const halves = [this.#before, this.#now].filter((half) => half !== null);
    const counts = Array.from({ length: BOUNDS_MS.length + 1 }, (_, bucket) =>
      halves.reduce((sum, half) => sum + (half.accepted[bucket] ?? 0), 0),
    );
    const failed = halves.reduce((sum, half) => sum + half.failed, 0);
    const accepted = counts.reduce((sum, count) => sum + count, 0);
    return { accepted, failed, p50Ms: quantileMs(counts, accepted * 0.5), p99Ms: quantileMs(counts, accepted * 0.99) };
  }

  #turn(at: number): void {
    if (this.#before !== null && at >= this.#before.from + 2 * HALF_MS) this.#before = null;
    if (this.#now === null || at < this.#now.from + HALF_MS) return;
    this.#before = at < this.#now.from + 2 * HALF_MS ? this.#now : null;
    this.#now = null;
  }
}

/** The bound of the bucket that the one of this rank is in; what is above all bounds is told as the last. */
function quantileMs(counts: readonly number[], rank: number): number | null {
  let seen = 0;
  for (const [bucket, count] of counts.entries()) {
    seen += count;
    if (count > 0 && seen >= rank) return BOUNDS_MS[bucket] ?? BOUNDS_MS[BOUNDS_MS.length - 1] ?? null;
  }
  return null;
}
