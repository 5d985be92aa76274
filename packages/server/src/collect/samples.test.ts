import { describe, expect, test } from 'vitest';
import { instanceIdOf } from './host-identity.ts';
import type { HostReading } from './reading.ts';
import { samplesOf } from './samples.ts';

const GB = 1024 ** 3;
const identity = { account: '12', instanceId: 'host-web1', instanceName: 'web1' };
const reading = (changes: Partial<HostReading> = {}): HostReading => ({
  monoMs: 0,
  cpu: null,
  memory: null,
  load: null,
  disks: [],
  diskTraffic: [],
  interfaces: [],
  processes: null,
  tcp: null,
  ...changes,
});
/** `name{extra dimension}` → value. */
const valuesOf = (current: Partial<HostReading>, previous?: Partial<HostReading>): Record<string, number> => {
  const look = { previous: previous === undefined ? null : reading(previous), current: reading(current), timestamp: 1 };
  return Object.fromEntries(
    samplesOf(look, identity).map(({ metricName, dimensions: { userId, instanceId, ...extra }, value }) => [
      `${metricName}${Object.values(extra).map((text) => `{${text}}`)}`,
      value,
    ]),
  );
};

test('a sample says whose, which, what and when, as POST /api/v1/samples takes it', () => {
  const look = { previous: null, current: reading({ processes: 99 }), timestamp: 1_790_000_015_000 };
  expect(samplesOf(look, identity)).toEqual([
    {
      namespace: 'acs_ecs',
      metricName: 'Host.process.number',
      dimensions: { userId: '12', instanceId: 'host-web1' },
      timestamp: 1_790_000_015_000,
      value: 99,
      instanceName: 'web1',
    },
  ]);
});

test('memory: caches are used, but not actually used', () => {
  expect(valuesOf({ memory: { total: 8 * GB, free: GB, available: 6 * GB } })).toEqual({
    'Host.mem.total': 8 * GB,
    'Host.mem.free': GB,
    'Host.mem.used': 7 * GB,
    'Host.mem.actualused': 2 * GB,
    'Host.mem.usedutilization': 25,
  });
});

test('load, connections', () => {
  const tcp = { established: 17, timeWait: 5 };
  expect(valuesOf({ load: { one: 0.44, five: 0.39, fifteen: 0.19 }, tcp })).toEqual({
    'Host.load1': 0.44,
    'Host.load5': 0.39,
    'Host.load15': 0.19,
    'Host.tcpconnection{ESTABLISHED}': 17,
    'Host.tcpconnection{TIME_WAIT}': 5,
  });
});

test('disk space: what is reserved for root does not count as free', () => {
  expect(valuesOf({ disks: [{ device: '/dev/sda1', total: 100, free: 30, available: 10 }] })).toEqual({
    'Host.disk.total{/dev/sda1}': 100,
    'Host.disk.used{/dev/sda1}': 70,
    'Host.disk.free{/dev/sda1}': 10,
    'Host.disk.utilization{/dev/sda1}': 87.5,
  });
});

describe('CPU needs two looks', () => {
  const before = { user: 100, system: 50, idle: 800, iowait: 10, total: 1000 };
  test('the shares of the time between them', () => {
    const now = { user: 130, system: 60, idle: 850, iowait: 15, total: 1100 };
    expect(valuesOf({ cpu: now }, { cpu: before })).toEqual({
      'Host.cpu.totalused': 50,
      'Host.cpu.idle': 50,
      'Host.cpu.system': 10,
      'Host.cpu.user': 30,
      'Host.cpu.iowait': 5,
    });
  });
  test('one look says nothing', () => expect(valuesOf({ cpu: before })).toEqual({}));
  test('a look at the same instant says nothing', () => expect(valuesOf({ cpu: before }, { cpu: before })).toEqual({}));
  test('an iowait that ran backwards is 0, not negative', () => {
    const now = { ...before, iowait: 9, total: 1100, idle: 900 };
    expect(valuesOf({ cpu: now }, { cpu: before })['Host.cpu.iowait']).toBe(0);
  });
});

describe('rates need two looks', () => {
  const at = (monoMs: number, bytes: number): Partial<HostReading> => ({
    monoMs,
    diskTraffic: [{ device: '/dev/sda1', readBytes: bytes, writtenBytes: 2 * bytes }],
    interfaces: [{ name: 'eth0', receivedBytes: bytes, sentBytes: 3 * bytes }],
  });
  test('bytes/s for disks, bit/s for interfaces, by the monotonic clock', () => {
    expect(valuesOf(at(15_000, 4_000), at(5_000, 1_000))).toEqual({
      'Host.disk.readbytes{/dev/sda1}': 300,
      'Host.disk.writebytes{/dev/sda1}': 600,
      'Host.netin.rate{eth0}': 2_400,
      'Host.netout.rate{eth0}': 7_200,
    });
  });
  test('a counter that went backwards, or a device that is new, gives no rate', () => {
    expect(valuesOf(at(15_000, 4_000), at(5_000, 9_000))).toEqual({});
    expect(valuesOf(at(15_000, 4_000), { monoMs: 5_000 })).toEqual({});
  });
});

test.each([
  ['web1', 'host-web1'],
  ['Web_1.Example.org', 'host-web_1.example.org'],
  ['Büro PC', 'host-b-ro-pc'],
  ['--', 'host-unnamed'],
  ['', 'host-unnamed'],
])('host name %j is instance id %s', (hostname, want) => expect(instanceIdOf(hostname)).toBe(want));
