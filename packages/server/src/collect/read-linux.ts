import { readdir, readFile, realpath, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { parseProcLoadavg, parseProcStat } from './proc-cpu.ts';
import { type Mount, parseProcDiskstats, parseProcMounts } from './proc-disk.ts';
import { parseProcMeminfo } from './proc-memory.ts';
import { parseProcNetDev, parseProcNetSnmp, parseProcNetSockstat } from './proc-network.ts';
import { part, type ReadHost } from './read-host.ts';
import type { DiskSpace, DiskTraffic } from './reading.ts';

/** Reads /proc (or a copy of it below `proc`, for tests). No child process, nothing that can hang. */
export function linuxReader(proc = '/proc'): ReadHost {
  const file = (name: string): Promise<string> => readFile(join(proc, name), 'utf8');
  return async (monoMs, tell) => {
    const one = <T>(name: string, parse: (text: string) => T | null): Promise<T | null> =>
      part<T | null>(name, async () => present(parse(await file(name))), { otherwise: null, tell });
    const [cpu, memory, load, established, timeWait] = await Promise.all([
      one('stat', parseProcStat),
      one('meminfo', parseProcMeminfo),
      one('loadavg', parseProcLoadavg),
      one('net/snmp', parseProcNetSnmp),
      one('net/sockstat', parseProcNetSockstat),
    ]);
    const mounts = await part('self/mounts', async () => parseProcMounts(await file('self/mounts')), {
      otherwise: [],
      tell,
    });
    const [disks, diskTraffic, interfaces, processes] = await Promise.all([
      Promise.all(mounts.map((mount) => part(mount.mountPoint, () => space(mount), { otherwise: null, tell }))),
      part('diskstats', async () => trafficOf(mounts, await file('diskstats')), { otherwise: [], tell }),
      part('net/dev', async () => parseProcNetDev(await file('net/dev')), { otherwise: [], tell }),
      part('processes', () => countProcesses(proc), { otherwise: null, tell }),
    ]);
    return {
      monoMs,
      cpu,
      memory,
      load,
      disks: disks.filter((disk) => disk !== null),
      diskTraffic,
      interfaces,
      processes,
      tcp: established === null || timeWait === null ? null : { established, timeWait },
    };
  };
}

function present<T>(parsed: T | null): T {
  if (parsed === null) throw new Error('is not in the expected form');
  return parsed;
}

async function space(mount: Mount): Promise<DiskSpace | null> {
  const { blocks, bfree, bavail, bsize } = await statfs(mount.mountPoint);
  if (blocks === 0) return null;
  return { device: mount.device, total: blocks * bsize, free: bfree * bsize, available: bavail * bsize };
}

/** The traffic of the mounted devices, under the names they are mounted by: /dev/mapper/… is a link to the kernel's name. */
async function trafficOf(mounts: readonly Mount[], diskstats: string): Promise<DiskTraffic[]> {
  const byKernelName = new Map(parseProcDiskstats(diskstats).map((each) => [each.device, each]));
  const found = await Promise.all(
    mounts.map(async ({ device }) => {
      const kernelName = (await realpath(device).catch(() => device)).replace(/^\/dev\//, '');
      const traffic = byKernelName.get(kernelName);
      return traffic === undefined ? null : { ...traffic, device };
    }),
  );
  return found.filter((traffic) => traffic !== null);
}

async function countProcesses(proc: string): Promise<number> {
  let count = 0;
  for (const name of await readdir(proc)) if (/^\d+$/.test(name)) count += 1;
  return count;
}
