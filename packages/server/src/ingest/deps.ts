import type { NameLimits } from '@cloudbell/core/metric/dimension-rules.ts';
import type { Clock } from '../base/clock.ts';
import type { LogWriter } from '../ports/log-writer.ts';

/** Each is an option of the deployment (semantics.md, Limits). */
export interface IntakeLimits extends NameLimits {
  readonly batchSamplesMax: number;
  readonly seriesPerAccountMax: number;
  readonly errorsMax: number;
  readonly futureMaxMs: number;
  readonly retentionMs: number;
  /** Requests with rows are refused (429) while more samples than this wait for the log. */
  readonly samplesUnderWayMax: number;
}

export interface IngestDeps {
  readonly writer: Pick<LogWriter, 'appendSamples' | 'expire' | 'series'>;
  readonly clock: Clock;
  readonly limits: IntakeLimits;
  readonly partitions: number;
  /** 32 bits that senders do not know: they key the hash of labels. */
  readonly secret?: number;
}
