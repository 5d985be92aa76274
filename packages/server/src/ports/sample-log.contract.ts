import type { FoldPage } from '@cloudbell/core/alert/fold-pages.ts';
import type { LogEntry, LogRecord } from '@cloudbell/core/alert/log-record.ts';
import type { SeriesDefinition } from '@cloudbell/core/metric/series.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SampleLog } from './sample-log.ts';

/** A log under test, and a way to come back to the same one as a later process would. */
export interface SampleLogUnderTest {
  readonly log: SampleLog;
  /** Closes the log and opens it again on what it kept. */
  reopen(): Promise<SampleLog>;
}

/** What every engine of the sample log must do (ports/sample-log.ts). */
export function describeSampleLogContract(name: string, make: () => Promise<SampleLogUnderTest>): void {
  describe(`sample log: ${name}`, () => {
    let under: SampleLogUnderTest;
    let log: SampleLog;
    beforeEach(async () => {
      under = await make();
      log = under.log;
    });
    afterEach(() => log.close());
    const reopen = async (): Promise<void> => {
      log = await under.reopen();
    };

    const series = (id: number, over: Partial<SeriesDefinition> = {}): SeriesDefinition => ({
      id,
      account: '1',
      namespace: 'acs_ecs',
      metricName: 'Host.mem.usedutilization',
      dimensions: { userId: '12', instanceId: `i-${id}` },
      instanceName: null,
      ...over,
    });
    const define = (...all: SeriesDefinition[]): LogRecord => ({ kind: 'series', series: all });
    const samples = (...rows: [id: number, timestamp: number, value: number][]): LogRecord => ({
      kind: 'samples',
      seriesIds: Uint32Array.from(rows, (row) => row[0]),
      timestamps: Float64Array.from(rows, (row) => row[1]),
      values: Float64Array.from(rows, (row) => row[2]),
    });
    const tick: LogRecord = { kind: 'tick' };
    const append = (time: number, ...records: LogRecord[]): Promise<bigint> =>
      log.append(0, { time, skew: 0, records });
    const readAll = (partition = 0): Promise<LogEntry[]> => log.read(partition, 0n, 1_000);
    const timesRead = async (partition = 0): Promise<number[]> => (await readAll(partition)).map(({ time }) => time);

    test('starts empty', async () => {
      expect(await log.tail(0)).toEqual({ position: 0n, time: 0, skew: 0, seriesCount: 0 });
      expect(await readAll()).toEqual([]);
      expect(await log.series(0, 0, 10)).toEqual([]);
      expect(await log.loadCheckpoint(0)).toBeNull();
    });

    test('what was appended is read back as it was, now and after reopening', async () => {
      const records: LogRecord[] = [
        { kind: 'gap', from: 1_000, to: 2_000 },
        define(series(0, { instanceName: '内存 \ud800\0' })),
        samples([0, 1_500.5, 97.39], [0, 1_600, -0]),
        tick,
        { kind: 'zone', account: '1', timeZone: 'Asia/Shanghai' },
      ];
      const position = await log.append(0, { time: 2_000, skew: -5, records });
      const entry: LogEntry = { position, time: 2_000, skew: -5, records };
      expect(await readAll()).toEqual([entry]);
      await reopen();
      expect(await readAll()).toEqual([entry]);
    });

    test('an expired series is told until the entry that expired it is trimmed; its id is not given again', async () => {
      await append(1, define(series(0), series(1), series(2)));
      const expired = await append(2, { kind: 'expire', seriesIds: [1, 2] });
      const ids = async () => (await log.series(0, 0, 2)).map(({ id }) => id);
      expect(await ids()).toEqual([0, 1]);
      await log.trim(0, expired - 1n);
      expect(await ids()).toEqual([0, 1]);
      await log.trim(0, expired);
      await reopen();
      expect(await ids()).toEqual([0]);
      expect((await log.tail(0)).seriesCount).toBe(3);
      await append(3, define(series(3)));
      expect(await ids()).toEqual([0, 3]);
    });

    test('what the caller does to its arrays afterwards changes nothing', async () => {
      const values = Float64Array.of(1);
      await append(1, { kind: 'samples', seriesIds: Uint32Array.of(0), timestamps: Float64Array.of(1), values });
      values[0] = 2;
      expect((await readAll())[0]?.records).toEqual([samples([0, 1, 1])]);
    });

    test('positions grow; read goes on after a position, oldest first, up to its limit', async () => {
      const positions = [await append(10, tick), await append(20, tick), await append(30, tick)];
      expect([...positions].sort((a, b) => (a < b ? -1 : 1))).toEqual(positions);
      expect(new Set(positions).size).toBe(3);
      expect(positions[0]).toBeGreaterThan(0n);
      expect((await log.read(0, 0n, 2)).map(({ time }) => time)).toEqual([10, 20]);
      expect((await log.read(0, positions[1]!, 2)).map(({ time }) => time)).toEqual([30]);
      expect(await log.read(0, positions[2]!, 2)).toEqual([]);
    });

    test('appends that were not waited for keep their order', async () => {
      const times = Array.from({ length: 20 }, (_, index) => index + 1);
      await Promise.all(times.map((time) => append(time, tick)));
      expect(await timesRead()).toEqual(times);
    });

    test('the tail says position, time, series, and the skew after the entry, clock records counted in', async () => {
      await log.append(0, { time: 5_000, skew: 100, records: [define(series(0), series(1)), tick] });
      const position = await log.append(0, {
        time: 6_000,
        skew: 100,
        records: [{ kind: 'clock', from: 6_100, to: 3_000 }, tick],
      });
      const tail = { position, time: 6_000, skew: -3_000, seriesCount: 2 };
      expect(await log.tail(0)).toEqual(tail);
      await reopen();
      expect(await log.tail(0)).toEqual(tail);
    });

    test('partitions are apart', async () => {
      await log.append(0, { time: 1, skew: 0, records: [define(series(0))] });
      await log.append(3, { time: 2, skew: 0, records: [define(series(0, { metricName: 'Host.load1' }))] });
      expect(await timesRead(0)).toEqual([1]);
      expect(await timesRead(3)).toEqual([2]);
      expect((await log.series(3, 0, 9)).map(({ metricName }) => metricName)).toEqual(['Host.load1']);
      await log.trim(3, 1_000_000n);
      expect(await timesRead(0)).toEqual([1]);
    });

    test('series are listed by id, from an id, up to a limit; a repeated id updates its instance name', async () => {
      await append(1, define(series(0), series(1)), samples([1, 1, 1]), define(series(2)));
      await append(2, define(series(1, { instanceName: 'web-1' })));
      expect(await log.series(0, 0, 9)).toEqual([series(0), series(1, { instanceName: 'web-1' }), series(2)]);
      expect(await log.series(0, 1, 1)).toEqual([series(1, { instanceName: 'web-1' })]);
      await reopen();
      expect(await log.series(0, 2, 9)).toEqual([series(2)]);
    });

    test.each<[string, SeriesDefinition[]]>([
      ['an id that skips one', [series(1), series(3)]],
      ['an id that is no whole number', [series(1.5)]],
      ['a negative id', [series(-1)]],
      ['a known id with another identity', [series(0, { metricName: 'Host.load1' })]],
    ])('series_out_of_step, and nothing is written: %s', async (_, definitions) => {
      await append(1, define(series(0)));
      const before = await log.tail(0);
      await expect(append(2, samples([0, 1, 1]), define(...definitions))).rejects.toMatchObject({
        code: 'series_out_of_step',
      });
      expect(await log.tail(0)).toEqual(before);
      expect(await timesRead()).toEqual([1]);
      expect(await log.series(0, 0, 9)).toEqual([series(0)]);
      await append(3, define(series(1)));
      expect(await timesRead()).toEqual([1, 3]);
    });

    test('records that cannot be encoded reject, and nothing is written', async () => {
      const uneven = { ...samples([0, 1, 1]), values: new Float64Array(0) } as LogRecord;
      await expect(append(1, define(series(0)), uneven)).rejects.toThrow();
      expect(await log.tail(0)).toEqual({ position: 0n, time: 0, skew: 0, seriesCount: 0 });
    });

    const pagesOf = (pages: Readonly<Record<number, string>>): FoldPage[] =>
      Object.entries(pages).map(([id, text]) => ({ id: Number(id), bytes: Buffer.from(text.repeat(1000)) }));
    const checkpointRead = async (): Promise<unknown> => {
      const found = await log.loadCheckpoint(0);
      const pages = [...(found?.pages ?? [])].map(({ id, bytes }) => [id, Buffer.from(bytes).toString().slice(0, 1)]);
      return [found?.position, found?.foldVersion, [...(found?.head ?? [])], Object.fromEntries(pages)];
    };
    const save = (position: bigint, pages: Iterable<FoldPage>, whole = false): Promise<void> =>
      log.saveCheckpoint(0, { position, foldVersion: 4, head: Uint8Array.of(Number(position)), pages, whole });

    test('a checkpoint brings the one before up to date, and lasts', async () => {
      await save(1n, pagesOf({ 0: 'a', 1: 'b', 7: 'c' }));
      expect(await checkpointRead()).toEqual([1n, 4, [1], { 0: 'a', 1: 'b', 7: 'c' }]);
      await save(5n, pagesOf({ 1: 'd', 8: 'e' }));
      await save(9n, pagesOf({ 8: 'f' }));
      expect(await checkpointRead()).toEqual([9n, 4, [9], { 0: 'a', 1: 'd', 7: 'c', 8: 'f' }]);
      await reopen();
      expect(await checkpointRead()).toEqual([9n, 4, [9], { 0: 'a', 1: 'd', 7: 'c', 8: 'f' }]);
      expect(await log.loadCheckpoint(1)).toBeNull();
      await save(10n, pagesOf({ 1: 'g' }), true);
      expect(await checkpointRead()).toEqual([10n, 4, [10], { 1: 'g' }]);
    });

    test('one that was cut off leaves the one before as it was, and the next as if it had not been', async () => {
      const many = Object.fromEntries(Array.from({ length: 200 }, (_, id) => [id, 'a']));
      await save(1n, pagesOf(many));
      function* cutOff(): Generator<FoldPage> {
        yield* pagesOf(Object.fromEntries(Object.keys(many).map((id) => [id, 'b'])));
        throw new Error('the process dies here');
      }
      await expect(save(2n, cutOff())).rejects.toThrow('dies here');
      await reopen();
      expect(await checkpointRead()).toEqual([1n, 4, [1], many]);
      await save(3n, pagesOf({ 3: 'c' }));
      expect(await checkpointRead()).toEqual([3n, 4, [3], { ...many, 3: 'c' }]);
    });

    test('appends get their turn while a checkpoint is written', async () => {
      let asked = 0;
      function* slowly(): Generator<FoldPage> {
        for (; asked < 500; asked++) yield { id: asked, bytes: Buffer.alloc(50_000) };
      }
      const saving = save(1n, slowly());
      await append(1, tick);
      await append(2, tick);
      if (name !== 'memory') expect(asked).toBeLessThan(500);
      await saving;
      expect(await timesRead()).toEqual([1, 2]);
    });

    test('trim drops entries up to a position; series, tail and later positions stay', async () => {
      let last = 0n;
      const positions: bigint[] = [];
      for (let time = 1; time <= 150; time++) {
        last = await append(time, time === 1 ? define(series(0)) : tick);
        positions.push(last);
      }
      await log.trim(0, positions[139]!);
      expect(await timesRead()).toEqual([141, 142, 143, 144, 145, 146, 147, 148, 149, 150]);
      await log.trim(0, last);
      expect(await readAll()).toEqual([]);
      const tail = { position: last, time: 150, skew: 0, seriesCount: 1 };
      expect(await log.tail(0)).toEqual(tail);
      await reopen();
      expect(await log.tail(0)).toEqual(tail);
      expect(await log.series(0, 0, 9)).toEqual([series(0)]);
      expect(await append(151, tick)).toBeGreaterThan(last);
    });

    test('skipTo moves positions ahead and never back, and leaves time and series alone', async () => {
      await log.skipTo(0, 50n);
      expect(await log.tail(0)).toEqual({ position: 50n, time: 0, skew: 0, seriesCount: 0 });
      const position = await append(1, define(series(0)));
      expect(position).toBeGreaterThan(50n);
      await log.skipTo(0, 20n);
      expect(await log.tail(0)).toEqual({ position, time: 1, skew: 0, seriesCount: 1 });
      await log.skipTo(0, 2n ** 53n + 1n);
      await reopen();
      expect(await append(2, tick)).toBeGreaterThan(2n ** 53n + 1n);
      expect(await timesRead()).toEqual([1, 2]);
    });
  });
}
