import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { putRule } from './ingest.ts';
import { AUTHORIZATION, startCloudbell } from './process.ts';
import type { Figures } from './table.ts';

/**
 * A start on a folder that was left by kill -9 with so many pairs of series and rule: seconds until it is ready, which
 * it is when what was acknowledged is folded and the next samples can come. The folder is filled without HTTP.
 */
export async function restartAfterKill(pairs: number): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'cloudbell-bench-'));
  try {
    const empty = await startCloudbell(folder);
    await putRule(empty, { period: 3_600, threshold: 95 });
    await empty.stop();
    const fill = fileURLToPath(new URL('./restart-fill.ts', import.meta.url));
    const filled = spawnSync(process.execPath, [fill, folder, String(pairs)], { stdio: 'inherit' });
    if (filled.signal !== 'SIGKILL') throw new Error(`restart-fill.ts ended with ${filled.status}`);
    const started = performance.now();
    const full = await startCloudbell(folder);
    const seconds = (performance.now() - started) / 1000;
    const cpuSeconds = full.cpuSeconds();
    const metrics = await fetch(`${full.url}/metrics`, { headers: { authorization: AUTHORIZATION } });
    const found = Number(/^cloudbell_fold_pairs (\d+)/m.exec(await metrics.text())?.[1]);
    const megabytes = full.residentBytes() / 1e6;
    await full.stop();
    if (found !== pairs) throw new Error(`${found} pairs after the restart, not ${pairs}`);
    return { 'to ready, s': seconds, 'CPU until then, s': cpuSeconds, 'resident memory, MB': megabytes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
