import type { LogRecord } from './log-record.ts';

/**
 * Keeps log time, which is the only time the fold knows (semantics.md, Down time). Pure: the two clocks' readings
 * come in with each check, and a check is made before each entry and at least every second while all is well.
 *
 * Event time = log time + skew follows the wall clock; log time never decreases:
 * - wall and monotonic clock agree within 2 s: log time becomes wall − skew, or stands still until the wall catches up;
 * - the wall is more than 2 s ahead, or the check comes more than 30 s late: `gap`, nothing was observed meanwhile;
 * - the wall is more than 2 s behind: `clock`, the skew takes up the step and log time goes on by the monotonic clock;
 * - first check since the start: `gap` since the last entry; or `clock` if the wall is more than 2 s behind it.
 *
 * A check whose entry could not be written is forgotten by keeping the old state: the next one sees the same steps.
 */
export const CHECK_LATE_MS = 30_000;
export const CLOCK_STEP_MS = 2_000;

export interface LogTimeState {
  /** Log time, ms; 0 while nothing was ever written. */
  readonly time: number;
  /** Event time minus log time, ms. */
  readonly skew: number;
  /** Monotonic clock at the previous check, ms; null before the first since the start. */
  readonly checkedMonoMs: number | null;
}

export interface ClockReadings {
  readonly wallMs: number;
  readonly monoMs: number;
}

export type TimeRecord = Extract<LogRecord, { kind: 'gap' | 'clock' }>;

export interface LogTimeCheck {
  /** To go on from once the entry is durable. */
  readonly state: LogTimeState;
  /** For the entry: log time, and the skew in force before its records. */
  readonly time: number;
  readonly skew: number;
  /** To stand first in the entry. */
  readonly records: readonly TimeRecord[];
}

/** Where a log's tail left off. */
export function resumeLogTime(tail: { readonly time: number; readonly skew: number }): LogTimeState {
  return { time: tail.time, skew: tail.skew, checkedMonoMs: null };
}

export function nextLogTime(state: LogTimeState, readings: ClockReadings): LogTimeCheck {
  // Whole milliseconds, so that sums of times and skews are exact.
  const wallMs = Math.floor(readings.wallMs);
  if (state.time === 0) return check(state, { time: wallMs - state.skew, readings, records: [] });

  const started = state.checkedMonoMs === null;
  const elapsedMs = started ? 0 : Math.max(0, Math.floor(readings.monoMs - (state.checkedMonoMs ?? 0)));
  const eventTime = state.time + state.skew;
  const expected = eventTime + elapsedMs;

  if (wallMs < expected - CLOCK_STEP_MS) {
    const step: TimeRecord = { kind: 'clock', from: expected, to: wallMs };
    return check(state, { time: state.time + elapsedMs, readings, records: [step] });
  }
  const time = Math.max(state.time, wallMs - state.skew);
  const unobserved = started || elapsedMs > CHECK_LATE_MS || wallMs > expected + CLOCK_STEP_MS;
  const gap: TimeRecord = { kind: 'gap', from: eventTime, to: time + state.skew };
  return check(state, { time, readings, records: unobserved && gap.to > gap.from ? [gap] : [] });
}

/** The skew in force after an entry: each `clock` record moves it. */
export function skewAfter(skew: number, records: readonly LogRecord[]): number {
  let after = skew;
  for (const record of records) if (record.kind === 'clock') after += record.to - record.from;
  return after;
}

function check(
  before: LogTimeState,
  now: { readonly time: number; readonly readings: ClockReadings; readonly records: readonly TimeRecord[] },
): LogTimeCheck {
  const { time, records } = now;
  const skew = skewAfter(before.skew, records);
  return { state: { time, skew, checkedMonoMs: now.readings.monoMs }, time, skew: before.skew, records };
}
