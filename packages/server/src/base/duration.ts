const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** What {@link durationMs} takes, for those who wrote something else. */
export const DURATION_EXAMPLES = '500ms, 15s, 10m, 1h30m or 7d';

/** `500ms`, `15s`, `10m`, `1h30m`, `7d` in ms; null for anything else: a bare number has no unit. */
export function durationMs(text: string): number | null {
  if (!/^(?:\d+(?:ms|s|m|h|d))+$/.test(text)) return null;
  let totalMs = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|s|m|h|d)/g))
    totalMs += Number(count) * (UNITS[unit ?? ''] ?? 0);
  return totalMs;
}

/** In the largest unit that says it exactly: `90m`, `2h`. */
export function durationText(ms: number): string {
  for (const unit of ['d', 'h', 'm', 's']) {
    const size = UNITS[unit] ?? 1;
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
  }
  return `${ms}ms`;
}
