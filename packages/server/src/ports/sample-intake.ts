import type { Series } from '@cloudbell/core/metric/series.ts';

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

/** The door for samples that are JSON-like objects: `POST /api/v1/samples`, this host's own metrics. */
export interface SampleIntake {
  /**
   * Refuses bad samples one by one and keeps the rest; resolves when these are durable. Rejects with
   * `log_unavailable` when they could not be made so (none is acknowledged then) and with `batch_too_large`.
   */
  samples(account: string, items: readonly unknown[]): Promise<IntakeAnswer>;
  /** The series that samples were taken for, as far as they are known; from memory. */
  series(query: SeriesQuery): Promise<SeriesListing>;
  status(): IntakeStatus;
}
