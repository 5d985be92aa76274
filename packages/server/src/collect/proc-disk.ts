import type { DiskTraffic } from './reading.ts';

export interface Mount {
  readonly device: string;
  readonly mountPoint: string;
}

/** Read-only images are full by nature. */
const IMAGES = new Set(['squashfs', 'iso9660', 'udf', 'erofs']);

/**
 * /proc/self/mounts: the file systems worth watching, each device once (bind mounts repeat it; the shortest mount
 * point stands for all), and the root whatever it lies on, as in a container. Network file systems are left out: asking
 * a dead server for its free space hangs.
 */
export function parseProcMounts(text: string): Mount[] {
  const byDevice = new Map<string, Mount>();
  for (const line of text.split('\n')) {
    const [rawDevice, rawPoint, type] = line.split(' ');
    if (rawDevice === undefined || rawPoint === undefined || type === undefined || IMAGES.has(type)) continue;
    const device = unescapeMount(rawDevice);
    const mountPoint = unescapeMount(rawPoint);
    if (!device.startsWith('/dev/') && mountPoint !== '/') continue;
    const known = byDevice.get(device);
    if (known === undefined || mountPoint.length < known.mountPoint.length)
      byDevice.set(device, { device, mountPoint });
  }
  return [...byDevice.values()];
}

/** The kernel writes space, tab, newline and backslash as three octal digits. */
const unescapeMount = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/** /proc/diskstats counts in sectors of 512 bytes whatever the device's own are. */
const SECTOR_BYTES = 512;

/** /proc/diskstats by kernel name (`vda1`), counters in bytes. */
export function parseProcDiskstats(text: string): DiskTraffic[] {
  const traffic: DiskTraffic[] = [];
  for (const line of text.split('\n')) {
    const fields = line.trim().split(/ +/);
    const [, , device, , , sectorsRead, , , , sectorsWritten] = fields;
    if (device === undefined || sectorsRead === undefined || sectorsWritten === undefined) continue;
    const readBytes = Number(sectorsRead) * SECTOR_BYTES;
    const writtenBytes = Number(sectorsWritten) * SECTOR_BYTES;
    if (Number.isFinite(readBytes) && Number.isFinite(writtenBytes)) traffic.push({ device, readBytes, writtenBytes });
  }
  return traffic;
}
