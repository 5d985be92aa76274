import { BLOCK_MS } from '@cloudbell/core/history/blocks.ts';
import type { HistorySamples } from '@cloudbell/core/history/samples.ts';
import type { Series } from '@cloudbell/core/metric/series.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HistorySeries, HistorySeriesQuery, HistoryStore } from './history-store.ts';

/** A history under test, and a way to come back to it as a process does after a crash: without what was not flushed. */
export interface HistoryStoreUnderTest {
  readonly store: HistoryStore;
  crash(): Promise<HistoryStore>;
}

/** An event time at the start of a block. */
export const T = 244_999 * BLOCK_MS;
export const seriesNamed = (instanceId: string, over: Partial<Series> = {}): Series => ({
  account: '1',
  namespace: 'acs_ecs',
  metricName: 'cpu',
  dimensions: { instanceId },
  ...over,
});
export async function seriesOf(
  store: Pick<HistoryStore, 'series'>,
  query: HistorySeriesQuery,
): Promise<HistorySeries[]> {
  const all: HistorySeries[] = [];
  for await (const page of store.series(query)) all.push(...page);
  return all;
}
/** What a test compares: [time since T, value], and "late" where it is. */
export const rowsOf = ({ timestamps, values, late }: HistorySamples): unknown[] =>
  Array.from(timestamps, (at, index) => [at - T, values[index], ...(late[index] === 1 ? ['late'] : [])]);

type Row = readonly [number: number, timestamp: number, value: number];

/** What every engine of history must do (ports/history-store.ts). */
export function describeHistoryStoreContract(name: string, make: () => Promise<HistoryStoreUnderTest>): void {
  describe(`history: ${name}`, () => {
    let under: HistoryStoreUnderTest;
    let store: HistoryStore;
    let position = 0n;
    beforeEach(async () => {
      under = await make();
      store = under.store;
      position = 0n;
    });
    afterEach(() => store.close());

    const take = (rows: readonly Row[], arrivedAt = T): Promise<number> => {
      position += 1n;
      return store.append(
        0,
        { position, time: arrivedAt },
        {
          numbers: Uint32Array.from(rows, (row) => row[0]),
          timestamps: Float64Array.from(rows, (row) => T + row[1]),
          values: Float64Array.from(rows, (row) => row[2]),
          arrivedAt,
        },
      );
    };
    const read = async (number: number, from = -1e9, to = 1e9): Promise<unknown[]> => {
      const [samples] = await store.samples([number], { from: T + from, to: T + to, samplesMax: 1e6 });
      return rowsOf(samples!);
    };
    const number = async (instanceId = 'i-1'): Promise<number> => (await store.numbers([seriesNamed(instanceId)]))[0]!;

    test('a series keeps its number, also after a crash; another one has another', async () => {
      const given = [seriesNamed('i-1'), seriesNamed('i-2'), seriesNamed('i-1', { namespace: 'n' })];
      const numbers = await store.numbers(given);
      expect(new Set(numbers).size).toBe(3);
      store = await under.crash();
      expect(await store.numbers([...given].reverse())).toEqual(numbers.slice().reverse());
    });

    test('dimensions are one set whatever their order, and hold any text', async () => {
      const odd = { a: '内存 \ud800\0"', __proto__: 'x', b: '' };
      const [first] = await store.numbers([seriesNamed('', { dimensions: odd })]);
      const [again] = await store.numbers([seriesNamed('', { dimensions: { b: '', a: odd.a } })]);
      expect(again).toBe(first);
      expect((await seriesOf(store, { account: '1' }))[0]?.dimensions).toEqual({
        a: odd.a,
        b: '',
      });
    });

    test('what was taken is read before and after the flush, and only flushed things outlive a crash', async () => {
      const one = await number();
      expect(await store.progress(0)).toBeNull();
      await take([[one, 1_000, 97.39]]);
      await store.flush();
      expect(await take([[one, 2_000, -0]])).toBe(1);
      expect(await read(one)).toEqual([
        [1_000, 97.39],
        [2_000, -0],
      ]);
      store = await under.crash();
      expect(await read(one)).toEqual([[1_000, 97.39]]);
      expect(await store.progress(0)).toEqual({ position: 1n, time: T });
    });

    test('progress moves without samples, by partition', async () => {
      await store.append(0, { position: 7n, time: T }, null);
      await store.append(3, { position: 2n ** 53n + 1n, time: T + 0.5 }, null);
      await store.flush();
      store = await under.crash();
      expect(await store.progress(0)).toEqual({ position: 7n, time: T });
      expect(await store.progress(3)).toEqual({ position: 2n ** 53n + 1n, time: T + 0.5 });
      expect(await store.progress(1)).toBeNull();
    });

    test.each<[string, boolean]>([
      ['in one flush', false],
      ['in a flush of its own', true],
    ])('one sample per timestamp, the first: the repetition comes %s', async (_, flushes) => {
      const one = await number();
      await take([[one, 1_000, 1]]);
      if (flushes) await store.flush();
      await take([
        [one, 1_000, 2],
        [one, 3_000, 3],
      ]);
      await take([[one, 3_000, 4]]);
      await store.flush();
      await store.flush();
      expect(await read(one)).toEqual([
        [1_000, 1],
        [3_000, 3],
      ]);
      expect(store.status()).toMatchObject({ samples: 2, duplicateSamples: 2, pendingSamples: 0 });
    });

    test('samples out of order, over days, come back in order', async () => {
      const one = await number();
      const hours = [5, 1, 30, 2, -20, 0, 29, 3, -1, 4];
      for (const hour of hours) {
        await take([[one, hour * 3_600_000 + 7, hour]], T + 31 * 3_600_000);
        await store.flush();
      }
      const sorted = [...hours].sort((a, b) => a - b);
      expect((await read(one)).map((row) => (row as number[])[1])).toEqual(sorted);
      const day = await read(one, 0, 5 * 3_600_000);
      expect(day.map((row) => (row as number[])[1])).toEqual([0, 1, 2, 3, 4]);
    });

    test('thousands of samples in a block, also many in a second, and late ones between them', async () => {
      const one = await number();
      const wanted: [number, number][] = [];
      for (let part = 0; part < 9; part++) {
        const rows = Array.from({ length: 500 }, (_, index): Row => [one, part * 60_000 + index * 3, index / 100]);
        wanted.push(...rows.map(([, at, value]): [number, number] => [at, value]));
        await take(rows, T + part * 60_000 + 1_500);
        if (part % 2 === 0) await store.flush();
      }
      await take([[one, 130_000, 5]], T + 139_999);
      wanted.push([130_000, 5]);
      await store.flush();
      expect(await read(one)).toEqual(wanted.sort((a, b) => a[0] - b[0]));
    });

    test('a sample is marked late when it came more than 10 s after its timestamp', async () => {
      const one = await number();
      await take(
        [
          [one, 9_999, 1],
          [one, 10_000, 2],
        ],
        T + 20_000,
      );
      await store.flush();
      expect(await read(one)).toEqual([
        [9_999, 1, 'late'],
        [10_000, 2],
      ]);
      expect(store.status().lateSamples).toBe(1);
    });

    test('series are listed by account, namespace, metric name, in order', async () => {
      await store.numbers([
        seriesNamed('i-2'),
        seriesNamed('i-1'),
        seriesNamed('i-1', { metricName: 'mem' }),
        seriesNamed('i-1', { namespace: 'n' }),
        seriesNamed('i-1', { account: '2' }),
      ]);
      const names = async (query: Partial<Series>): Promise<string[]> =>
        (await seriesOf(store, { account: '1', ...query })).map(
          (series) => `${series.namespace} ${series.metricName} ${series.dimensions.instanceId}`,
        );
      expect(await names({})).toEqual(['acs_ecs cpu i-1', 'acs_ecs cpu i-2', 'acs_ecs mem i-1', 'n cpu i-1']);
      expect(await names({ metricName: 'cpu' })).toEqual(['acs_ecs cpu i-1', 'acs_ecs cpu i-2', 'n cpu i-1']);
      expect(await names({ namespace: 'acs_ecs', metricName: 'mem' })).toEqual(['acs_ecs mem i-1']);
      expect(await names({ namespace: 'none' })).toEqual([]);
    });

    test('thousands of series are listed each once, and in order', async () => {
      const names = Array.from({ length: 5_000 }, (_, index) => `i-${String(index).padStart(4, '0')}`);
      await store.numbers([...names].reverse().map((name) => seriesNamed(name)));
      for (const query of [{ account: '1' }, { account: '1', metricName: 'cpu' }]) {
        expect((await seriesOf(store, query)).map(({ dimensions }) => dimensions.instanceId)).toEqual(names);
      }
    });

    test('buckets hold least, greatest, sum, number and last; those that begin in the stretch', async () => {
      const one = await number();
      await take([
        [one, 0, 3],
        [one, 59_999, 1],
        [one, 60_000, 7],
        [one, 180_000, 4],
        [one, 180_001, 6],
        [one, 180_002, 5],
      ]);
      const buckets = async (resolution: '1m' | '5m', from: number, to: number): Promise<unknown[]> => {
        const [found] = await store.buckets([one], { resolution, from: T + from, to: T + to, samplesMax: 1e6 });
        const { starts, min, max, sum, count, last } = found!;
        return Array.from(starts, (at, i) => [at - T, min[i], max[i], sum[i], count[i], last[i]]);
      };
      const minutes = [
        [0, 1, 3, 4, 2, 1],
        [60_000, 7, 7, 7, 1, 7],
        [180_000, 4, 6, 15, 3, 5],
      ];
      const check = async (): Promise<void> => {
        expect(await buckets('1m', 0, 1e7)).toEqual(minutes);
        expect(await buckets('1m', 1, 60_000)).toEqual(minutes.slice(1, 2));
        expect(await buckets('5m', 0, 1e7)).toEqual([[0, 1, 7, 26, 6, 5]]);
      };
      await check();
      await store.flush();
      await check();
      await take([[one, 1.5 * BLOCK_MS, 1]], T + 1.5 * BLOCK_MS);
      await store.maintain(T + 1.5 * BLOCK_MS);
      expect(await buckets('1m', 0, BLOCK_MS)).toEqual(minutes);
      expect(await buckets('5m', 0, 1e9)).toHaveLength(2);
      // A late one, into what is downsampled already.
      await take([[one, 120_000, 9]], T + 1.5 * BLOCK_MS);
      await store.flush();
      expect(await buckets('1m', 120_000, 120_000)).toEqual([[120_000, 9, 9, 9, 1, 9]]);
      expect(await buckets('5m', 0, 0)).toEqual([[0, 1, 9, 35, 7, 5]]);
    });

    test('more samples than asked for at most: range_too_large, and nothing is read', async () => {
      const one = await number();
      await take(Array.from({ length: 11 }, (_, index): Row => [one, index, 1]));
      const stretch = { from: T, to: T + 100, samplesMax: 10 };
      await expect(store.samples([one], stretch)).rejects.toMatchObject({ code: 'range_too_large' });
      await expect(store.samples([one, one], { ...stretch, to: T + 4 })).resolves.toHaveLength(2);
    });
  });
}
