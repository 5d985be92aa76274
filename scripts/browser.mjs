/**
 * A Chromium for the browser tests: the machine's, or the one by CLOUDBELL_BROWSER, else one in an npm package. Plain
 * JavaScript for Node 20.10 and later, no dependency but what it installs. That package is 65 MB, so it is a project of
 * its own (scripts/browser), installed when it is needed: who starts Cloudbell never waits for it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureSetUp } from './setup.mjs';

const OF_SYSTEMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** @type {(env: NodeJS.ProcessEnv) => string | null} its path, or null where there is none */
export const browserHere = (env) =>
  [env.CLOUDBELL_BROWSER ?? '', ...OF_SYSTEMS].find((path) => path !== '' && existsSync(path)) ?? null;

/**
 * Names a browser in `env` when the machine has none. Where none can be had, says so and goes on: tests that need one
 * are then skipped by name.
 * @param {{root: string, node: string, env: NodeJS.ProcessEnv, say: (line: string) => void}} options `node`: the Node to unpack on
 */
export async function ensureBrowser({ root, node, env, say }) {
  if (browserHere(env) !== null || `${process.platform}-${process.arch}` !== 'linux-x64') return;
  const project = join(root, 'scripts', 'browser');
  if (!existsSync(project)) return;
  const shown = 'There is no Chromium here: fetching one for the tests (65 MB, once) …';
  if ((await ensureSetUp({ root: project, env, say, shown })) !== 0) return;
  const { status, stdout, stderr } = spawnSync(node, [join(project, 'unpack.mjs')], { encoding: 'utf8' });
  if (status === 0) env.CLOUDBELL_BROWSER = stdout;
  else say(`Chromium could not be unpacked: ${stderr}`);
}
