import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { CommitStore } from '../ports/commit-store.ts';
import type { SampleLog } from '../ports/sample-log.ts';

/** Each has a default in {@link EVALUATOR_LIMITS}. */
export interface EvaluatorLimits {
  /** A checkpoint follows after this many entries … */
  readonly checkpointEntries: number;
  /** … or this many bytes of records, whichever comes first: replay after a crash stays short. */
  readonly checkpointBytes: number;
  /** While the store fails, appends are refused once this many effects wait for it. */
  readonly uncommittedEffectsMax: number;
  /** A commit takes whole entries until it holds this many effects. */
  readonly commitEffectsMax: number;
  /** Samples that are joined into one entry; a larger batch goes alone. */
  readonly entrySamplesMax: number;
  /** Appends are refused while this many samples wait for the log. */
  readonly backlogSamplesMax: number;
}

export const EVALUATOR_LIMITS: EvaluatorLimits = {
  checkpointEntries: 20_000,
  checkpointBytes: 64 * 2 ** 20,
  uncommittedEffectsMax: 100_000,
  commitEffectsMax: 5_000,
  entrySamplesMax: 200_000,
  backlogSamplesMax: 2_000_000,
};

export interface EvaluatorOptions {
  /** Number of partitions, 1 unless told otherwise. */
  readonly partitions?: number;
  readonly log: SampleLog;
  readonly commits: CommitStore;
  readonly clock: Clock;
  /** Somebody follows the log and says what it needs (`keepFrom`): at most this is kept for it, bytes. Absent: nobody. */
  readonly followerBytesMax?: number | null;
  /** Lower-case hex SHA-256. */
  readonly digest: (text: string) => string;
  readonly logger: Logger;
  /** Called after a commit that made deliveries: the courier can be woken. */
  readonly onDeliveries: (count: number) => void;
  /** Called once when evaluation has stopped for good (`stale_owner`, a fold that throws): the process should end. */
  readonly onFatal?: (error: Error) => void;
  readonly limits?: Partial<EvaluatorLimits>;
}
