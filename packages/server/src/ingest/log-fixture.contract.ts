import type { SeriesDefinition } from '@cloudbell/core/metric/series.ts';
import { expect } from 'vitest';
import { CloudbellError } from '../base/errors.ts';
import type { LogWriter, SampleBatch } from '../ports/log-writer.ts';

/**
 * A log that holds ids to density as the real one does, appends in order of call, and refuses on demand: `refuse` before it
 * writes, `lose` after it wrote (the answer got lost), `hold` keeps appends waiting until they are let go. It lets every
 * series expire but the last.
 */
export function makeLog(partitions = 1) {
  const series: SeriesDefinition[][] = Array.from({ length: partitions }, () => []);
  const samples: { series: string; timestamp: number; value: number }[] = [];
  const sentSeries: number[] = [];
  const state = { refuse: 0, lose: 0, refuseReads: 0, reads: 0 };
  /** Per partition: ids that the log has let go. */
  const gone: Set<number>[] = Array.from({ length: partitions }, () => new Set());
  let gate: Promise<void> = Promise.resolve();
  let tail: Promise<void> = Promise.resolve();

  function write(partition: number, batch: SampleBatch): void {
    const known = series[partition] as SeriesDefinition[];
    let next = known.length;
    for (const { id } of batch.series) {
      if (id > next) throw new CloudbellError('series_out_of_step', { message: `id ${id} after ${next}` });
      if (id === next) next += 1;
    }
    for (const id of batch.samples.seriesIds) {
      if (id >= next) throw new Error(`sample of unknown id ${id}`);
      if (gone[partition]?.has(id)) throw new CloudbellError('series_out_of_step', { message: `id ${id} is gone` });
    }
    for (const definition of batch.series) {
      const before = known[definition.id];
      if (before !== undefined)
        expect({ ...definition, instanceName: null }).toEqual({ ...before, instanceName: null });
      known[definition.id] = definition;
    }
    sentSeries.push(batch.series.length);
    batch.samples.seriesIds.forEach((id, at) => {
      const { metricName, dimensions } = known[id] as SeriesDefinition;
      const [timestamp = 0, value = 0] = [batch.samples.timestamps[at], batch.samples.values[at]];
      samples.push({ series: `${metricName}${JSON.stringify(dimensions)}`, timestamp, value });
    });
  }

  const writer: Pick<LogWriter, 'appendSamples' | 'expire' | 'series'> = {
    appendSamples: (partition, batch) => {
      const mine = tail.then(async () => {
        await gate;
        if (state.refuse > 0) {
          state.refuse -= 1;
          throw new CloudbellError('log_unavailable', { message: 'the disk is full' });
        }
        write(partition, batch);
        if (state.lose > 0) {
          state.lose -= 1;
          throw new Error('the thread has stopped');
        }
      });
      tail = mine.catch(() => undefined);
      return mine;
    },
    series: async (partition, fromId, limit) => {
      state.reads += 1;
      if (state.refuseReads > 0) {
        state.refuseReads -= 1;
        throw new Error('the thread has stopped');
      }
      const live = (series[partition] ?? []).filter(({ id }) => id >= fromId && !gone[partition]?.has(id));
      return live.slice(0, limit);
    },
    expire: async (partition, seriesIds) => {
      const last = (series[partition] ?? []).length - 1;
      const expired = seriesIds.filter((id) => id < last);
      for (const id of expired) gone[partition]?.add(id);
      if (state.lose > 0) {
        state.lose -= 1;
        throw new Error('the thread has stopped');
      }
      return expired;
    },
  };
  const hold = (): (() => void) => {
    let release: () => void = () => undefined;
    gate = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  };
  return { writer, series, samples, sentSeries, state, hold };
}
