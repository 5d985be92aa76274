import type { LogRecord, Position } from '@cloudbell/core/alert/log-record.ts';
import type { SeriesDefinition, SeriesId } from '@cloudbell/core/metric/series.ts';
import type { LogRetention } from '../ports/log-reader.ts';
import type { EvaluationStatus, LogWriter, SampleBatch } from '../ports/log-writer.ts';
import { EVALUATOR_LIMITS, type EvaluatorOptions } from './options.ts';
import { PartitionEvaluator } from './partition-evaluator.ts';
import { evaluationStatus } from './status.ts';

/** The one writer of a deployment's sample log, and what evaluates it: a {@link PartitionEvaluator} per partition. */
export class Evaluator implements LogWriter, LogRetention {
  readonly #options: EvaluatorOptions;
  #partitions: readonly PartitionEvaluator[] = [];
  #fatal: Error | null = null;

  constructor(options: EvaluatorOptions) {
    this.#options = options;
  }

  /** What was acknowledged before a crash is folded when this resolves. Rejects when log or store cannot be read. */
  async start(): Promise<void> {
    const { partitions = 1, limits = {}, ...rest } = this.#options;
    const started: PartitionEvaluator[] = [];
    for (let partition = 0; partition < partitions; partition++) {
      const evaluator = await PartitionEvaluator.start({
        ...rest,
        partition,
        partitions,
        limits: { ...EVALUATOR_LIMITS, ...limits },
        onFatal: (error) => this.#end(error),
      });
      started.push(evaluator);
      this.#partitions = started.slice();
    }
  }

  /** Serves calls that wait, commits, checkpoints. Nothing is lost and the next start replays nothing. */
  async stop(): Promise<void> {
    await Promise.all(this.#partitions.map((partition) => partition.stop()));
  }

  async appendSamples(partition: number, batch: SampleBatch): Promise<void> {
    const { series, samples } = batch;
    const count = samples.seriesIds.length;
    if (samples.timestamps.length !== count || samples.values.length !== count) {
      throw new Error('a sample batch needs arrays of equal lengths');
    }
    const records: LogRecord[] = series.length > 0 ? [{ kind: 'series', series }] : [];
    if (count > 0) records.push(samples);
    if (records.length > 0) await this.#of(partition).append(records);
  }

  async appendRecords(records: readonly LogRecord[]): Promise<readonly Position[]> {
    return Promise.all(this.#partitions.map((partition) => partition.append(records)));
  }

  async series(partition: number, fromId: number, limit: number): Promise<SeriesDefinition[]> {
    // Appends under way may define more: an index that missed those would be out of step at once.
    // Refused or not, they are settled then.
    await this.#of(partition)
      .folded()
      .catch(() => undefined);
    const live: SeriesDefinition[] = [];
    for (let from = fromId; live.length < limit; ) {
      const page = await this.#options.log.series(partition, from, limit - live.length);
      live.push(...page.filter(({ id }) => this.#of(partition).has(id)));
      const last = page.at(-1);
      if (last === undefined) break;
      from = last.id + 1;
    }
    return live;
  }

  async expire(partition: number, seriesIds: readonly SeriesId[]): Promise<readonly SeriesId[]> {
    return this.#of(partition).expire(seriesIds);
  }

  async keepFrom(partition: number, position: Position): Promise<void> {
    this.#of(partition).keepFrom(position);
  }

  async status(): Promise<EvaluationStatus> {
    return evaluationStatus(this.#partitions.map((partition) => partition.status()));
  }

  #of(partition: number): PartitionEvaluator {
    const found = this.#partitions[partition];
    if (found === undefined) throw new Error(`there is no partition ${partition}`);
    return found;
  }

  #end(error: Error): void {
    if (this.#fatal !== null) return;
    this.#fatal = error;
    this.#options.onFatal?.(error);
  }
}
