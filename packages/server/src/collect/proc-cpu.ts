import type { CpuTimes, LoadAverages } from './reading.ts';

/** The `cpu` line of /proc/stat: ticks since boot over all cores; null when it is not there. */
export function parseProcStat(text: string): CpuTimes | null {
  const line = /^cpu +(.+)$/m.exec(text)?.[1];
  if (line === undefined) return null;
  const ticks = line.split(/ +/).map(Number);
  if (ticks.length < 4 || ticks.some((tick) => !Number.isFinite(tick))) return null;
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = ticks;
  // Guest time, the two columns after steal, is in user and nice already.
  return { user, system, idle, iowait, total: user + nice + system + idle + iowait + irq + softirq + steal };
}

/** /proc/loadavg: `0.44 0.39 0.19 1/99 6254`. */
export function parseProcLoadavg(text: string): LoadAverages | null {
  const [one, five, fifteen] = text.trim().split(' ').map(Number);
  if (one === undefined || five === undefined || fifteen === undefined) return null;
  return [one, five, fifteen].every(Number.isFinite) ? { one, five, fifteen } : null;
}
