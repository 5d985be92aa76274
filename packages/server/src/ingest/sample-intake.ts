import type { SamplesRecord } from '@cloudbell/core/alert/log-record.ts';
import { type SeriesDefinition, type SeriesId, seriesKey } from '@cloudbell/core/metric/series.ts';
import { CloudbellError } from '../base/errors.ts';
import type {
  Cardinality,
  IntakeAnswer,
  IntakeStatus,
  KnownMetadata,
  ReadRows,
  RowsAnswer,
  SampleError,
  SampleIntake,
  SeriesListing,
  SeriesQuery,
} from '../ports/sample-intake.ts';
import type { IngestDeps } from './deps.ts';
import { IntakeTally } from './intake-tally.ts';
import { seriesLimitProblem } from './label-series.ts';
import { ATTEMPTS_MAX, isOutOfStep, LogDoor } from './log-door.ts';
import { type ReadSample, readSamples, sampleError } from './read-samples.ts';
import { RowDoor } from './row-door.ts';
import type { IndexedSeries } from './series-index.ts';

export interface Ingest extends SampleIntake {
  /** Learns the log's series ahead of the first request, which else would do it. */
  open(): Promise<void>;
  /** To be called every {@link IDLE_ROUNDS}th of the time that a series may be idle: those that were longer leave memory. */
  expire(): Promise<void>;
}

export const IDLE_ROUNDS = 4;

/** One partition's share of a request. */
interface Batch {
  readonly partition: number;
  readonly samples: ReadSample[];
  readonly seriesIds: number[];
  readonly sent: Map<SeriesId, SeriesDefinition>;
}

/** The ways in of one deployment: samples as objects, and as rows. Both go by one {@link LogDoor}. */
export function createIngest(deps: IngestDeps): Ingest {
  return new SampleDoor(deps);
}

class SampleDoor implements Ingest {
  readonly #deps: IngestDeps;
  readonly #door: LogDoor;
  readonly #rows: RowDoor;
  readonly #tally: IntakeTally;

  constructor(deps: IngestDeps) {
    this.#deps = deps;
    this.#door = new LogDoor(deps.writer, deps.partitions);
    this.#tally = new IntakeTally();
    this.#rows = new RowDoor({ ...deps, door: this.#door, tally: this.#tally });
  }

  async open(): Promise<void> {
    await this.#door.inStep();
  }

  async expire(): Promise<void> {
    this.#rows.noteUse();
    await this.#door.expire(IDLE_ROUNDS);
  }

  async samples(account: string, items: readonly unknown[]): Promise<IntakeAnswer> {
    const { clock, limits } = this.#deps;
    if (items.length > limits.batchSamplesMax) {
      this.#tally.batchesTooLarge += 1;
      throw new CloudbellError('batch_too_large', {
        message: `The request holds ${items.length} samples; at most ${limits.batchSamplesMax} are taken at once.`,
        hint: 'Send them in several requests.',
      });
    }
    if (!this.#door.isInStep()) await this.#door.inStep();
    const times = { nowMs: clock.wallMs(), futureMaxMs: limits.futureMaxMs, retentionMs: limits.retentionMs };
    const { read, errors } = readSamples(account, items, { index: this.#door.index, times, limits });
    const overLimit = await this.#store(account, read);
    return this.#answer(account, items.length, errors.concat(overLimit));
  }

  async series(query: SeriesQuery): Promise<SeriesListing> {
    return this.#door.index.metrics.list(query);
  }

  async rows(account: string, namespace: string, read: ReadRows): Promise<RowsAnswer> {
    return this.#rows.take(account, namespace, read);
  }

  isBusy(): boolean {
    return this.#rows.isBusy();
  }

  metadata(account: string): readonly KnownMetadata[] {
    return this.#rows.metadata.of(account);
  }

  cardinality(account: string, limit: number): Cardinality {
    const { index } = this.#door;
    return {
      series: index.seriesOf(account),
      seriesMax: this.#deps.limits.seriesPerAccountMax,
      refusedSamples: this.#tally.overLimit(account),
      metrics: index.metrics.largest(account, limit),
    };
  }

  status(): IntakeStatus {
    return { ...this.#tally.status(), series: this.#door.index.size, samplesUnderWay: this.#door.samplesUnderWay };
  }

  /** Appends, again where the index was out of step; answers the samples that the series limit kept out. */
  async #store(account: string, samples: readonly ReadSample[]): Promise<SampleError[]> {
    const overLimit: SampleError[] = [];
    let left = samples;
    for (let attempt = 1; left.length > 0; attempt++) {
      // Asked again after each pause: another request's append may have been refused meanwhile.
      while (!this.#door.isInStep()) await this.#door.inStep();
      const batches = this.#batches(account, left, overLimit);
      const errors = await Promise.all(
        batches.map((batch) => this.#door.append({ ...batch, samples: recordOf(batch) })),
      );
      const failed = batches.flatMap((batch, at) => (errors[at] == null ? [] : [{ batch, error: errors[at] }]));
      const final = failed.find((outcome) => !isOutOfStep(outcome.error) || attempt === ATTEMPTS_MAX);
      if (final !== undefined) throw final.error;
      left = failed.flatMap((outcome) => outcome.batch.samples);
    }
    return overLimit;
  }

  #batches(account: string, samples: readonly ReadSample[], overLimit: SampleError[]): Batch[] {
    const batches = new Map<number, Batch>();
    for (const sample of samples) {
      const series = this.#identify(account, sample);
      if (series === null) {
        overLimit.push(this.#seriesLimitError(sample.index));
        continue;
      }
      let batch = batches.get(series.partition);
      if (batch === undefined) {
        batch = { partition: series.partition, samples: [], seriesIds: [], sent: new Map() };
        batches.set(series.partition, batch);
      }
      batch.samples.push(sample);
      series.usedIn = this.#door.index.round;
      batch.seriesIds.push(series.definition.id);
      if (series.confirmed !== series.definition) batch.sent.set(series.definition.id, series.definition);
    }
    return [...batches.values()];
  }

  /** The series of a sample, defined if new and renamed if it says so; null when the account has no room for it. */
  #identify(account: string, sample: ReadSample): IndexedSeries | null {
    let series = this.#door.index.findRaw(sample.rawKey);
    if (series === undefined) {
      const key = seriesKey(sample.series);
      series = this.#door.index.find(key);
      if (series === undefined) {
        if (this.#door.index.seriesOf(account) >= this.#deps.limits.seriesPerAccountMax) return null;
        series = this.#door.index.define(key, sample.series, sample.instanceName);
      }
      this.#door.index.learnRaw(sample.rawKey, series);
    }
    if (sample.instanceName !== null && sample.instanceName !== series.definition.instanceName) {
      this.#door.index.rename(series, sample.instanceName);
    }
    return series;
  }

  #answer(account: string, total: number, errors: SampleError[]): IntakeAnswer {
    for (const { code } of errors) this.#tally.reject(account, code);
    const accepted = total - errors.length;
    this.#tally.accepted += accepted;
    errors.sort((a, b) => a.index - b.index);
    return { accepted, rejected: errors.length, errors: errors.slice(0, this.#deps.limits.errorsMax) };
  }

  #seriesLimitError(index: number): SampleError {
    return sampleError(index, seriesLimitProblem(this.#deps.limits.seriesPerAccountMax));
  }
}

const recordOf = ({ samples, seriesIds }: Batch): SamplesRecord => ({
  kind: 'samples',
  seriesIds: Uint32Array.from(seriesIds),
  timestamps: Float64Array.from(samples, (sample) => sample.timestamp),
  values: Float64Array.from(samples, (sample) => sample.value),
});
