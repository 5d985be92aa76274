import { metricNameFault } from '@cloudbell/core/metric/dimension-rules.ts';
import { SampleRows } from '@cloudbell/core/wire/sample-rows.ts';
import { WireError } from '@cloudbell/core/wire/wire-error.ts';
import { CloudbellError } from '../base/errors.ts';
import type { ReadRows, RowsAnswer } from '../ports/sample-intake.ts';
import type { IngestDeps } from './deps.ts';
import type { IntakeTally } from './intake-tally.ts';
import { ATTEMPTS_MAX, isOutOfStep, type LogDoor } from './log-door.ts';
import { MetadataBook } from './metadata-book.ts';
import { type Owner, RowSorter, type SortedRows } from './row-sorter.ts';

/** Label sets that are remembered beyond those of known series: spellings of senders that shuffle, and refused ones. */
const SPARE_KEYS = 10_000;
const SPARE_BYTES = 64 * 1024 * 1024;
const KEY_BYTES_ROUGH = 1024;

/**
 * From rows to the log. The rows and the table of labels are used by one request at a time, from decoding to the start
 * of its append, which happens without a pause; a batch that was out of step is decoded again.
 */
export class RowDoor {
  readonly metadata = new MetadataBook();
  readonly #deps: IngestDeps & { readonly door: LogDoor; readonly tally: IntakeTally };
  readonly #rows: SampleRows;
  readonly #sorter: RowSorter;
  readonly #contexts = new Map<string, number>();

  constructor(deps: IngestDeps & { readonly door: LogDoor; readonly tally: IntakeTally }) {
    this.#deps = deps;
    this.#rows = new SampleRows(deps.secret ?? 0);
    this.#sorter = new RowSorter({ ...deps, index: deps.door.index });
  }

  /** Each series knows then when rows were last for it. */
  noteUse(): void {
    this.#sorter.noteUse();
  }

  isBusy(): boolean {
    return this.#deps.door.samplesUnderWay > this.#deps.limits.samplesUnderWayMax;
  }

  async take(account: string, namespace: string, read: ReadRows): Promise<RowsAnswer> {
    const { door } = this.#deps;
    const owner = { account, namespace };
    this.#refuse(owner);
    let accepted = 0;
    let first: RowsAnswer | null = null;
    let only: ReadonlySet<number> | null = null;
    for (let attempt = 1; ; attempt++) {
      // Asked again after each pause: another request's append may have been refused meanwhile.
      while (!door.isInStep()) await door.inStep();
      const sorted = this.#decode(owner, read, only);
      first ??= this.#answer(owner, sorted);
      const errors = await Promise.all(sorted.batches.map((batch) => door.append(batch)));
      const left = new Set<number>();
      for (const [at, error] of errors.entries()) {
        const batch = sorted.batches[at];
        if (batch === undefined) continue;
        if (error === null) accepted += batch.count;
        else if (!isOutOfStep(error) || attempt === ATTEMPTS_MAX) throw error;
        else left.add(batch.partition);
      }
      if (left.size === 0) break;
      only = left;
    }
    this.#deps.tally.accepted += accepted;
    return { ...first, accepted };
  }

  #refuse({ namespace }: Owner): void {
    const fault = metricNameFault(namespace, this.#deps.limits);
    if (fault !== null) {
      throw new CloudbellError('sample_namespace_invalid', {
        message: `The namespace ${fault}.`,
        field: 'namespace',
        hint: 'Write it like "prometheus", or leave it out.',
      });
    }
    if (!this.isBusy()) return;
    throw new CloudbellError('ingest_busy', {
      message: `More than ${this.#deps.limits.samplesUnderWayMax} samples wait for the sample log.`,
    });
  }

  /** Synchronous to its end: nobody else may touch the rows before their batches are made. */
  #decode(owner: Owner, read: ReadRows, only: ReadonlySet<number> | null): SortedRows {
    this.#forgetSpare();
    this.#rows.reset(this.#contextOf(owner));
    try {
      read(this.#rows);
    } catch (thrown) {
      if (!(thrown instanceof WireError)) throw thrown;
      if (thrown.code === 'batch_too_large') this.#deps.tally.batchesTooLarge += 1;
      throw new CloudbellError(thrown.code, { message: thrown.message, hint: thrown.hint, cause: thrown });
    }
    return this.#sorter.sort(this.#rows, owner, only);
  }

  #contextOf({ account, namespace }: Owner): number {
    const key = `${account} ${namespace}`;
    let context = this.#contexts.get(key);
    if (context === undefined) {
      context = this.#contexts.size;
      this.#contexts.set(key, context);
    }
    return context;
  }

  /** Keys are many more than series only when somebody shuffles labels or sends wrong ones: then all are dropped. */
  #forgetSpare(): void {
    const { table } = this.#rows;
    const series = this.#deps.door.index.size;
    const areMany = table.count > SPARE_KEYS + 2 * series || this.#contexts.size > SPARE_KEYS;
    if (!areMany && table.bytes <= SPARE_BYTES + KEY_BYTES_ROUGH * series) return;
    table.clear();
    this.#contexts.clear();
    this.#sorter.clear();
  }

  /** Counts what the first look found; what is accepted is known only when it is durable. */
  #answer({ account, namespace }: Owner, sorted: SortedRows): RowsAnswer {
    const { tally } = this.#deps;
    const { staleMarkers, nativeHistograms, exemplars, metadata } = this.#rows;
    const { notFinite, refused } = sorted;
    this.metadata.learn(account, namespace, metadata);
    for (const [code, count] of refused) tally.reject(account, code, count);
    if (notFinite > 0) tally.reject(account, 'sample_value_invalid', notFinite);
    tally.staleMarkers += staleMarkers;
    tally.nativeHistograms += nativeHistograms;
    return {
      accepted: 0,
      refused: Object.fromEntries(refused),
      notFinite,
      staleMarkers,
      nativeHistograms,
      exemplars,
      skipped: Object.fromEntries(this.#rows.skipped),
      problem: sorted.problem,
    };
  }
}
