import type { RangeFunction } from './ast.ts';

/** Samples of one series, in order of time. NaN ends the series (a staleness marker) and is no value. */
export interface SampleColumns {
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
}

/** The samples of one window: those at `start` to before `end`. */
export interface Window {
  readonly samples: SampleColumns;
  readonly start: number;
  readonly end: number;
  /** The window, ms: after `from`, up to and including `to`. */
  readonly from: number;
  readonly to: number;
}

/** Null: there is no answer. */
export type WindowFunction = (window: Window) => number | null;

const reduce =
  (step: (before: number, value: number) => number): WindowFunction =>
  ({ samples: { values }, start, end }) => {
    if (start === end) return null;
    let result = values[start] as number;
    for (let i = start + 1; i < end; i++) result = step(result, values[i] as number);
    return result;
  };

const WINDOW_FUNCTIONS: Readonly<Record<RangeFunction, WindowFunction>> = {
  rate: (window) => extrapolatedIncrease(window, true),
  increase: (window) => extrapolatedIncrease(window, false),
  avg_over_time: (window) => {
    const total = sumOf(window);
    return total === null ? null : total / (window.end - window.start);
  },
  min_over_time: reduce(Math.min),
  max_over_time: reduce(Math.max),
  sum_over_time: (window) => sumOf(window),
  count_over_time: ({ start, end }) => (start === end ? null : end - start),
  last_over_time: ({ samples, start, end }) => (start === end ? null : (samples.values[end - 1] as number)),
  present_over_time: ({ start, end }) => (start === end ? null : 1),
};

export const windowFunction = (name: RangeFunction): WindowFunction => WINDOW_FUNCTIONS[name];

/** Kahan's sum, as Prometheus has it. */
function sumOf({ samples: { values }, start, end }: Window): number | null {
  if (start === end) return null;
  let sum = 0;
  let lost = 0;
  for (let i = start; i < end; i++) {
    const value = values[i] as number;
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return Number.isFinite(sum) ? sum + lost : sum;
}

/**
 * What a counter grew by in the window, extrapolated to its borders as Prometheus does it: by the distance of the first and last sample from
 * the borders where that is little more than between samples, else by half of that; and never back to before the
 * counter was 0. A value less than the one before is a counter that began again.
 */
function extrapolatedIncrease(window: Window, perSecond: boolean): number | null {
  const { samples, start, end, from, to } = window;
  if (end - start < 2) return null;
  const { timestamps, values } = samples;
  const first = values[start] as number;
  let increase = (values[end - 1] as number) - first;
  for (let i = start + 1; i < end; i++) {
    const before = values[i - 1] as number;
    if ((values[i] as number) < before) increase += before;
  }
  const sampled = (timestamps[end - 1] as number) - (timestamps[start] as number);
  const average = sampled / (end - start - 1);
  const threshold = average * 1.1;
  let toStart = (timestamps[start] as number) - from;
  let toEnd = to - (timestamps[end - 1] as number);
  if (toStart >= threshold) toStart = average / 2;
  if (increase > 0 && first >= 0) toStart = Math.min(toStart, sampled * (first / increase));
  if (toEnd >= threshold) toEnd = average / 2;
  const extrapolated = increase * ((sampled + toStart + toEnd) / sampled);
  return perSecond ? extrapolated / ((to - from) / 1000) : extrapolated;
}
