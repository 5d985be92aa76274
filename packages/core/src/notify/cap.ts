import type { AttemptOutcome } from './delivery.ts';

/**
 * How many attempts one endpoint may have under way at once (design.md §2). The cap isolates: an endpoint that hangs
 * soon holds a single slot, one that answers gets all the parallelism it can use. It delays, it never skips an attempt.
 */
export const CAP_START = 4;
export const CAP_MAX = 64;
export const CAP_MIN = 1;

/** A timeout or connect error: the endpoint could not be reached or did not keep up. */
export const SLOWING: ReadonlySet<AttemptOutcome> = new Set<AttemptOutcome>([
  'timeout',
  'refused',
  'reset',
  'unreachable',
  'dns',
  'tls',
]);

/** The cap after an attempt that ended so. An answer that is no success leaves it as it was. */
export function nextCap(cap: number, outcome: AttemptOutcome): number {
  if (outcome === 'accepted') return Math.min(CAP_MAX, cap + 1);
  if (SLOWING.has(outcome)) return Math.max(CAP_MIN, Math.floor(cap / 2));
  return cap;
}
