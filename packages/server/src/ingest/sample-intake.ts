import type { NameLimits } from '@cloudbell/core/metric/dimension-rules.ts';
import { type SeriesDefinition, seriesKey } from '@cloudbell/core/metric/series.ts';
import type { Clock } from '../base/clock.ts';
import { asError, CloudbellError } from '../base/errors.ts';
import type { LogWriter } from '../ports/log-writer.ts';
import type {
  IntakeAnswer,
  IntakeStatus,
  SampleError,
  SampleIntake,
  SeriesListing,
  SeriesQuery,
} from '../ports/sample-intake.ts';
import { type ReadSample, readSamples, sampleError } from './read-samples.ts';
import { type IndexedSeries, SeriesIndex } from './series-index.ts';

/** Each is an option of the deployment (semantics.md, Limits). */
export interface IntakeLimits extends NameLimits {
  readonly batchSamplesMax: number;
  readonly seriesPerAccountMax: number;
  readonly errorsMax: number;
  readonly futureMaxMs: number;
  readonly retentionMs: number;
}

export interface IngestDeps {
  readonly writer: Pick<LogWriter, 'appendSamples' | 'series'>;
  readonly clock: Clock;
  readonly limits: IntakeLimits;
  readonly partitions: number;
}

export interface Ingest extends SampleIntake {
  /** Learns the log's series ahead of the first request, which else would do it. */
  open(): Promise<void>;
}

/** One partition's share of a request. */
interface Batch {
  readonly partition: number;
  readonly samples: ReadSample[];
  readonly seriesIds: number[];
  /** What the log is told before the samples: new series, new names, and what is not confirmed yet. */
  readonly sent: Map<IndexedSeries, SeriesDefinition>;
}

interface Outcome {
  readonly batch: Batch;
  readonly error: CloudbellError | null;
}

/** Definitions read from the log at a time. */
const SERIES_PAGE = 10_000;
/** A batch refused as out of step is built anew against the reloaded index; twice is already more than can happen. */
const ATTEMPTS_MAX = 3;

/**
 * From JSON-like samples to the log. Ids are given and the append is started in one go, without a pause between, so
 * appends reach the writer in the order in which their ids were given. When one is refused, the partition stops taking
 * requests, lets the appends under way come to their end, and starts again from what the log holds: whether a refused
 * append is in it or not, the index and the log agree afterwards.
 */
export function createIngest(deps: IngestDeps): Ingest {
  return new SampleDoor(deps);
}

class SampleDoor implements Ingest {
  readonly #deps: IngestDeps;
  readonly #index: SeriesIndex;
  /** Per partition: appends under way. */
  readonly #underWay: Set<Promise<unknown>>[];
  /** Per partition: null when the index agrees with the log; else the reload under way, or 'due'. */
  readonly #reload: (Promise<void> | 'due' | null)[];
  readonly #rejected = new Map<string, number>();
  #accepted = 0;
  #batchesTooLarge = 0;

  constructor(deps: IngestDeps) {
    this.#deps = deps;
    this.#index = new SeriesIndex(deps.partitions);
    this.#underWay = Array.from({ length: deps.partitions }, () => new Set());
    this.#reload = new Array<'due'>(deps.partitions).fill('due');
  }

  async open(): Promise<void> {
    await this.#inStep();
  }

  async samples(account: string, items: readonly unknown[]): Promise<IntakeAnswer> {
    const { clock, limits } = this.#deps;
    if (items.length > limits.batchSamplesMax) {
      this.#batchesTooLarge += 1;
      throw new CloudbellError('batch_too_large', {
        message: `The request holds ${items.length} samples; at most ${limits.batchSamplesMax} are taken at once.`,
        hint: 'Send them in several requests.',
      });
    }
    if (!this.#isInStep()) await this.#inStep();
    const times = { nowMs: clock.wallMs(), futureMaxMs: limits.futureMaxMs, retentionMs: limits.retentionMs };
    const { read, errors } = readSamples(account, items, { index: this.#index, times, limits });
    const overLimit = await this.#store(account, read);
    return this.#answer(items.length, errors.concat(overLimit));
  }

  async series(query: SeriesQuery): Promise<SeriesListing> {
    return this.#index.metrics.list(query);
  }

  status(): IntakeStatus {
    return {
      accepted: this.#accepted,
      rejected: Object.fromEntries(this.#rejected),
      batchesTooLarge: this.#batchesTooLarge,
      series: this.#index.size,
    };
  }

  /** Appends, again where the index was out of step; answers the samples that the series limit kept out. */
  async #store(account: string, samples: readonly ReadSample[]): Promise<SampleError[]> {
    const overLimit: SampleError[] = [];
    let left = samples;
    for (let attempt = 1; left.length > 0; attempt++) {
      // Asked again after each pause: another request's append may have been refused meanwhile.
      while (!this.#isInStep()) await this.#inStep();
      const outcomes = await Promise.all(this.#batches(account, left, overLimit).map((batch) => this.#append(batch)));
      const failed = outcomes.filter((outcome) => outcome.error !== null);
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
      batch.seriesIds.push(series.definition.id);
      if (series.confirmed !== series.definition) batch.sent.set(series, series.definition);
    }
    return [...batches.values()];
  }

  /** The series of a sample, defined if new and renamed if it says so; null when the account has no room for it. */
  #identify(account: string, sample: ReadSample): IndexedSeries | null {
    let series = this.#index.findRaw(sample.rawKey);
    if (series === undefined) {
      const key = seriesKey(sample.series);
      series = this.#index.find(key);
      if (series === undefined) {
        if (this.#index.seriesOf(account) >= this.#deps.limits.seriesPerAccountMax) return null;
        series = this.#index.define(key, sample.series, sample.instanceName);
      }
      this.#index.learnRaw(sample.rawKey, series);
    }
    if (sample.instanceName !== null && sample.instanceName !== series.definition.instanceName) {
      this.#index.rename(series, sample.instanceName);
    }
    return series;
  }

  /** Never rejects; until it resolves, a reload of the partition waits for it. */
  #append(batch: Batch): Promise<Outcome> {
    const underWay = this.#underWay[batch.partition];
    const appending = this.#tryAppend(batch).finally(() => underWay?.delete(appending));
    underWay?.add(appending);
    return appending;
  }

  async #tryAppend(batch: Batch): Promise<Outcome> {
    const { partition, samples, sent } = batch;
    try {
      await this.#deps.writer.appendSamples(partition, {
        series: [...sent.values()].sort((a, b) => a.id - b.id),
        samples: {
          kind: 'samples',
          seriesIds: Uint32Array.from(batch.seriesIds),
          timestamps: Float64Array.from(samples, (sample) => sample.timestamp),
          values: Float64Array.from(samples, (sample) => sample.value),
        },
      });
      this.#index.confirm(partition, sent);
      return { batch, error: null };
    } catch (thrown) {
      if (this.#reload[partition] === null) this.#reload[partition] = 'due';
      return { batch, error: asRefusal(thrown) };
    }
  }

  #isInStep(): boolean {
    return this.#reload.every((reload) => reload === null);
  }

  /** Reloads what is due; rejects when the log cannot be read. */
  async #inStep(): Promise<void> {
    await Promise.all(
      this.#reload.map((reload, partition) => {
        if (reload !== 'due') return reload;
        const reloading = this.#reloadPartition(partition);
        this.#reload[partition] = reloading;
        return reloading;
      }),
    );
  }

  async #reloadPartition(partition: number): Promise<void> {
    try {
      await Promise.all([...(this.#underWay[partition] ?? [])]);
      this.#index.reset(partition);
      for (;;) {
        const page = await this.#deps.writer.series(partition, this.#index.confirmedIds(partition), SERIES_PAGE);
        this.#index.adopt(partition, page);
        if (page.length < SERIES_PAGE) break;
      }
      this.#reload[partition] = null;
    } catch (thrown) {
      this.#reload[partition] = 'due';
      throw asRefusal(thrown);
    }
  }

  #answer(total: number, errors: SampleError[]): IntakeAnswer {
    for (const { code } of errors) this.#rejected.set(code, (this.#rejected.get(code) ?? 0) + 1);
    const accepted = total - errors.length;
    this.#accepted += accepted;
    errors.sort((a, b) => a.index - b.index);
    return { accepted, rejected: errors.length, errors: errors.slice(0, this.#deps.limits.errorsMax) };
  }

  #seriesLimitError(index: number): SampleError {
    const max = this.#deps.limits.seriesPerAccountMax;
    return sampleError(index, {
      code: 'series_limit_reached',
      message: `The account has ${max} series, as many as allowed; samples of new ones are refused.`,
      hint: 'Drop dimensions that change with every sample, or raise --series-per-account-max.',
    });
  }
}

const isOutOfStep = (error: CloudbellError | null): boolean => error?.code === 'series_out_of_step';

/** Whatever keeps a sample out of the log, the sender is told the same: not durable, send it again. */
function asRefusal(thrown: unknown): CloudbellError {
  if (thrown instanceof CloudbellError) return thrown;
  const cause = asError(thrown);
  return new CloudbellError('log_unavailable', { message: `The sample log does not answer: ${cause.message}.`, cause });
}
