import type { SamplesRecord } from '@cloudbell/core/alert/log-record.ts';
import type { SeriesDefinition, SeriesId } from '@cloudbell/core/metric/series.ts';
import { asError, CloudbellError } from '../base/errors.ts';
import type { LogWriter } from '../ports/log-writer.ts';
import { SeriesIndex } from './series-index.ts';

/** Definitions read from the log at a time. */
const SERIES_PAGE = 10_000;
/** Series that are offered to the log at a time: while it looks at them it does nothing else. */
const EXPIRE_PAGE = 5_000;

/** One partition's share of a request. */
export interface DoorBatch {
  readonly partition: number;
  /** What the log is told before the samples: new series, new names, and what is not confirmed yet. */
  readonly sent: ReadonlyMap<SeriesId, SeriesDefinition>;
  readonly samples: SamplesRecord;
}

/**
 * The one way from ingest to the log, and what keeps the index of series in step with it. Ids are given and the append
 * is started in one go, without a pause between, so appends reach the writer in the order in which their ids were given.
 * When one is refused, the partition stops taking requests, lets the appends under way come to their end, and starts
 * again from what the log holds: whether a refused append is in it or not, the index and the log agree afterwards.
 */
export class LogDoor {
  readonly index: SeriesIndex;
  readonly #writer: Pick<LogWriter, 'appendSamples' | 'expire' | 'series'>;
  /** Per partition: appends under way. */
  readonly #underWay: Set<Promise<unknown>>[];
  /** Per partition: null when the index agrees with the log; else the reload under way, or 'due'. */
  readonly #reload: (Promise<void> | 'due' | null)[];
  /** Per partition: nothing of the index can be relied on. */
  readonly #isInDoubt: boolean[];
  #samplesUnderWay = 0;

  constructor(writer: Pick<LogWriter, 'appendSamples' | 'expire' | 'series'>, partitions: number) {
    this.#writer = writer;
    this.index = new SeriesIndex(partitions);
    this.#underWay = Array.from({ length: partitions }, () => new Set());
    this.#reload = new Array<'due'>(partitions).fill('due');
    this.#isInDoubt = new Array<boolean>(partitions).fill(false);
  }

  /** Handed to the log and not yet durable. */
  get samplesUnderWay(): number {
    return this.#samplesUnderWay;
  }

  isInStep(): boolean {
    return this.#reload.every((reload) => reload === null);
  }

  /** Reloads what is due; rejects when the log cannot be read. */
  async inStep(): Promise<void> {
    await Promise.all(
      this.#reload.map((reload, partition) => {
        if (reload !== 'due') return reload;
        const reloading = this.#reloadPartition(partition);
        this.#reload[partition] = reloading;
        return reloading;
      }),
    );
  }

  /**
   * Series that nobody used in the last `rounds` leave memory where the log lets them go. When its answer does not come,
   * it may know less than the index: then the index is made anew.
   */
  async expire(rounds: number): Promise<void> {
    this.index.round += 1;
    for (const [partition] of this.#reload.entries()) {
      const unused = this.index.unused(partition, rounds);
      for (let at = 0; at < unused.length && this.#reload[partition] === null; at += EXPIRE_PAGE) {
        try {
          const gone = await this.#writer.expire(partition, unused.slice(at, at + EXPIRE_PAGE));
          this.index.forget(partition, gone);
        } catch {
          this.#reload[partition] = 'due';
          this.#isInDoubt[partition] = true;
        }
      }
    }
  }

  /** Never rejects: answers null when the samples are durable. Until then, a reload of the partition waits for it. */
  append(batch: DoorBatch): Promise<CloudbellError | null> {
    const underWay = this.#underWay[batch.partition];
    const count = batch.samples.seriesIds.length;
    this.#samplesUnderWay += count;
    const appending = this.#tryAppend(batch).finally(() => {
      this.#samplesUnderWay -= count;
      underWay?.delete(appending);
    });
    underWay?.add(appending);
    return appending;
  }

  async #tryAppend({ partition, sent, samples }: DoorBatch): Promise<CloudbellError | null> {
    try {
      const series = sent.size === 0 ? [] : [...sent.values()].sort((a, b) => a.id - b.id);
      await this.#writer.appendSamples(partition, { series, samples });
      this.index.confirm(partition, sent);
      return null;
    } catch (thrown) {
      if (this.#reload[partition] === null) this.#reload[partition] = 'due';
      return asRefusal(thrown);
    }
  }

  async #reloadPartition(partition: number): Promise<void> {
    try {
      await Promise.all([...(this.#underWay[partition] ?? [])]);
      this.index.reset(partition, this.#isInDoubt[partition]);
      this.#isInDoubt[partition] = false;
      for (;;) {
        const page = await this.#writer.series(partition, this.index.confirmedIds(partition), SERIES_PAGE);
        this.index.adopt(partition, page);
        if (page.length < SERIES_PAGE) break;
      }
      this.#reload[partition] = null;
    } catch (thrown) {
      this.#reload[partition] = 'due';
      throw asRefusal(thrown);
    }
  }
}

/** A batch refused as out of step is built anew against the reloaded index; twice is already more than can happen. */
export const ATTEMPTS_MAX = 3;

export const isOutOfStep = (error: CloudbellError | null): boolean => error?.code === 'series_out_of_step';

/** Whatever keeps a sample out of the log, the sender is told the same: not durable, send it again. */
function asRefusal(thrown: unknown): CloudbellError {
  if (thrown instanceof CloudbellError) return thrown;
  const cause = asError(thrown);
  return new CloudbellError('log_unavailable', { message: `The sample log does not answer: ${cause.message}.`, cause });
}
