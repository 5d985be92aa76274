import type { SeriesDefinition } from '@cloudbell/core/metric/series.ts';
import type { HistoryStore } from '../ports/history-store.ts';
import type { LogReader } from '../ports/log-reader.ts';

/** Definitions read from the log at a time. */
const PAGE_SERIES = 10_000;

/**
 * From a partition's series ids to the numbers of history: four bytes for each series, learnt when a sample first
 * needs it, for ids mean nothing outside their log.
 */
export class SeriesNumbers {
  readonly #partition: number;
  readonly #log: LogReader;
  readonly #store: HistoryStore;
  /** By id; 0: not learnt. */
  #numbers = new Uint32Array(1024);

  constructor(options: { readonly partition: number; readonly log: LogReader; readonly store: HistoryStore }) {
    this.#partition = options.partition;
    this.#log = options.log;
    this.#store = options.store;
  }

  forget(): void {
    this.#numbers.fill(0);
  }

  /** Learns what the log defines just now, so that it need not be asked for it later. */
  async define(series: readonly SeriesDefinition[]): Promise<void> {
    await this.#number(series.filter(({ id }) => (this.#numbers[id] ?? 0) === 0));
  }

  async of(seriesIds: Uint32Array): Promise<Uint32Array> {
    const unknown = this.#unknown(seriesIds);
    if (unknown.length > 0) await this.#learn(unknown);
    const numbers = new Uint32Array(seriesIds.length);
    for (let i = 0; i < seriesIds.length; i++) numbers[i] = this.#numbers[seriesIds[i] as number] as number;
    return numbers;
  }

  #unknown(seriesIds: Uint32Array): number[] {
    const unknown = new Set<number>();
    for (let i = 0; i < seriesIds.length; i++) {
      const id = seriesIds[i] as number;
      if ((this.#numbers[id] ?? 0) === 0) unknown.add(id);
    }
    return [...unknown].sort((a, b) => a - b);
  }

  async #learn(ids: readonly number[]): Promise<void> {
    const wanted = new Set(ids);
    const last = ids.at(-1) ?? 0;
    for (let from = ids[0]; from !== undefined; ) {
      const page = await this.#log.series(this.#partition, from, Math.min(PAGE_SERIES, last + 1 - from));
      const found = page.filter(({ id }) => wanted.delete(id));
      await this.#number(found);
      const end = page.at(-1)?.id ?? last;
      from = ids.find((id) => id > end);
    }
    if (wanted.size > 0) throw new Error(`the log has samples of series that it does not define: ${[...wanted][0]}`);
  }

  async #number(series: readonly SeriesDefinition[]): Promise<void> {
    if (series.length === 0) return;
    const numbers = await this.#store.numbers(series);
    for (const [index, { id }] of series.entries()) {
      if (id >= this.#numbers.length) this.#grow(id);
      this.#numbers[id] = numbers[index] as number;
    }
  }

  #grow(id: number): void {
    const larger = new Uint32Array(Math.max(id + 1, this.#numbers.length * 2));
    larger.set(this.#numbers);
    this.#numbers = larger;
  }
}
