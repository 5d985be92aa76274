import { statfs } from 'node:fs/promises';
import os from 'node:os';
import { part, type ReadHost } from './read-host.ts';
import type { CpuTimes, DiskSpace } from './reading.ts';

/**
 * What node:os knows on any system: CPU, memory, load and the root's disk space. No traffic, no processes. Where the
 * system says nothing about available memory, free stands for it, which on macOS makes use look high.
 */
export const portableReader: ReadHost = async (monoMs, tell) => {
  const root = os.platform() === 'win32' ? 'C:\\' : '/';
  const [cpu, disk] = await Promise.all([
    part<CpuTimes | null>('cpus', cpuTimes, { otherwise: null, tell }),
    part<DiskSpace | null>(root, () => rootSpace(root), { otherwise: null, tell }),
  ]);
  const [one = 0, five = 0, fifteen = 0] = os.loadavg();
  return {
    monoMs,
    cpu,
    memory: { total: os.totalmem(), free: os.freemem(), available: os.freemem() },
    // Windows has no load averages and says 0.
    load: os.platform() === 'win32' ? null : { one, five, fifteen },
    disks: disk === null ? [] : [disk],
    diskTraffic: [],
    interfaces: [],
    processes: null,
    tcp: null,
  };
};

function cpuTimes(): CpuTimes {
  const sum = { user: 0, system: 0, idle: 0, iowait: 0, total: 0 };
  for (const { times } of os.cpus()) {
    sum.user += times.user;
    sum.system += times.sys;
    sum.idle += times.idle;
    sum.total += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  return sum;
}

async function rootSpace(root: string): Promise<DiskSpace> {
  const { blocks, bfree, bavail, bsize } = await statfs(root);
  return { device: root, total: blocks * bsize, free: bfree * bsize, available: bavail * bsize };
}
