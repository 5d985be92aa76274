/**
 * History alone, in a process of its own: 10,000 series, a sample every 15 s for an hour, flushed every 2 minutes as the
 * follower does. Values wander as a gauge does, with two decimals.
 *
 *   rate    samples per second of CPU time
 *   bytes   bytes on disk per sample, indexes and all
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../packages/server/src/base/clock.ts';
import { openSqliteHistoryStore } from '../packages/server/src/history/sqlite/store.ts';
import { benchSeries, START } from './fold-load.ts';

const SERIES = 10_000;
const STEP_MS = 15_000;
const STEPS = 240;
const STEPS_PER_FLUSH = 8;
const YEAR_MS = 365 * 86_400_000;

const folder = mkdtempSync(join(tmpdir(), 'cloudbell-bench-'));
const path = join(folder, 'history.db');
const retention = { rawMs: YEAR_MS, minuteMs: YEAR_MS, fiveMinutesMs: YEAR_MS };
const store = openSqliteHistoryStore({ path, retention, clock: systemClock, onSetAside: () => undefined });
const before = process.cpuUsage();
const numbers = await store.numbers(Array.from({ length: SERIES }, (_, i) => benchSeries(i)));
const values = Float64Array.from({ length: SERIES }, (_, i) => i % 90);
for (let step = 0; step < STEPS; step++) {
  const at = START + step * STEP_MS;
  for (let i = 0; i < SERIES; i++) values[i] = wandered(values[i] as number, i * 7919 + step * 104_729);
  const samples = { numbers, timestamps: new Float64Array(SERIES).fill(at), values: values.slice(), arrivedAt: at };
  await store.append(0, { position: BigInt(step + 1), time: at }, samples);
  if ((step + 1) % STEPS_PER_FLUSH === 0) await store.flush();
}
const { user, system } = process.cpuUsage(before);
await store.close();
const count = SERIES * STEPS;
console.log(process.argv[2] === 'bytes' ? statSync(path).size / count : (count * 1e6) / (user + system));
rmSync(folder, { recursive: true, force: true });

/** Up to half a unit up or down, the same at each run. */
function wandered(value: number, seed: number): number {
  const step = ((Math.imul(seed, 0x9e3779b1) >>> 16) % 101) / 100 - 0.5;
  return Math.round((value + step) * 100) / 100;
}
