import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { SimulatedClock } from '../base/simulated-clock.ts';
import { type CollectorOptions, createCollector } from './collector.ts';
import { hostReader } from './host-reader.ts';
import { PROC } from './proc-fixtures.ts';
import type { ReadHost } from './read-host.ts';
import { linuxReader } from './read-linux.ts';
import { portableReader } from './read-portable.ts';
import type { CollectedSample } from './samples.ts';

const NOTHING = { cpu: null, memory: null, load: null, disks: [], diskTraffic: [], interfaces: [], tcp: null };
const identity = { account: '12', instanceId: 'host-web1', instanceName: 'web1' };
const START = 1_790_000_007_000;

function rig(changes: Partial<CollectorOptions> = {}) {
  const clock = new SimulatedClock(START);
  const got: CollectedSample[][] = [];
  const trouble: string[] = [];
  const collector = createCollector({
    read: async (monoMs) => ({ ...NOTHING, monoMs, processes: 1 }),
    sink: async (samples) => void got.push(samples),
    clock,
    identity,
    everyMs: 15_000,
    onTrouble: (part, error) => void trouble.push(`${part}: ${error?.message ?? 'well again'}`),
    ...changes,
  });
  return { clock, got, trouble, collector, times: () => got.map((samples) => (samples[0]?.timestamp ?? 0) - START) };
}

test('looks at once, then at every multiple of the period, until stopped', async () => {
  const { clock, collector, times } = rig();
  await collector.start();
  await clock.advance(40_000);
  expect(times()).toEqual([0, 3_000, 18_000, 33_000]);
  await collector.stop();
  await clock.advance(60_000);
  expect(times()).toHaveLength(4);
});

test('after a wall clock stepped back no timestamp is given twice, and looks go on', async () => {
  const { clock, collector, times } = rig();
  await collector.start();
  await clock.advance(3_000);
  clock.stepWall(-1_000);
  await clock.advance(16_000);
  expect(times()).toEqual([0, 3_000, 18_000]);
  await collector.stop();
});

test('a sink that fails is told of once, and of its recovery; looks go on', async () => {
  let full = true;
  const { clock, collector, trouble } = rig({
    sink: async () => {
      if (full) throw new Error('the disk is full');
    },
  });
  await collector.start();
  await clock.advance(40_000);
  expect(trouble).toEqual(['sink: the disk is full']);
  full = false;
  await clock.advance(15_000);
  expect(trouble).toEqual(['sink: the disk is full', 'sink: well again']);
  await collector.stop();
});

test('a slow look never doubles', async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  let looks = 0;
  const read: ReadHost = async (monoMs) => {
    looks += 1;
    if (looks > 1) await held;
    return { ...NOTHING, monoMs, processes: 1 };
  };
  const { clock, collector } = rig({ read });
  await collector.start();
  await clock.advance(60_000);
  expect(looks).toBe(2);
  const stopping = collector.stop();
  release();
  await stopping;
});

test('one file that cannot be read never costs the others', async () => {
  const proc = mkdtempSync(join(tmpdir(), 'cloudbell-proc-'));
  for (const [name, text] of Object.entries({ ...PROC, 'self/mounts': '/dev/none / ext4 rw 0 0\n' })) {
    mkdirSync(dirname(join(proc, name)), { recursive: true });
    writeFileSync(join(proc, name), text);
  }
  mkdirSync(join(proc, '1'));
  mkdirSync(join(proc, '4711'));
  writeFileSync(join(proc, 'meminfo'), 'nonsense');
  rmSync(join(proc, 'net/dev'));
  const failed: string[] = [];
  const got = await linuxReader(proc)(5, (part, error) => void failed.push(`${part} ${error.message.slice(0, 6)}`));
  expect(failed.sort()).toEqual(['meminfo is not', 'net/dev ENOENT']);
  expect(got).toMatchObject({
    monoMs: 5,
    cpu: { total: 211483 },
    memory: null,
    load: { one: 0.44 },
    interfaces: [],
    processes: 2,
    tcp: { established: 17, timeWait: 5 },
  });
  expect(got.disks.map((disk) => disk.device)).toEqual(['/dev/none']);
  rmSync(proc, { recursive: true });
});

test.each([
  ['this system', hostReader()],
  ['any system', portableReader],
])('the real reader of %s finds memory, CPU and a disk, and nothing fails', async (_, read) => {
  const failed: string[] = [];
  const got = await read(0, (part, error) => void failed.push(`${part}: ${error.message}`));
  expect(failed).toEqual([]);
  expect(got.memory?.total).toBeGreaterThan(2 ** 20);
  expect(got.memory?.available).toBeLessThanOrEqual(got.memory?.total ?? 0);
  expect(got.cpu?.total).toBeGreaterThan(0);
  expect(got.disks[0]?.total).toBeGreaterThan(0);
});
