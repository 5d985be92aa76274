import type { Position } from '@cloudbell/core/alert/log-record.ts';
import type { Downsampled } from '@cloudbell/core/history/blocks.ts';
import type { Buckets } from '@cloudbell/core/history/buckets.ts';
import type { HistorySamples } from '@cloudbell/core/history/samples.ts';
import type { Series } from '@cloudbell/core/metric/series.ts';

/** Up to where a partition of the sample log is in history. */
export interface HistoryProgress {
  readonly position: Position;
  /** Log time of that entry, ms: tells its log from another one with the same positions. */
  readonly time: number;
}

/** Stands for a series within one history, as an id does within one partition of a log. From 1; never kept elsewhere. */
export type SeriesNumber = number;

/** The samples of one entry, struct of arrays of equal lengths. */
export interface NewSamples {
  readonly numbers: Uint32Array;
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  /** Event time of the entry, ms: what makes a sample late. */
  readonly arrivedAt: number;
}

export interface HistorySeries extends Series {
  readonly number: SeriesNumber;
}

export interface HistorySeriesQuery {
  readonly account: string;
  readonly namespace?: string | undefined;
  readonly metricName?: string | undefined;
}

/** Both borders are included, ms. */
export interface HistoryStretch {
  readonly from: number;
  readonly to: number;
  /** More samples (or buckets) than this are not read: `range_too_large`. */
  readonly samplesMax: number;
}

export interface HistoryStoreStatus {
  readonly series: number;
  /** Taken, and not yet durable. */
  readonly pendingSamples: number;
  /** Written since the process started. */
  readonly samples: number;
  readonly lateSamples: number;
  readonly duplicateSamples: number;
  /** The last flush, ms; 0 before the first. */
  readonly flushMs: number;
}

/**
 * What samples were, for charts and comparisons (design.md §2, history). One writer, which waits for each call.
 *
 * Guarantees: samples and the progress that covers them become durable together, by `flush`; what was taken and not
 * flushed is gone after a crash, and so is its progress. Per (series, timestamp) there is one sample, the first that was
 * taken, however often it comes. Reads see what was taken, flushed or not, and may be asked at any time.
 */
export interface HistoryStore {
  /** As of the last flush; null before the first. */
  progress(partition: number): Promise<HistoryProgress | null>;
  /** The numbers of these series, in this order; one that is new gets one, durably. */
  numbers(series: readonly Series[]): Promise<Uint32Array>;
  /** Takes what the log has up to `progress`; `null` where there were no samples. Answers how many wait for a flush. */
  append(partition: number, progress: HistoryProgress, samples: NewSamples | null): Promise<number>;
  /** Rejects with `history_unavailable`, and then keeps what was taken for the next try. */
  flush(): Promise<void>;
  /**
   * Downsamples what is complete as of an event time (ms), and drops what is beyond its retention.
   * Answers whether series were dropped: numbers learnt before are then void.
   */
  maintain(eventTime: number): Promise<{ readonly seriesDropped: boolean }>;
  /** In order of namespace, metric name, dimensions; in pages, between which others get their turn: there can be a million. */
  series(query: HistorySeriesQuery): AsyncIterable<readonly HistorySeries[]>;
  samples(numbers: readonly SeriesNumber[], stretch: HistoryStretch): Promise<HistorySamples[]>;
  /** The buckets that begin in the stretch. */
  buckets(
    numbers: readonly SeriesNumber[],
    stretch: HistoryStretch & { readonly resolution: Downsampled },
  ): Promise<Buckets[]>;
  status(): HistoryStoreStatus;
  /** Without a flush. */
  close(): Promise<void>;
}
