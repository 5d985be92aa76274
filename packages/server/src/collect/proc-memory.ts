import type { Memory } from './reading.ts';

/** /proc/meminfo, in bytes. Kernels before 3.14 have no MemAvailable: free, buffers and cache stand in for it. */
export function parseProcMeminfo(text: string): Memory | null {
  const bytesOf = (name: string): number | null => {
    const match = new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(text);
    return match === null ? null : Number(match[1]) * 1024;
  };
  const total = bytesOf('MemTotal');
  const free = bytesOf('MemFree');
  if (total === null || total === 0 || free === null) return null;
  const available = bytesOf('MemAvailable') ?? free + (bytesOf('Buffers') ?? 0) + (bytesOf('Cached') ?? 0);
  return { total, free, available: Math.min(available, total) };
}
