import {
  partitionKey,
  type Series,
  type SeriesDefinition,
  type SeriesId,
  seriesKey,
} from '@cloudbell/core/metric/series.ts';
import { MetricIndex } from './metric-index.ts';

/**
 * Which id a series has in which partition, as the log's `series` records define it.
 *
 * An id is given out before its definition is durable, so the index must never run ahead of the log for good:
 * - every batch that uses a series whose definition no resolved append carried carries it (again);
 * - after a refused append the partition is *reset* to what the log holds: ids beyond it are forgotten.
 * A series is found by a cheap raw key first (its texts as they came, each with its length, so no text can imitate
 * another's border); only an unseen spelling pays for the canonical key.
 */
export interface IndexedSeries {
  readonly partition: number;
  /** As last given out; replaced when the display name changes. */
  definition: SeriesDefinition;
  /** The definition that a resolved append carried, or the log told; another one has to be sent. */
  confirmed: SeriesDefinition | null;
  /** Forgotten by a reset, or expired: whoever still points here looks it up anew. */
  isForgotten: boolean;
  /** The {@link SeriesIndex.round} in which it was last used. */
  usedIn: number;
}

export class SeriesIndex {
  readonly #partitions: number;
  readonly #byKey = new Map<string, IndexedSeries>();
  readonly #byRaw = new Map<string, IndexedSeries>();
  /** Per partition. */
  readonly #byId: IndexedSeries[][];
  readonly #perAccount = new Map<string, number>();
  /** For pickers. */
  readonly metrics = new MetricIndex();
  /** Grows whenever series were forgotten: whoever remembers some has to look whether they still hold. */
  generation = 0;
  /** Counts up with each look for series that nobody uses. */
  round = 0;
  readonly #nextId: number[];
  readonly #confirmedIds: number[];

  constructor(partitions: number) {
    this.#partitions = partitions;
    this.#byId = Array.from({ length: partitions }, () => []);
    this.#nextId = new Array<number>(partitions).fill(0);
    this.#confirmedIds = new Array<number>(partitions).fill(0);
  }

  get size(): number {
    return this.#byKey.size;
  }

  seriesOf(account: string): number {
    return this.#perAccount.get(account) ?? 0;
  }

  /** Ids below this are in the log. */
  confirmedIds(partition: number): number {
    return this.#confirmedIds[partition] ?? 0;
  }

  findRaw(rawKey: string): IndexedSeries | undefined {
    const series = this.#byRaw.get(rawKey);
    if (series?.isForgotten !== true) return series;
    this.#byRaw.delete(rawKey);
    return undefined;
  }

  find(key: string): IndexedSeries | undefined {
    return this.#byKey.get(key);
  }

  /** Remembers a spelling. Spellings are many more than series only when somebody shuffles: then they are dropped. */
  learnRaw(rawKey: string, series: IndexedSeries): void {
    if (this.#byRaw.size > 10_000 + 2 * this.#byKey.size) this.#byRaw.clear();
    this.#byRaw.set(rawKey, series);
  }

  /** Gives the next id of its partition to a series that {@link find} does not know. */
  define(key: string, series: Series, instanceName: string | null): IndexedSeries {
    const partition = partitionKey(series, this.#partitions);
    const id = this.#nextId[partition] ?? 0;
    this.#nextId[partition] = id + 1;
    return this.#add(key, partition, { ...series, id, instanceName }, null);
  }

  rename(series: IndexedSeries, instanceName: string): void {
    series.definition = { ...series.definition, instanceName };
  }

  /** An append that carried these definitions has resolved. */
  confirm(partition: number, sent: ReadonlyMap<SeriesId, SeriesDefinition>): void {
    for (const [id, definition] of sent) {
      const series = this.#byId[partition]?.[id];
      if (series !== undefined) series.confirmed = definition;
      this.#confirmedIds[partition] = Math.max(this.confirmedIds(partition), id + 1);
    }
  }

  /** Ids in the log that were not used in the last `rounds`; asks nobody whether they may go. */
  unused(partition: number, rounds: number): SeriesId[] {
    const ids: SeriesId[] = [];
    this.#byId[partition]?.forEach(({ confirmed, usedIn }, id) => {
      if (confirmed !== null && this.round - usedIn > rounds) ids.push(id);
    });
    return ids;
  }

  /** The log does not know these ids any more. */
  forget(partition: number, ids: readonly SeriesId[]): void {
    if (ids.length === 0) return;
    this.generation += 1;
    for (const id of ids) this.#forget(partition, id);
  }

  /**
   * Forgets what no resolved append carried, or with `wholly` all of the partition; then {@link adopt} takes what the
   * log holds beyond.
   */
  reset(partition: number, wholly = false): void {
    if (wholly) this.#confirmedIds[partition] = 0;
    const confirmedIds = this.confirmedIds(partition);
    if (this.#nextId[partition] === confirmedIds) return;
    this.generation += 1;
    const series = this.#byId[partition] ?? [];
    for (let id = confirmedIds; id < series.length; id++) this.#forget(partition, id);
    series.length = confirmedIds;
    this.#nextId[partition] = confirmedIds;
  }

  /** Takes definitions from the log, in order of id. */
  adopt(partition: number, definitions: readonly SeriesDefinition[]): void {
    for (const definition of definitions) {
      this.#add(seriesKey(definition), partition, definition, definition);
      this.#nextId[partition] = definition.id + 1;
      this.#confirmedIds[partition] = definition.id + 1;
    }
  }

  #add(
    key: string,
    partition: number,
    definition: SeriesDefinition,
    confirmed: SeriesDefinition | null,
  ): IndexedSeries {
    const series: IndexedSeries = { partition, definition, confirmed, isForgotten: false, usedIn: this.round };
    (this.#byId[partition] as IndexedSeries[])[definition.id] = series;
    this.#byKey.set(key, series);
    this.metrics.add(series);
    this.#perAccount.set(definition.account, this.seriesOf(definition.account) + 1);
    return series;
  }

  #forget(partition: number, id: SeriesId): void {
    const ofPartition = this.#byId[partition];
    const series = ofPartition?.[id];
    if (ofPartition === undefined || series === undefined) return;
    delete ofPartition[id];
    const { account } = series.definition;
    series.isForgotten = true;
    this.#byKey.delete(seriesKey(series.definition));
    this.metrics.remove(series);
    this.#perAccount.set(account, this.seriesOf(account) - 1);
  }
}

/** The texts of a series as they came, or null when they are not even texts. */
export function rawSeriesKey(account: string, item: Readonly<Record<string, unknown>>): string | null {
  const { namespace, metricName, dimensions = {} } = item;
  if (typeof namespace !== 'string' || typeof metricName !== 'string') return null;
  if (typeof dimensions !== 'object' || dimensions === null || Array.isArray(dimensions)) return null;
  let key = `${account.length}:${account}${namespace.length}:${namespace}${metricName.length}:${metricName}`;
  for (const name of Object.keys(dimensions)) {
    const value = (dimensions as Record<string, unknown>)[name];
    if (typeof value !== 'string') return null;
    key += `${name.length}:${name}${value.length}:${value}`;
  }
  return key;
}
