import type { Resolution } from '@cloudbell/core/history/blocks.ts';
import type { ChartStatistic, Point } from '@cloudbell/core/history/statistic-points.ts';
import type { Dimensions } from '@cloudbell/core/metric/dimensions.ts';

/** What was measured, for a chart. Times are ms. */
export interface RangeQuery {
  readonly account: string;
  readonly namespace: string;
  readonly metricName: string;
  /** Series that contain all of these; with `exact` the one that has no others. */
  readonly dimensions: Dimensions;
  readonly exact: boolean;
  readonly from: number;
  readonly to: number;
  readonly statistic: ChartStatistic;
  /** Null: the samples themselves, or a period that makes about `pointsMax` points of them. */
  readonly periodMs: number | null;
  readonly pointsMax: number;
  readonly seriesMax: number;
}

export interface RangeSeries {
  readonly dimensions: Dimensions;
  readonly points: readonly Point[];
  /** Timestamps of points that are late samples; only where the points are samples. */
  readonly late: readonly number[];
}

export interface RangeAnswer {
  readonly resolution: Resolution;
  /** Null: the points are the samples, each at its timestamp. Else each stands at the end of its period. */
  readonly periodMs: number | null;
  readonly series: readonly RangeSeries[];
  /** More series match than were asked for. */
  readonly hasMore: boolean;
}

export interface HistoryStatus {
  /** Entries of the sample log that are not in history yet. */
  readonly behindEntries: number;
  readonly pendingSamples: number;
  readonly series: number;
  readonly samples: number;
  readonly lateSamples: number;
  readonly duplicateSamples: number;
  readonly flushMs: number;
  /** Set while history does not get on: why. Alerting goes on. */
  readonly failure: string | null;
}

/**
 * Questions about the past. They see every sample that was acknowledged before, unless history is behind.
 * Rejects with `range_too_large`, `history_unavailable`, `history_damaged`.
 */
export interface MetricHistory {
  range(query: RangeQuery): Promise<RangeAnswer>;
  status(): Promise<HistoryStatus>;
}
