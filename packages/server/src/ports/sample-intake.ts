import type { Problem } from '@cloudbell/core/contract/problem.ts';
import type { Series } from '@cloudbell/core/metric/series.ts';
import type { MetricMetadata, SampleRows } from '@cloudbell/core/wire/sample-rows.ts';

/** Why one sample of a request was not taken. */
export interface SampleError {
  /** Place in the request, from 0. */
  readonly index: number;
  readonly code: string;
  readonly field: string | null;
  readonly message: string;
  readonly hint: string;
}

export interface IntakeAnswer {
  readonly accepted: number;
  readonly rejected: number;
  /** In order of index; the first of them only, see the option. */
  readonly errors: readonly SampleError[];
}

/** Counts since the start of the process. */
export interface IntakeStatus {
  readonly accepted: number;
  /** Samples by the code they were refused with. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Requests refused whole because they held too many samples. */
  readonly batchesTooLarge: number;
  /** Series known now, all accounts. */
  readonly series: number;
  /** Handed to the log and not yet durable. */
  readonly samplesUnderWay: number;
  /** Ends of series that senders told of. */
  readonly staleMarkers: number;
  /** Understood, counted, not evaluated. */
  readonly nativeHistograms: number;
}

/**
 * Decodes one request into rows; called at once when its turn has come, and again when the log was out of step.
 * Throws a `WireError` where the bytes are not what they should be; nothing is taken then.
 */
export type ReadRows = (rows: SampleRows) => void;

/** What became of the rows of one request. */
export interface RowsAnswer {
  /** Samples that are durable now. */
  readonly accepted: number;
  /** Samples refused, by error code. */
  readonly refused: Readonly<Record<string, number>>;
  /** NaN and infinities: never values, and nothing that a sender of metrics could mend. */
  readonly notFinite: number;
  readonly staleMarkers: number;
  readonly nativeHistograms: number;
  readonly exemplars: number;
  /** Data points that the decoder left out, by why. */
  readonly skipped: Readonly<Record<string, number>>;
  /** Why the first refused sample was; null when none was. */
  readonly problem: Problem | null;
}

/** What senders told of a metric, as long as this process runs. */
export interface KnownMetadata extends MetricMetadata {
  readonly namespace: string;
}

export interface SeriesQuery {
  readonly account: string;
  readonly namespace?: string | undefined;
  readonly metricName?: string | undefined;
  /** Part of a dimension's value or of the instance name, any case. */
  readonly search?: string | undefined;
  readonly limit: number;
}

/** What pickers offer. Names in order of code units. */
export interface SeriesListing {
  readonly namespaces: readonly string[];
  /** Of the namespace that was asked for, or of all. */
  readonly metricNames: readonly string[];
  /** The first that match, in order of appearance. */
  readonly items: readonly (Omit<Series, 'account'> & { readonly instanceName: string | null })[];
  readonly hasMore: boolean;
}

/** Where an account's series come from: its metrics with most series, and of each the dimensions with most values. */
export interface Cardinality {
  readonly series: number;
  readonly seriesMax: number;
  /** Samples, since the start of the process, whose series would have been one too many. */
  readonly refusedSamples: number;
  readonly metrics: readonly MetricCardinality[];
}

export interface MetricCardinality {
  readonly namespace: string;
  readonly metricName: string;
  readonly series: number;
  /** Of the metric's first series only, so that asking costs little. */
  readonly dimensions: readonly { readonly name: string; readonly values: number }[];
}

/** The doors for samples: as JSON-like objects (`POST /api/v1/samples`, this host's own metrics), and as rows. */
export interface SampleIntake {
  /**
   * Refuses bad samples one by one and keeps the rest; resolves when these are durable. Rejects with
   * `log_unavailable` when they could not be made so (none is acknowledged then) and with `batch_too_large`.
   */
  samples(account: string, items: readonly unknown[]): Promise<IntakeAnswer>;
  /**
   * The fast door, for protocols with label bytes: no object is made for a sample of a known series. Refuses bad
   * samples by series and by row and keeps the rest. Rejects as {@link samples} does, with the code of a `WireError`,
   * and with `ingest_busy` while more samples wait for the log than allowed.
   */
  rows(account: string, namespace: string, read: ReadRows): Promise<RowsAnswer>;
  /** True while {@link rows} would reject with `ingest_busy`: to be asked before a body is read. */
  isBusy(): boolean;
  metadata(account: string): readonly KnownMetadata[];
  /** The series that samples were taken for, as far as they are known; from memory. */
  series(query: SeriesQuery): Promise<SeriesListing>;
  /** At most `limit` metrics, and dimensions of each. */
  cardinality(account: string, limit: number): Cardinality;
  status(): IntakeStatus;
}
