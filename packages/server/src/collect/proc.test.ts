import { describe, expect, test } from 'vitest';
import { parseProcLoadavg, parseProcStat } from './proc-cpu.ts';
import { parseProcDiskstats, parseProcMounts } from './proc-disk.ts';
import { PROC } from './proc-fixtures.ts';
import { parseProcMeminfo } from './proc-memory.ts';
import { parseProcNetDev, parseProcNetSnmp, parseProcNetSockstat } from './proc-network.ts';

test('/proc/stat: all cores together; guest time is not counted twice', () => {
  expect(parseProcStat(PROC.stat)).toEqual({ user: 6840, system: 5310, idle: 198874, iowait: 152, total: 211483 });
  expect(parseProcStat('cpu  1 2 3 4\n')).toEqual({ user: 1, system: 3, idle: 4, iowait: 0, total: 10 });
});

test('/proc/meminfo: bytes; without MemAvailable, free and caches stand in', () => {
  expect(parseProcMeminfo(PROC.meminfo)).toEqual({
    total: 8_192_000_000,
    free: 1_024_000_000,
    available: 6_144_000_000,
  });
  expect(parseProcMeminfo(PROC.meminfo.replace(/MemAvailable.*\n/, ''))?.available).toBe(5_939_200_000);
});

test('/proc/loadavg', () => {
  expect(parseProcLoadavg(PROC.loadavg)).toEqual({ one: 0.44, five: 0.39, fifteen: 0.19 });
});

test('/proc/self/mounts: real devices once each, by the shortest mount point; no images, no network', () => {
  expect(parseProcMounts(PROC['self/mounts'])).toEqual([
    { device: '/dev/mapper/vg0-root', mountPoint: '/' },
    { device: '/dev/sdb1', mountPoint: '/srv' },
  ]);
});

test('/proc/self/mounts: a container has its root on an overlay; escapes are undone', () => {
  expect(parseProcMounts('overlay / overlay rw 0 0\n/dev/sda1 /a\\040b\\134c ext4 rw 0 0\n')).toEqual([
    { device: 'overlay', mountPoint: '/' },
    { device: '/dev/sda1', mountPoint: '/a b\\c' },
  ]);
});

test('/proc/diskstats: sectors are 512 bytes; lines of old and new kernels', () => {
  const byDevice = Object.fromEntries(parseProcDiskstats(PROC.diskstats).map((each) => [each.device, each]));
  expect(byDevice.sdb1).toEqual({ device: 'sdb1', readBytes: 5_147_000 * 512, writtenBytes: 4_230_000 * 512 });
  expect(byDevice['dm-0']).toEqual({ device: 'dm-0', readBytes: 40_960, writtenBytes: 81_920 });
});

test('/proc/net/dev: also where no space follows the colon; no loopback, no veth', () => {
  expect(parseProcNetDev(PROC['net/dev'])).toEqual([
    { name: 'eth0', receivedBytes: 322_908_876, sentBytes: 607_505 },
    { name: 'eth0:1', receivedBytes: 10, sentBytes: 20 },
  ]);
});

test('TCP connections', () => {
  expect(parseProcNetSnmp(PROC['net/snmp'])).toBe(17);
  expect(parseProcNetSockstat(PROC['net/sockstat'])).toBe(5);
});

describe('what is not in the expected form is null or empty, never a wrong number', () => {
  test.each(['', 'cpu\n', 'cpu  a b c d\n', 'something else\n'])('%j', (text) => {
    expect(parseProcStat(text)).toBeNull();
    expect(parseProcMeminfo(text)).toBeNull();
    expect(parseProcLoadavg(text)).toBeNull();
    expect(parseProcMounts(text)).toEqual([]);
    expect(parseProcDiskstats(text)).toEqual([]);
    expect(parseProcNetDev(text)).toEqual([]);
    expect(parseProcNetSnmp(text)).toBeNull();
    expect(parseProcNetSockstat(text)).toBeNull();
  });
});
