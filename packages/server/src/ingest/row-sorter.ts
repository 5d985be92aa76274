import type { Problem } from '@cloudbell/core/contract/problem.ts';
import { readMeasurement, type SampleTimes } from '@cloudbell/core/metric/sample-rules.ts';
import { type SeriesDefinition, type SeriesId, seriesKey } from '@cloudbell/core/metric/series.ts';
import type { SampleRows } from '@cloudbell/core/wire/sample-rows.ts';
import { TextCache } from '@cloudbell/core/wire/text-cache.ts';
import type { IngestDeps } from './deps.ts';
import { seriesLimitProblem, seriesOfLabels } from './label-series.ts';
import type { DoorBatch } from './log-door.ts';
import type { IndexedSeries, SeriesIndex } from './series-index.ts';
import { CONFIRMED, GIVEN, OVER_LIMIT, REFUSED, SlotBook, UNKNOWN } from './slot-book.ts';

export interface Owner {
  readonly account: string;
  readonly namespace: string;
}

export interface SortedRows {
  readonly batches: readonly (DoorBatch & { readonly count: number })[];
  readonly notFinite: number;
  readonly refused: ReadonlyMap<string, number>;
  readonly problem: Problem | null;
}

/** Sorts rows into what goes to the log, by partition, and what is refused; gives ids to series that have none. */
export class RowSorter {
  readonly #deps: IngestDeps & { readonly index: SeriesIndex };
  readonly #book = new SlotBook();
  readonly #read: TextCache['read'];
  #generation = 0;

  constructor(deps: IngestDeps & { readonly index: SeriesIndex }) {
    this.#deps = deps;
    const texts = new TextCache();
    this.#read = (bytes, start, end) => texts.read(bytes, start, end);
  }

  clear(): void {
    this.#book.noteUse();
    this.#book.clear();
  }

  noteUse(): void {
    this.#book.noteUse();
  }

  /** `only`: partitions that are still to be written; null for all. */
  sort(rows: SampleRows, owner: Owner, only: ReadonlySet<number> | null): SortedRows {
    const { index, clock, limits, partitions } = this.#deps;
    const book = this.#book;
    book.reserve(rows.table.count);
    if (this.#generation !== index.generation) {
      this.#generation = index.generation;
      book.doubt();
    }
    const times = { nowMs: clock.wallMs(), futureMaxMs: limits.futureMaxMs, retentionMs: limits.retentionMs };
    const oldest = times.nowMs - times.retentionMs;
    const newest = times.nowMs + times.futureMaxMs;
    const out = new Batches(rows.count, partitions, only);
    const refusals = new Refusals(times, limits);
    const { states, ids, usedIn } = book;
    const { round } = index;
    const { count, slots, timestamps, values } = rows;
    for (let row = 0; row < count; row++) {
      const timestamp = timestamps[row] as number;
      const value = values[row] as number;
      const slot = slots[row] as number;
      // Not finite: the difference is NaN, which equals nothing.
      if (value - value !== 0) refusals.notFinite += 1;
      else if (!(timestamp >= oldest && timestamp <= newest)) refusals.time(timestamp);
      else if (states[slot] === CONFIRMED || this.#lookAt({ slot, owner, rows, out })) {
        usedIn[slot] = round;
        out.add(book.partitions[slot] as number, ids[slot] as number, timestamp, value);
      } else refusals.refuse(book.problems.get(slot) as Problem);
    }
    const { notFinite, refused, problem } = refusals;
    return { batches: out.done(), notFinite, refused, problem };
  }

  /** True when the slot has an id; its definition is then put down to travel along until it is confirmed. */
  #lookAt(at: {
    readonly slot: number;
    readonly owner: Owner;
    readonly rows: SampleRows;
    readonly out: Batches;
  }): boolean {
    const { slot, owner, rows, out } = at;
    const { index, limits } = this.#deps;
    const book = this.#book;
    const state = book.states[slot];
    if (state === REFUSED) return false;
    if (state === OVER_LIMIT && index.seriesOf(owner.account) >= limits.seriesPerAccountMax) return false;
    let series = book.series[slot];
    if (series === undefined || series.isForgotten) {
      const found = this.#define(rows.table.keyOf(slot), owner);
      if ('problem' in found) {
        book.refuse(slot, found.problem, found.problem.code === 'series_limit_reached' ? OVER_LIMIT : REFUSED);
        return false;
      }
      series = found;
      book.give(slot, series);
    } else if (state === UNKNOWN || series.confirmed !== null) book.give(slot, series);
    if (book.states[slot] === GIVEN) out.send(series);
    return true;
  }

  #define(key: Uint8Array, owner: Owner): IndexedSeries | { readonly problem: Problem } {
    const { index, limits } = this.#deps;
    const series = seriesOfLabels(key, owner, { limits, read: this.#read });
    if ('problem' in series) return series;
    const canonical = seriesKey(series);
    const known = index.find(canonical);
    if (known !== undefined) return known;
    if (index.seriesOf(owner.account) >= limits.seriesPerAccountMax) {
      return { problem: seriesLimitProblem(limits.seriesPerAccountMax) };
    }
    return index.define(canonical, series, null);
  }
}

/** What goes to the log. Each partition's arrays are transferred there, so they are made anew for each request. */
class Batches {
  readonly #rowsMax: number;
  readonly #only: ReadonlySet<number> | null;
  readonly #byPartition: (Columns | undefined)[];

  constructor(rowsMax: number, partitions: number, only: ReadonlySet<number> | null) {
    this.#rowsMax = rowsMax;
    this.#only = only;
    this.#byPartition = new Array<undefined>(partitions).fill(undefined);
  }

  add(partition: number, id: number, timestamp: number, value: number): void {
    const columns = this.#byPartition[partition] ?? this.#open(partition);
    const at = columns.count++;
    columns.seriesIds[at] = id;
    columns.timestamps[at] = timestamp;
    columns.values[at] = value;
  }

  send(series: IndexedSeries): void {
    (this.#byPartition[series.partition] ?? this.#open(series.partition)).sent.set(
      series.definition.id,
      series.definition,
    );
  }

  done(): (DoorBatch & { readonly count: number })[] {
    return this.#byPartition.flatMap((columns, partition) => {
      if (columns === undefined || columns.count === 0 || this.#only?.has(partition) === false) return [];
      const { count, sent } = columns;
      const whole = count === this.#rowsMax;
      const cut = <T extends Uint32Array | Float64Array>(array: T): T => (whole ? array : (array.slice(0, count) as T));
      const seriesIds = cut(columns.seriesIds);
      const timestamps = cut(columns.timestamps);
      const values = cut(columns.values);
      return [{ partition, sent, count, samples: { kind: 'samples', seriesIds, timestamps, values } }];
    });
  }

  #open(partition: number): Columns {
    const columns = {
      count: 0,
      seriesIds: new Uint32Array(this.#rowsMax),
      timestamps: new Float64Array(this.#rowsMax),
      values: new Float64Array(this.#rowsMax),
      sent: new Map<SeriesId, SeriesDefinition>(),
    };
    this.#byPartition[partition] = columns;
    return columns;
  }
}

interface Columns {
  count: number;
  readonly seriesIds: Uint32Array;
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  readonly sent: Map<SeriesId, SeriesDefinition>;
}

/** Counts by code; only the first of each kind is put into words. */
class Refusals {
  readonly #times: SampleTimes;
  readonly #limits: IngestDeps['limits'];
  readonly refused = new Map<string, number>();
  problem: Problem | null = null;
  notFinite = 0;
  #futureCode: string | null = null;
  #pastCode: string | null = null;

  constructor(times: SampleTimes, limits: IngestDeps['limits']) {
    this.#times = times;
    this.#limits = limits;
  }

  time(timestamp: number): void {
    const isFuture = timestamp > this.#times.nowMs;
    const known = isFuture ? this.#futureCode : this.#pastCode;
    if (known !== null) {
      this.#count(known);
      return;
    }
    const measured = readMeasurement({ value: 0, timestamp }, this.#times, this.#limits);
    if (!('problem' in measured)) return;
    if (isFuture) this.#futureCode = measured.problem.code;
    else this.#pastCode = measured.problem.code;
    this.refuse(measured.problem);
  }

  refuse(problem: Problem): void {
    this.problem ??= problem;
    this.#count(problem.code);
  }

  #count(code: string): void {
    this.refused.set(code, (this.refused.get(code) ?? 0) + 1);
  }
}
