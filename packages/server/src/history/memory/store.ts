import { BUCKET_MS } from '@cloudbell/core/history/blocks.ts';
import { bucketsBetween, bucketsOf } from '@cloudbell/core/history/buckets.ts';
import {
  type HistorySamples,
  LATE_AFTER_MS,
  mergeSamples,
  NO_SAMPLES,
  samplesBetween,
} from '@cloudbell/core/history/samples.ts';
import { dimensionsKey } from '@cloudbell/core/metric/dimensions.ts';
import { type Series, seriesKey } from '@cloudbell/core/metric/series.ts';
import { CloudbellError } from '../../base/errors.ts';
import type {
  HistoryProgress,
  HistorySeries,
  HistorySeriesQuery,
  HistoryStore,
  HistoryStretch,
  NewSamples,
  SeriesNumber,
} from '../../ports/history-store.ts';

/** What outlives a crash of whoever uses the store. */
export interface MemoryHistory {
  readonly series: Map<string, HistorySeries>;
  readonly samples: Map<SeriesNumber, HistorySamples>;
  readonly progress: Map<number, HistoryProgress>;
}

export const newMemoryHistory = (): MemoryHistory => ({ series: new Map(), samples: new Map(), progress: new Map() });

/** A history that lasts as long as the object, for tests of what stands on it. Keeps everything; nothing is expired. */
export function createMemoryHistoryStore(durable: MemoryHistory = newMemoryHistory()): HistoryStore {
  let pending = new Map<SeriesNumber, HistorySamples>();
  let progress = new Map<number, HistoryProgress>();
  let taken = 0;
  const counts = { samples: 0, lateSamples: 0, duplicateSamples: 0 };

  const samplesOf = (number: SeriesNumber, from: number, to: number): HistorySamples =>
    samplesBetween(
      mergeSamples(durable.samples.get(number) ?? NO_SAMPLES, pending.get(number) ?? NO_SAMPLES),
      from,
      to,
    );
  const each = <T>(
    numbers: readonly SeriesNumber[],
    stretch: HistoryStretch,
    of: (samples: HistorySamples) => T,
  ): T[] => {
    let left = stretch.samplesMax;
    return numbers.map((number) => {
      const samples = samplesOf(number, stretch.from, stretch.to);
      left -= samples.timestamps.length;
      if (left < 0) throw new CloudbellError('range_too_large', { message: 'Too many samples would have to be read.' });
      return of(samples);
    });
  };

  return {
    progress: async (partition) => durable.progress.get(partition) ?? null,
    numbers: async (series) => Uint32Array.from(series, (one) => numberOf(durable.series, one)),
    append: async (partition, upTo, added) => {
      progress.set(partition, upTo);
      if (added === null) return taken;
      for (const [index, number] of added.numbers.entries()) {
        const one = sampleAt(added, index);
        counts.lateSamples += one.late[0] as number;
        pending.set(number, mergeSamples(pending.get(number) ?? NO_SAMPLES, one));
      }
      taken += added.numbers.length;
      return taken;
    },
    flush: async () => {
      let isNew = 0;
      for (const [number, added] of pending) {
        const before = durable.samples.get(number) ?? NO_SAMPLES;
        const merged = mergeSamples(before, added);
        isNew += merged.timestamps.length - before.timestamps.length;
        durable.samples.set(number, merged);
      }
      for (const [partition, upTo] of progress) durable.progress.set(partition, upTo);
      counts.samples += isNew;
      counts.duplicateSamples += taken - isNew;
      pending = new Map();
      progress = new Map();
      taken = 0;
    },
    maintain: async () => ({ seriesDropped: false }),
    series: (query) => listed(durable.series, query),
    samples: async (numbers, stretch) => each(numbers, stretch, (samples) => samples),
    buckets: async (numbers, stretch) => {
      const widthMs = BUCKET_MS[stretch.resolution];
      const from = Math.ceil(stretch.from / widthMs) * widthMs;
      return each(numbers, { ...stretch, from, to: stretch.to + widthMs }, (samples) =>
        bucketsBetween(bucketsOf(samples, widthMs), from, stretch.to + 1),
      );
    },
    status: () => ({ ...counts, series: durable.series.size, pendingSamples: taken, flushMs: 0 }),
    close: async () => undefined,
  };
}

async function* listed(
  series: ReadonlyMap<string, HistorySeries>,
  query: HistorySeriesQuery,
): AsyncGenerator<readonly HistorySeries[]> {
  const nameOf = (one: HistorySeries) => JSON.stringify([one.namespace, one.metricName, dimensionsKey(one.dimensions)]);
  yield [...series.values()]
    .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
    .filter((one) => one.account === query.account)
    .filter((one) => query.namespace === undefined || one.namespace === query.namespace)
    .filter((one) => query.metricName === undefined || one.metricName === query.metricName);
}

function sampleAt({ timestamps, values, arrivedAt }: NewSamples, index: number): HistorySamples {
  const timestamp = timestamps[index] as number;
  return {
    timestamps: Float64Array.of(timestamp),
    values: Float64Array.of(values[index] as number),
    late: Uint8Array.of(timestamp < arrivedAt - LATE_AFTER_MS ? 1 : 0),
  };
}

function numberOf(known: Map<string, HistorySeries>, series: Series): SeriesNumber {
  const key = seriesKey(series);
  const found = known.get(key);
  if (found !== undefined) return found.number;
  const { account, namespace, metricName, dimensions } = series;
  const number = known.size + 1;
  known.set(key, { number, account, namespace, metricName, dimensions });
  return number;
}
