import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runs one measurement in a process of its own, so that nothing else is on its heap; it prints one number. */
export async function childFigures(file: string, args: readonly (string | number)[]): Promise<number> {
  const child = fileURLToPath(new URL(`./${file}`, import.meta.url));
  const run = spawnSync(process.execPath, ['--expose-gc', child, ...args.map(String)], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`${file} ${args.join(' ')} failed:\n${run.stderr}`);
  return Number(run.stdout);
}
