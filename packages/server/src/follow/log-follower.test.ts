import type { LogRecord } from '@cloudbell/core/alert/log-record.ts';
import { expect, test } from 'vitest';
import { CloudbellError } from '../base/errors.ts';
import { SimulatedClock } from '../base/simulated-clock.ts';
import { createMemoryHistoryStore, newMemoryHistory } from '../history/memory/store.ts';
import { seriesOf } from '../ports/history-store.contract.ts';
import type { HistoryStore } from '../ports/history-store.ts';
import type { SampleLog } from '../ports/sample-log.ts';
import { createMemorySampleLog } from '../samplelog/memory/log.ts';
import { LogFollower } from './log-follower.ts';

const START = 1_764_000_000_000;
const series = (id: number, name = `i-${id}`): LogRecord => ({
  kind: 'series',
  series: [{ id, account: '1', namespace: 'n', metricName: 'm', dimensions: { instanceId: name }, instanceName: null }],
});
const samples = (...rows: [id: number, at: number, value: number][]): LogRecord => ({
  kind: 'samples',
  seriesIds: Uint32Array.from(rows, (row) => row[0]),
  timestamps: Float64Array.from(rows, (row) => START + row[1]),
  values: Float64Array.from(rows, (row) => row[2]),
});

/** A log, a history and what follows from one to the other; each outlives `crash`. */
function world(given: { log?: SampleLog; durable?: ReturnType<typeof newMemoryHistory> } = {}) {
  const clock = new SimulatedClock(START);
  const durable = given.durable ?? newMemoryHistory();
  const log = given.log ?? createMemorySampleLog();
  const kept: bigint[] = [];
  const told: string[] = [];
  const say = (_: object, message: string): void => void told.push(message);
  const open = (store: HistoryStore = createMemoryHistoryStore(durable)) => {
    const follower = new LogFollower({
      partitions: 1,
      log,
      store,
      retention: { keepFrom: async (_, position) => void kept.push(position) },
      clock,
      logger: { info: say, warn: say, error: say },
      limits: { pollMs: 500, flushMs: 10_000, pendingSamplesMax: 100 },
    });
    return { store, follower };
  };
  const append = (at: number, ...records: LogRecord[]) => log.append(0, { time: START + at, skew: 0, records });
  const stored = async (store: HistoryStore) => {
    const rows: Record<string, [number, number][]> = {};
    for (const { number, dimensions } of await seriesOf(store, { account: '1' })) {
      const [one] = await store.samples([number], { from: 0, to: 2 * START, samplesMax: 1e6 });
      rows[dimensions.instanceId ?? ''] = Array.from(one!.timestamps, (at, i) => [at - START, one!.values[i]!]);
    }
    return rows;
  };
  return { clock, durable, log, kept, told, open, append, stored };
}

test('entries come in by themselves, or at once when somebody reads; the log may go once they are flushed', async () => {
  const { clock, kept, open, append, stored } = world();
  const { store, follower } = open();
  await append(0, series(0), samples([0, 0, 1]));
  follower.start();
  await clock.advance(0);
  expect(await stored(store)).toEqual({ 'i-0': [[0, 1]] });
  await append(600, samples([0, 600, 2]));
  await follower.catchUp();
  expect(await stored(store)).toEqual({
    'i-0': [
      [0, 1],
      [600, 2],
    ],
  });
  expect(kept).toEqual([0n]);
  await clock.advance(11_000);
  expect(kept.at(-1)).toBe(2n);
  await follower.stop();
});

test('a crash before the flush: it goes on from what is stored, and each sample is there once', async () => {
  const { clock, open, append, stored } = world();
  const first = open();
  first.follower.start();
  await append(0, series(0), series(1), samples([0, 0, 1], [1, 0, 10]));
  await clock.advance(11_000);
  await append(11_000, samples([0, 11_000, 2], [0, 0, 99]));
  await first.follower.catchUp();
  // Not stopped: what was taken since the flush is gone.
  const second = open();
  expect(await stored(second.store)).toEqual({ 'i-0': [[0, 1]], 'i-1': [[0, 10]] });
  second.follower.start();
  await append(12_000, samples([1, 12_000, 20]));
  await clock.advance(1_000);
  await second.follower.stop();
  const last = open();
  expect(await stored(last.store)).toEqual({
    'i-0': [
      [0, 1],
      [11_000, 2],
    ],
    'i-1': [
      [0, 10],
      [12_000, 20],
    ],
  });
});

test('much at once is flushed by volume', async () => {
  const { kept, open, append } = world();
  const { store, follower } = open();
  await append(0, series(0));
  for (let part = 0; part < 5; part++) {
    await append(
      part,
      samples(...Array.from({ length: 30 }, (_, i): [number, number, number] => [0, part * 30 + i, i])),
    );
  }
  await follower.catchUp();
  expect(kept).toEqual([0n, 5n]);
  expect(store.status()).toMatchObject({ samples: 120, pendingSamples: 30 });
});

test('a stop does not wait for all that it is behind; the rest is taken after the next start', async () => {
  const filled = world();
  await filled.append(0, series(0));
  for (let at = 0; at < 100; at++) await filled.append(at, samples([0, at, at]));
  const read: SampleLog['read'] = async (...page) => {
    await clock.advance(900);
    return filled.log.read(...page);
  };
  const { clock, durable, open, stored } = world({ log: { ...filled.log, read } });
  const { follower } = open();
  await follower.stop();
  const taken = (await stored(open().store))['i-0'] ?? [];
  expect(taken.length).toBeGreaterThan(0);
  expect(taken.length).toBeLessThan(100);

  const next = world({ log: filled.log, durable }).open();
  await next.follower.stop();
  expect((await stored(open().store))['i-0']?.length).toBe(100);
});

test.each<[string, (log: SampleLog) => Promise<unknown>]>([
  ['a new one', async () => undefined],
  ['a new one behind the committed position', (log) => log.skipTo(0, 2n)],
  [
    'an older one of the same length',
    async (log) => {
      await log.append(0, { time: START - 5_000, skew: 0, records: [{ kind: 'tick' }] });
      await log.append(0, { time: START - 4_000, skew: 0, records: [{ kind: 'tick' }] });
    },
  ],
])('the log is another one than before, %s: all of it is read, with its own ids', async (_, prepare) => {
  const before = world();
  const first = before.open();
  await before.append(0, series(0, 'a'), series(1, 'b'), samples([0, 0, 1], [1, 0, 2]));
  await before.append(1_000, samples([0, 1_000, 3]));
  await first.follower.catchUp();
  await first.follower.stop();

  const log = createMemorySampleLog();
  await prepare(log);
  const after = world({ log, durable: before.durable });
  await after.append(2_000, series(0, 'b'), samples([0, 2_000, 4]));
  const second = after.open();
  await second.follower.catchUp();
  expect(await after.stored(second.store)).toEqual({
    a: [
      [0, 1],
      [1_000, 3],
    ],
    b: [
      [0, 2],
      [2_000, 4],
    ],
  });
  expect(after.told).toHaveLength(1);
  const { position: end } = await log.tail(0);
  expect(after.kept.every((position) => position < end)).toBe(true);
});

test('a log that was trimmed past history: what is left is taken, and the loss is told', async () => {
  const { log, told, open, append, stored } = world();
  const first = open();
  await append(0, series(0), samples([0, 0, 1]));
  await first.follower.catchUp();
  await first.follower.stop();
  await append(1_000, samples([0, 1_000, 2]));
  const { position } = await log.tail(0);
  await append(2_000, samples([0, 2_000, 3]));
  await log.trim(0, position);
  const second = open();
  await second.follower.catchUp();
  expect(await stored(second.store)).toEqual({
    'i-0': [
      [0, 1],
      [2_000, 3],
    ],
  });
  expect(told).toEqual(['the sample log does not go on where history is: it was trimmed too far, or is another one']);
});

test('a disk that is full: it is told once, nothing is lost, and it gets on again', async () => {
  const { clock, durable, told, open, append, stored } = world();
  const memory = createMemoryHistoryStore(durable);
  let isFull = true;
  const store: HistoryStore = {
    ...memory,
    flush: async () => {
      if (isFull) throw new CloudbellError('history_unavailable', { message: 'History cannot be used: disk full.' });
      await memory.flush();
    },
  };
  const { follower } = open(store);
  follower.start();
  await append(0, series(0), samples([0, 0, 1]));
  await clock.advance(30_000);
  expect([follower.failure, told]).toEqual(['History cannot be used: disk full.', ['history does not get on']]);
  await append(30_000, samples([0, 30_000, 2]));
  isFull = false;
  await clock.advance(10_000);
  expect([follower.failure, told.at(-1)]).toEqual([null, 'history gets on again']);
  await follower.stop();
  expect(await stored(open().store)).toEqual({
    'i-0': [
      [0, 1],
      [30_000, 2],
    ],
  });
});

test('a damaged entry is passed over', async () => {
  const { log, open, append, stored, told } = world();
  await append(0, series(0), samples([0, 0, 1]));
  const { position: damaged } = await log.tail(0).then((tail) => ({ position: tail.position + 1n }));
  await append(1_000, samples([0, 1_000, 2]));
  await append(2_000, samples([0, 2_000, 3]));
  const read = log.read;
  log.read = async (partition, after, limit) => {
    const page = await read(partition, after, limit);
    if (page.some(({ position }) => position === damaged)) throw new CloudbellError('log_damaged', { message: 'x' });
    return page;
  };
  const { store, follower } = open();
  await follower.catchUp();
  expect(await stored(store)).toEqual({
    'i-0': [
      [0, 1],
      [2_000, 3],
    ],
  });
  expect(told).toEqual(['an entry cannot be read; history is without it']);
});
