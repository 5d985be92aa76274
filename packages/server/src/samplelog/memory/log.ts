import { decodeRecords, encodeRecords } from '@cloudbell/core/alert/log-codec.ts';
import type { Position } from '@cloudbell/core/alert/log-record.ts';
import { seriesCountAfter } from '@cloudbell/core/alert/log-series.ts';
import { skewAfter } from '@cloudbell/core/alert/log-time.ts';
import { type SeriesDefinition, type SeriesId, seriesKey } from '@cloudbell/core/metric/series.ts';
import { CloudbellError } from '../../base/errors.ts';
import type { Checkpoint, NewEntry, SampleLog } from '../../ports/sample-log.ts';

interface StoredEntry {
  readonly position: Position;
  readonly time: number;
  readonly skew: number;
  /** Encoded, so that nothing read shares memory with what was appended. */
  readonly bytes: Uint8Array;
}

interface Partition {
  entries: StoredEntry[];
  position: Position;
  time: number;
  skew: number;
  /** By id; a gap where one has expired and its entry is gone. */
  series: (SeriesDefinition | undefined)[];
  readonly expired: Map<SeriesId, Position>;
  checkpoint: (Omit<Checkpoint, 'pages'> & { readonly pages: ReadonlyMap<number, Uint8Array> }) | null;
}

/** A sample log that lasts as long as the object: simulations restart what reads it, not the log. */
export function createMemorySampleLog(): SampleLog {
  const partitions = new Map<number, Partition>();
  const of = (partition: number): Partition => {
    let found = partitions.get(partition);
    if (found === undefined) {
      found = { entries: [], position: 0n, time: 0, skew: 0, series: [], expired: new Map(), checkpoint: null };
      partitions.set(partition, found);
    }
    return found;
  };
  return {
    tail: async (partition) => {
      const { position, time, skew, series } = of(partition);
      return { position, time, skew, seriesCount: series.length };
    },
    append: async (partition, entry) => append(of(partition), entry),
    read: async (partition, after, limit) =>
      of(partition)
        .entries.filter((entry) => entry.position > after)
        .slice(0, limit)
        .map(({ position, time, skew, bytes }) => ({ position, time, skew, records: decodeRecords(bytes.slice()) })),
    series: async (partition, fromId, limit) =>
      structuredClone(
        of(partition)
          .series.slice(fromId)
          .flatMap((one) => one ?? [])
          .slice(0, limit),
      ),
    saveCheckpoint: async (partition, checkpoint) => {
      const part = of(partition);
      const pages = new Map(checkpoint.whole ? [] : part.checkpoint?.pages);
      for (const { id, bytes } of checkpoint.pages) pages.set(id, bytes.slice());
      part.checkpoint = { ...checkpoint, head: checkpoint.head.slice(), whole: true, pages };
    },
    loadCheckpoint: async (partition) => {
      const saved = structuredClone(of(partition).checkpoint);
      return saved === null ? null : { ...saved, pages: [...saved.pages].map(([id, bytes]) => ({ id, bytes })) };
    },
    trim: async (partition, upTo) => {
      const part = of(partition);
      part.entries = part.entries.filter((entry) => entry.position > upTo);
      for (const [id, at] of part.expired) if (at <= upTo) part.series[id] = undefined;
    },
    skipTo: async (partition, position) => {
      const part = of(partition);
      if (position > part.position) part.position = position;
    },
    close: async () => undefined,
  };
}

function append(part: Partition, entry: NewEntry): Position {
  const bytes = encodeRecords(entry.records);
  const series = part.series.slice();
  for (const record of entry.records) if (record.kind === 'series') define(series, record.series);
  part.position += 1n;
  part.entries.push({ position: part.position, time: entry.time, skew: entry.skew, bytes });
  part.time = entry.time;
  part.skew = skewAfter(entry.skew, entry.records);
  part.series = series;
  for (const record of entry.records) {
    if (record.kind === 'expire') for (const id of record.seriesIds) part.expired.set(id, part.position);
  }
  return part.position;
}

function define(series: (SeriesDefinition | undefined)[], definitions: readonly SeriesDefinition[]): void {
  const known = (definition: SeriesDefinition): boolean => {
    const before = series[definition.id];
    return before === undefined || seriesKey(before) === seriesKey(definition);
  };
  if (seriesCountAfter(series.length, definitions) === null) throw outOfStep();
  for (const definition of definitions) {
    if (!known(definition)) throw outOfStep();
    series[definition.id] = structuredClone(definition);
  }
}

const outOfStep = (): CloudbellError =>
  new CloudbellError('series_out_of_step', { message: 'A series record does not follow on the ids the log knows.' });
