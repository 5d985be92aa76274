import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BLOCK_MS } from '@cloudbell/core/history/blocks.ts';
import { expect, test } from 'vitest';
import { describeHistoryStoreContract, rowsOf, seriesNamed, seriesOf, T } from '../../ports/history-store.contract.ts';
import type { HistoryStore } from '../../ports/history-store.ts';
import { openSqliteHistoryStore } from './store.ts';

const HOUR = 3_600_000;
const newPath = (): string => join(mkdtempSync(join(tmpdir(), 'cloudbell-history-')), 'history.db');
const open = (path: string, setAside: string[] = []): HistoryStore =>
  openSqliteHistoryStore({
    onSetAside: (to) => void setAside.push(to),
    path,
    retention: { rawMs: 24 * HOUR, minuteMs: 48 * HOUR, fiveMinutesMs: 96 * HOUR },
    clock: { monoMs: () => 0 },
  });

describeHistoryStoreContract('sqlite', async () => {
  const path = newPath();
  let store = open(path);
  return {
    store,
    crash: async () => {
      await store.close();
      store = open(path);
      return store;
    },
  };
});

test('each resolution is kept as long as its retention says, then its series goes too', async () => {
  const store = open(newPath());
  const [first] = await store.numbers([seriesNamed('i-1')]);
  const sample = (number: number, at: number) => ({
    numbers: Uint32Array.of(number),
    timestamps: Float64Array.of(at),
    values: Float64Array.of(1),
    arrivedAt: at,
  });
  await store.append(0, { position: 1n, time: T }, sample(first!, T));
  await store.flush();
  const counted = async (): Promise<number[]> => {
    const stretch = { from: T, to: T + BLOCK_MS - 1, samplesMax: 100 };
    const samples = await store.samples([first!], stretch);
    const minutes = await store.buckets([first!], { ...stretch, resolution: '1m' });
    const fives = await store.buckets([first!], { ...stretch, resolution: '5m' });
    return [samples[0]!.values.length, minutes[0]!.starts.length, fives[0]!.starts.length];
  };
  const told: unknown[] = [];
  for (const hours of [1, 4, 27, 51, 99]) {
    const { seriesDropped } = await store.maintain(T + hours * HOUR);
    told.push([hours, ...(await counted()), seriesDropped]);
  }
  expect(told).toEqual([
    [1, 1, 1, 1, false],
    [4, 1, 1, 1, false],
    [27, 0, 1, 1, false],
    [51, 0, 0, 1, false],
    [99, 0, 0, 0, true],
  ]);
  expect(await seriesOf(store, { account: '1' })).toEqual([]);
  await store.close();
});

test('a flush that the disk refuses keeps what was taken, and the next one writes it', async () => {
  const path = newPath();
  const store = open(path);
  const [one] = await store.numbers([seriesNamed('i-1')]);
  const at = Array.from({ length: 50_000 }, (_, index) => T + index * 7);
  const samples = {
    numbers: new Uint32Array(at.length).fill(one!),
    timestamps: Float64Array.from(at),
    values: Float64Array.from(at, (_, index) => Math.sin(index)),
    arrivedAt: T,
  };
  const other = new DatabaseSync(path);
  await store.append(0, { position: 1n, time: T }, samples);
  // Another writer holds the file for longer than anybody waits: to this one, the disk refuses.
  other.exec('BEGIN IMMEDIATE');
  await expect(store.flush()).rejects.toMatchObject({ code: 'history_unavailable', status: 503 });
  expect(await store.progress(0)).toBeNull();
  other.exec('ROLLBACK');
  other.close();
  await store.flush();
  expect(await store.progress(0)).toEqual({ position: 1n, time: T });
  const [read] = await store.samples([one!], { from: T, to: T + 1e9, samplesMax: 1e6 });
  expect(rowsOf(read!)).toHaveLength(at.length);
  await store.close();
});

test('while a flush is under way, reads see each sample once', async () => {
  const store = open(newPath());
  const numbers = await store.numbers(Array.from({ length: 2_000 }, (_, index) => seriesNamed(`i-${index}`)));
  const batch = (at: number) => ({
    numbers,
    timestamps: new Float64Array(numbers.length).fill(at),
    values: new Float64Array(numbers.length).fill(at),
    arrivedAt: at,
  });
  await store.append(0, { position: 1n, time: T }, batch(T));
  await store.flush();
  await store.append(0, { position: 2n, time: T + 1 }, batch(T + 1));
  let isDone = false;
  const flushing = store.flush().then(() => {
    isDone = true;
  });
  let reads = 0;
  while (!isDone) {
    const some = [numbers[0]!, numbers[999]!, numbers[1_999]!];
    const found = await store.samples(some, { from: T, to: T + 9, samplesMax: 100 });
    expect(found.map((one) => one.values.length)).toEqual([2, 2, 2]);
    reads += 1;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  await flushing;
  expect(reads).toBeGreaterThan(3);
  await store.close();
});

test.each([
  ['no database', () => Buffer.from('not a database, not at all, but long enough to be looked at'.repeat(100))],
  ['a database whose tables cannot be read', (bytes: Buffer) => bytes.fill(0xff, 100, 4096)],
])('%s is set aside, and a new one is begun', async (_, damage) => {
  const path = newPath();
  await open(path).close();
  const damaged = damage(readFileSync(path));
  for (const aside of [`${path}.damaged-1`, `${path}.damaged-2`]) {
    writeFileSync(path, damaged);
    const told: string[] = [];
    const store = open(path, told);
    expect(told).toEqual([aside]);
    expect(readFileSync(aside).equals(damaged)).toBe(true);
    expect(await store.numbers([seriesNamed('i-1')])).toHaveLength(1);
    await store.close();
  }
});

test('one that another version has written is not touched', async () => {
  const path = newPath();
  await open(path).close();
  const db = new DatabaseSync(path);
  db.exec('PRAGMA user_version = 999');
  db.close();
  expect(() => open(path)).toThrow(/schema 999/);
});
