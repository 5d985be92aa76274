import type { Labels } from '@cloudbell/core/promql/labels.ts';

/** What whoever asks can see. */
export interface PromqlScope {
  readonly account: string;
  /** Null: all of them, and series outside the plain one say theirs in a label of its own (core promql/labels.ts). */
  readonly namespace: string | null;
}

/** Times are ms. */
export interface InstantQuestion extends PromqlScope {
  readonly query: string;
  readonly at: number;
}

export interface StepsQuestion extends PromqlScope {
  readonly query: string;
  readonly start: number;
  readonly stepMs: number;
  readonly count: number;
}

export interface SeriesQuestion extends PromqlScope {
  /** Selectors: series that match any of them. None: all series. */
  readonly matches: readonly string[];
  readonly limit: number;
}

export interface Listing<T> {
  readonly items: readonly T[];
  /** There are more than were asked for. */
  readonly hasMore: boolean;
}

/**
 * Questions in PromQL about the past. They see every sample that was acknowledged before, unless history is behind.
 * Reject with `promql_invalid`, `unsupported_promql`, `promql_execution`, `range_too_large`, `query_timeout`,
 * `history_unavailable`, `history_damaged`.
 */
export interface PromqlHistory {
  /** Prometheus's `data` as JSON text: a big answer crosses threads and goes out without being taken apart again. */
  instantData(question: InstantQuestion): Promise<string>;
  rangeData(question: StepsQuestion): Promise<string>;
  matchingSeries(question: SeriesQuestion): Promise<Listing<Labels>>;
  /** In order. */
  labelNames(question: SeriesQuestion): Promise<Listing<string>>;
  labelValues(label: string, question: SeriesQuestion): Promise<Listing<string>>;
}
