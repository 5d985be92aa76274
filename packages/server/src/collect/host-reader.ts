import { platform } from 'node:os';
import type { ReadHost } from './read-host.ts';
import { linuxReader } from './read-linux.ts';
import { portableReader } from './read-portable.ts';

/** The fullest reader there is for this system. */
export const hostReader = (): ReadHost => (platform() === 'linux' ? linuxReader() : portableReader);
