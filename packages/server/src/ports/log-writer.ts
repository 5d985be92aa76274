import type { LogRecord, Position, SamplesRecord } from '@cloudbell/core/alert/log-record.ts';
import type { SeriesDefinition, SeriesId } from '@cloudbell/core/metric/series.ts';

/** What ingest hands over: new series first, then samples that may use them. Buffers are transferred, not copied. */
export interface SampleBatch {
  readonly series: readonly SeriesDefinition[];
  readonly samples: SamplesRecord;
}

/** How far evaluation is behind; read by `/metrics` and `/readyz`. */
export interface EvaluationStatus {
  /** ms between the newest deadline that should have been folded and now; 0 when up to date. */
  readonly foldLagMs: number;
  /** Appends waiting for the log. */
  readonly backlog: number;
  readonly position: string;
  readonly committedPosition: string;
  readonly series: number;
  readonly pairs: number;
  readonly openWindows: number;
  readonly evaluations: number;
  readonly samples: number;
  readonly lateSamples: number;
  readonly duplicateSamples: number;
  readonly unwatchedSamples: number;
  readonly transitions: number;
  readonly gaps: number;
  readonly clockSteps: number;
  /** The last log append, ms. */
  readonly appendMs: number;
  /** The last commit to the store, ms; 0 before the first. */
  readonly commitMs: number;
  /** Set while appends are refused (disk full, read-only): the reason. */
  readonly refusing: string | null;
}

/**
 * The one writer of a deployment's sample log, and what evaluates it: the seam between ingest and evaluate.
 * A call that resolved is durable and will be folded, after any crash.
 */
export interface LogWriter {
  /** Rejects with `log_unavailable` (503) when it could not be made durable; nothing was acknowledged then. */
  appendSamples(partition: number, batch: SampleBatch): Promise<void>;
  /** Rule changes, zone, dismiss: to every partition, in order. Answers the positions, by partition. */
  appendRecords(records: readonly LogRecord[]): Promise<readonly Position[]>;
  /**
   * All series of a partition that did not expire, for ingest's index at start and after a refused append. The last id
   * that was given is always among them.
   */
  series(partition: number, fromId: number, limit: number): Promise<SeriesDefinition[]>;
  /**
   * Lets those of these series leave memory of which nothing is open or owed; answers them, when it is durable. Their
   * ids are not known any more: an append that uses one is refused with `series_out_of_step`.
   */
  expire(partition: number, seriesIds: readonly SeriesId[]): Promise<readonly SeriesId[]>;
  status(): Promise<EvaluationStatus>;
}
