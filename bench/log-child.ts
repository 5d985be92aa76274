/**
 * The durable log and the fold in one thread of a process of their own, fed with arrays as ingest hands them over, one
 * rule over all, samples stamped as they are appended. Prints samples per second of CPU time.
 *
 *   new SERIES     the first sample of each series
 *   known SERIES   20 more of each
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SeriesDefinition } from '@cloudbell/core/metric/series.ts';
import { systemClock } from '../packages/server/src/base/clock.ts';
import { sha256Hex } from '../packages/server/src/base/digest.ts';
import { Evaluator } from '../packages/server/src/evaluate/evaluator.ts';
import { createSimulatedCommits } from '../packages/server/src/evaluate/simulated-commits.ts';
import { openSqliteSampleLog } from '../packages/server/src/samplelog/sqlite/log.ts';
import { benchRule, benchSamples, benchSeries, calm } from './fold-load.ts';

const BATCH = 5_000;
const [what = '', count = '0'] = process.argv.slice(2);
const series = Number(count);
const folder = mkdtempSync(join(tmpdir(), 'cloudbell-bench-'));
const log = openSqliteSampleLog({ path: join(folder, 'log.db') });
const commits = createSimulatedCommits();
commits.rules.set('bench', benchRule('bench'));
const logger = { info: () => undefined, warn: console.error, error: console.error };
const evaluator = new Evaluator({
  ...{ log, commits, logger, clock: systemClock, digest: sha256Hex, onDeliveries: () => undefined },
});
try {
  await evaluator.start();
  const first = await round(true);
  let known = 0;
  for (let i = 0; i < 20; i++) known += await round(false);
  console.log(what === 'new' ? series / first : (20 * series) / known);
  await evaluator.stop();
} finally {
  await log.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Answers CPU seconds; what is appended is made before they count. */
async function round(areNew: boolean): Promise<number> {
  let seconds = 0;
  for (let from = 0; from < series; from += 2 * BATCH) {
    // Two at a time, as two connections bring them.
    const batches = [from, from + BATCH].map((at) => ({
      series: areNew ? definitions(at) : [],
      samples: benchSamples(at, at + BATCH, Date.now(), calm),
    }));
    const before = process.cpuUsage();
    await Promise.all(batches.map((batch) => evaluator.appendSamples(0, batch)));
    const { user, system } = process.cpuUsage(before);
    seconds += (user + system) / 1e6;
  }
  return seconds;
}

function definitions(from: number): SeriesDefinition[] {
  return Array.from({ length: BATCH }, (_, i) => benchSeries(from + i));
}
