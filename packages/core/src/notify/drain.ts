/**
 * How long what is queued for an endpoint takes to be delivered, ms, if it goes on as it goes now: with `cap` attempts under
 * way, each as long as the median lately. Null while nobody can tell: it fails, or took nothing lately. One lane has one
 * attempt under way, so a queue of few alerts takes longer.
 */
export function drainMs(of: {
  readonly queued: number;
  readonly failing: boolean;
  readonly cap: number;
  readonly p50Ms: number | null;
}): number | null {
  if (of.queued === 0) return 0;
  if (of.failing || of.p50Ms === null) return null;
  return Math.ceil((of.queued * of.p50Ms) / of.cap);
}
