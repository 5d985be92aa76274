import { timeText } from '../base/time-text.ts';

/** `2026-11-25 03:12:05`, in the terminal's zone. */
export function momentText(ms: number, timeZone: string): string {
  return timeText(timeZone)(ms).slice(0, 'yyyy-mm-dd hh:mm:ss'.length);
}

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** How long, in its two largest units: `2 d 3 h`, `4 min 10 s`, `0 s`. */
export function spanText(ms: number): string {
  let rest = Math.max(0, Math.floor(ms / 1000));
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 || (parts.length === 0 && unit === 's')) parts.push(`${count} ${unit}`);
    // Two units beside one another: an hour and 5 s is an hour.
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(' ');
}
