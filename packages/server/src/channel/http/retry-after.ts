/** Statuses whose Retry-After counts (design.md §7). */
const STATUSES: ReadonlySet<number> = new Set([429, 503]);
/** IMF-fixdate, the one form of HTTP-date that is still sent. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const SECONDS_MAX = 1_000_000_000;

/**
 * ms from `nowMs` (wall clock) until the receiver wants to be asked again; null when it does not say, says it
 * unreadably, or with a status it does not count for. How long is too long is the retry table's business.
 */
export function parseRetryAfter(status: number, header: string | null, nowMs: number): number | null {
  if (header === null || !STATUSES.has(status)) return null;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Math.min(Number(text), SECONDS_MAX) * 1000;
  if (!HTTP_DATE.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}
