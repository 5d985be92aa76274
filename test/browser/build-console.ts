import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Builds the console unless it is current; `npm test` has done so already. */
export async function buildConsole(): Promise<void> {
  const script = fileURLToPath(new URL('../../scripts/console.mjs', import.meta.url));
  const [code] = await once(spawn(process.execPath, [script], { stdio: 'inherit' }), 'exit');
  if (code !== 0) throw new Error(`the console was not built: code ${code}`);
}
