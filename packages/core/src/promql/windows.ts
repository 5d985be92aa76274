import { compensatedSum } from '../metric/compensated-sum.ts';
import type { RangeFunction } from './ast.ts';

/**
 * A series as a query reads it, in order of time: samples, of which NaN ends the series (a staleness marker) and is no
 * value; or buckets, each at its end, with what the query needs of it.
 */
export interface SampleColumns {
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  /** How many samples each value stands for; null: they are samples. */
  readonly counts: Float64Array | null;
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

export interface WindowFunction {
  /** What stands for the samples of a bucket. */
  readonly ofBucket: 'last' | 'min' | 'max' | 'sum';
  /** Of a window with at least one sample; null: there is no answer. */
  readonly compute: (window: Window) => number | null;
}

export const WINDOW_FUNCTIONS: Readonly<Record<RangeFunction, WindowFunction>> = {
  rate: {
    ofBucket: 'last',
    compute: (window) => extrapolatedIncrease(window, (window.to - window.from) / 1000),
  },
  increase: { ofBucket: 'last', compute: (window) => extrapolatedIncrease(window, 1) },
  avg_over_time: { ofBucket: 'sum', compute: (window) => sumOf(window) / countOf(window) },
  min_over_time: { ofBucket: 'min', compute: (window) => reduced(window, Math.min) },
  max_over_time: { ofBucket: 'max', compute: (window) => reduced(window, Math.max) },
  sum_over_time: { ofBucket: 'sum', compute: sumOf },
  count_over_time: { ofBucket: 'last', compute: countOf },
  last_over_time: { ofBucket: 'last', compute: ({ samples, end }) => samples.values[end - 1] as number },
  present_over_time: { ofBucket: 'last', compute: () => 1 },
};

function reduced({ samples, start, end }: Window, step: (before: number, value: number) => number): number {
  let result = samples.values[start] as number;
  for (let i = start + 1; i < end; i++) result = step(result, samples.values[i] as number);
  return result;
}

function countOf({ samples: { counts }, start, end }: Window): number {
  if (counts === null) return end - start;
  let count = 0;
  for (let i = start; i < end; i++) count += counts[i] as number;
  return count;
}

/** Compensated, as Prometheus has it. */
function sumOf({ samples: { values }, start, end }: Window): number {
  return compensatedSum(values, start, end);
}

/**
 * What a counter grew by in the window, extrapolated to its borders as Prometheus does it: by the distance of the first
 * and last sample from the borders where that is little more than between samples, else by half of that; and never back
 * to before the counter was 0. A value less than the one before is a counter that began again.
 */
function extrapolatedIncrease({ samples, start, end, from, to }: Window, perSeconds: number): number | null {
  if (end - start < 2) return null;
  const { timestamps, values } = samples;
  const first = values[start] as number;
  let increase = (values[end - 1] as number) - first;
  for (let i = start + 1; i < end; i++) {
    const before = values[i - 1] as number;
    if ((values[i] as number) < before) increase += before;
  }
  const firstAt = timestamps[start] as number;
  const lastAt = timestamps[end - 1] as number;
  const sampledMs = lastAt - firstAt;
  const averageMs = sampledMs / (end - start - 1);
  const nearMs = averageMs * 1.1;
  let toStartMs = firstAt - from < nearMs ? firstAt - from : averageMs / 2;
  if (increase > 0 && first >= 0) toStartMs = Math.min(toStartMs, sampledMs * (first / increase));
  const toEndMs = to - lastAt < nearMs ? to - lastAt : averageMs / 2;
  return increase * ((sampledMs + toStartMs + toEndMs) / sampledMs / perSeconds);
}
