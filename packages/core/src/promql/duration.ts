const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const UNITS_MS = [31_536_000_000, 604_800_000, 86_400_000, 3_600_000, 60_000, 1_000, 1];

/** Prometheus's `1h30m`, in ms; null where the text is none. */
export function durationMs(text: string): number | null {
  const found = text === '' ? null : DURATION.exec(text);
  if (found === null) return null;
  return UNITS_MS.reduce((ms, unitMs, index) => ms + Number(found[index + 1] ?? 0) * unitMs, 0);
}
