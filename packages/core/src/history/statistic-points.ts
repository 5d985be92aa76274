import { compensatedSum } from '../metric/compensated-sum.ts';
import { round12 } from '../metric/number.ts';
import { type Buckets, bucketsOf } from './buckets.ts';
import type { HistorySamples } from './samples.ts';

/** What a chart can show of each period. Percentiles need samples in full, and are not drawn yet. */
export const CHART_STATISTICS = [
  'Average',
  'Minimum',
  'Maximum',
  'Sum',
  'SampleCount',
  'LastValue',
  'Value',
  'SumPerSecond',
  'CountPerSecond',
] as const;
export type ChartStatistic = (typeof CHART_STATISTICS)[number];

export const isChartStatistic = (name: string): name is ChartStatistic =>
  (CHART_STATISTICS as readonly string[]).includes(name);

/** Timestamp ms, value. */
export type Point = readonly [timestamp: number, value: number];

export interface PointPeriods {
  readonly statistic: ChartStatistic;
  /** A multiple of the buckets' width, or anything for samples. */
  readonly periodMs: number;
  /** Only whole periods: those that begin from here on and end by `to`, ms. */
  readonly from: number;
  readonly to: number;
}

/** One point for each period with samples, at its end: that is the timestamp of a decision about it. */
export function pointsOfSamples(samples: HistorySamples, periods: PointPeriods): Point[] {
  return pointsOfBuckets(bucketsOf(samples, periods.periodMs), periods);
}

export function pointsOfBuckets(buckets: Buckets, { statistic, periodMs, from, to }: PointPeriods): Point[] {
  const { starts } = buckets;
  const points: Point[] = [];
  for (let i = 0; i < starts.length; ) {
    const start = Math.floor((starts[i] as number) / periodMs) * periodMs;
    const end = start + periodMs;
    const first = i;
    while (i < starts.length && (starts[i] as number) < end) i += 1;
    if (start >= from && end <= to)
      points.push([end, round12(statisticOf(statistic, buckets, { first, end: i, periodMs }))]);
  }
  return points;
}

interface Stretch {
  readonly first: number;
  readonly end: number;
  readonly periodMs: number;
}

function statisticOf(statistic: ChartStatistic, buckets: Buckets, stretch: Stretch): number {
  const { first, end, periodMs } = stretch;
  switch (statistic) {
    case 'Minimum':
      return Math.min(...buckets.min.subarray(first, end));
    case 'Maximum':
      return Math.max(...buckets.max.subarray(first, end));
    case 'LastValue':
    case 'Value':
      return buckets.last[end - 1] as number;
    case 'Sum':
      return total(buckets.sum, stretch);
    case 'SampleCount':
      return total(buckets.count, stretch);
    case 'SumPerSecond':
      return (total(buckets.sum, stretch) * 1000) / periodMs;
    case 'CountPerSecond':
      return (total(buckets.count, stretch) * 1000) / periodMs;
    case 'Average':
      return total(buckets.sum, stretch) / total(buckets.count, stretch);
  }
}

const total = (column: Float64Array, { first, end }: Stretch): number => compensatedSum(column, first, end);
