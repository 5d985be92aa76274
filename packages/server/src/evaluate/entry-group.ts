import type { LogRecord, Position, SamplesRecord } from '@cloudbell/core/alert/log-record.ts';
import { seriesCountAfter } from '@cloudbell/core/alert/log-series.ts';
import { type SeriesDefinition, type SeriesId, type SeriesKey, seriesKey } from '@cloudbell/core/metric/series.ts';
import { CloudbellError } from '../base/errors.ts';

/** A call that waits for its records to be durable. Without records it waits for those before it. */
export interface WaitingAppend {
  records: readonly LogRecord[];
  /** Finds its records out when its turn comes, from the fold as it is then; it has an entry of its own. */
  readonly decide: (() => readonly LogRecord[]) | null;
  readonly samples: number;
  readonly resolve: (position: Position) => void;
  readonly reject: (error: Error) => void;
}

export interface EntryGroup {
  readonly appends: readonly WaitingAppend[];
  readonly records: readonly LogRecord[];
  /** Series defined once the group is in the log. */
  readonly seriesCount: number;
}

/** The appends that go into the next entry, in order of arrival: as many as `samplesMax` allows, at least one. */
export function takeAppends(waiting: WaitingAppend[], samplesMax: number): WaitingAppend[] {
  let samples = 0;
  let count = 0;
  for (const append of waiting) {
    if (count > 0 && (append.decide !== null || samples + append.samples > samplesMax)) break;
    samples += append.samples;
    count += 1;
    if (append.decide !== null) break;
  }
  return waiting.splice(0, count);
}

/** What is in the log before the entry. */
export interface KnownSeries {
  readonly count: number;
  /** False for an id that has expired. */
  readonly has: (id: SeriesId) => boolean;
  /** Of a known id. */
  readonly keyOf: (id: SeriesId) => SeriesKey | null;
}

/**
 * Joins appends into the records of one entry. One whose series ids do not follow on those before it, or that gives a
 * known id to another series, is rejected alone, here: in the log it would take the whole entry down.
 */
export function joinAppends(appends: readonly WaitingAppend[], known: KnownSeries): EntryGroup {
  const joined: WaitingAppend[] = [];
  const records: LogRecord[] = [];
  /** Defined by the entry itself. */
  const defined = new Map<SeriesId, SeriesDefinition>();
  let count = known.count;
  for (const append of appends) {
    const after = countAfter(append.records, count, known);
    if (after === null || !define(append.records, defined, known)) {
      append.reject(outOfStep());
      continue;
    }
    count = after;
    joined.push(append);
    records.push(...append.records);
  }
  return { appends: joined, records, seriesCount: count };
}

/** False when a definition gives an id that is known by now to another series; then none of them is taken. */
function define(records: readonly LogRecord[], defined: Map<SeriesId, SeriesDefinition>, known: KnownSeries): boolean {
  const added = new Map<SeriesId, SeriesDefinition>();
  for (const record of records) {
    if (record.kind !== 'series') continue;
    for (const series of record.series) {
      const { id } = series;
      const earlier = added.get(id) ?? defined.get(id);
      // The key is made only for an id that comes again: it costs more than all else here.
      if (earlier === undefined && isExpired(id, known)) return false;
      const before = earlier !== undefined ? seriesKey(earlier) : id < known.count ? known.keyOf(id) : null;
      if (before !== null && before !== seriesKey(series)) return false;
      added.set(id, series);
    }
  }
  for (const [id, series] of added) defined.set(id, series);
  return true;
}

function countAfter(records: readonly LogRecord[], seriesCount: number, known: KnownSeries): number | null {
  let count: number | null = seriesCount;
  for (const record of records) {
    if (record.kind === 'series') count = seriesCountAfter(count, record.series);
    else if (record.kind === 'samples' && !areKnown(record, count, known)) return null;
    if (count === null) return null;
  }
  return count;
}

function areKnown({ seriesIds }: SamplesRecord, seriesCount: number, known: KnownSeries): boolean {
  for (let i = 0; i < seriesIds.length; i++) {
    const id = seriesIds[i] as number;
    if (id >= seriesCount || isExpired(id, known)) return false;
  }
  return true;
}

const isExpired = (id: SeriesId, known: KnownSeries): boolean => id < known.count && !known.has(id);

const outOfStep = (): CloudbellError =>
  new CloudbellError('series_out_of_step', { message: 'A series id was used that the sample log does not know.' });

export function samplesIn(records: readonly LogRecord[]): number {
  let samples = 0;
  for (const record of records) if (record.kind === 'samples') samples += record.seriesIds.length;
  return samples;
}

/** About how many bytes the records take in the log: what checkpoints are counted by. */
export function roughBytes(records: readonly LogRecord[]): number {
  let bytes = 0;
  for (const record of records) {
    if (record.kind === 'samples') bytes += 20 * record.seriesIds.length;
    else if (record.kind === 'series') bytes += 200 * record.series.length;
    else bytes += record.kind === 'rule' ? 1_000 : 50;
  }
  return bytes;
}
