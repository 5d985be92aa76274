import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runs one measurement of the fold in a process of its own; see {@link ./fold-child.ts}. */
export async function foldFigure(...args: readonly (string | number)[]): Promise<number> {
  const child = fileURLToPath(new URL('./fold-child.ts', import.meta.url));
  const run = spawnSync(process.execPath, ['--expose-gc', child, ...args.map(String)], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`fold-child.ts ${args.join(' ')} failed:\n${run.stderr}`);
  return Number(run.stdout);
}
