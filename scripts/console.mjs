/**
 * Builds the console into packages/console/dist when it is missing or older than its sources. Plain JavaScript for
 * Node 20.10 and later, no dependency but what it starts.
 *
 * dist/key names what it was built from: the console, core (whose types and tables it uses) and the lock file. The build
 * goes to a folder of its own, which takes the place of dist when it is whole: an interrupted build changes nothing.
 *
 * `node scripts/console.mjs` builds it by hand.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chooseNode } from '../packages/server/bin/pinned-node.mjs';

const SOURCES = ['packages/console', 'packages/core/src'];
/** Made by a build or an install, or read by tests alone. */
const NO_SOURCE = /^(dist|node_modules)|\.test\.tsx?$/;

/** What dist was, or must be, built from. */
export function consoleKey(root) {
  const hash = createHash('sha256');
  const add = (path) =>
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)))
      .update('\0');
  const walk = (folder) => {
    const entries = readdirSync(join(root, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (NO_SOURCE.test(entry.name)) continue;
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else add(path);
    }
  };
  add('package-lock.json');
  for (const folder of SOURCES) walk(folder);
  return hash.digest('hex');
}

const distOf = (root) => join(root, 'packages', 'console', 'dist');

export function isConsoleBuilt(root) {
  try {
    return readFileSync(join(distOf(root), 'key'), 'utf8') === consoleKey(root);
  } catch {
    return false;
  }
}

/**
 * Answers 0 when dist is there and current. A build that fails answers its code and says why; what was there stays.
 * @param {{root: string, node: string, say: (line: string) => void}} options `node`: the Node to build on
 * @returns {Promise<number>}
 */
export async function ensureConsole({ root, node, say }) {
  const home = join(root, 'packages', 'console');
  // A part of the repository alone: there is nothing to build.
  if (!existsSync(join(home, 'vite.config.ts')) || isConsoleBuilt(root)) return 0;
  say('Building the console (a few seconds, once) …');
  const key = consoleKey(root);
  const made = join(home, `dist.${process.pid}`);
  try {
    const { code, output } = await viteBuild({ root, node, home, made });
    if (code !== 0) {
      say(`The console could not be built: vite ended with code ${code}. It said:\n\n${output.trimEnd()}\n`);
      return code;
    }
    writeFileSync(join(made, 'key'), key);
    putInPlace(root, made);
    return 0;
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** Two that build at once build the same: whoever comes second finds it there. */
function putInPlace(root, made) {
  try {
    rmSync(distOf(root), { recursive: true, force: true });
    renameSync(made, distOf(root));
  } catch (thrown) {
    if (!isConsoleBuilt(root)) throw thrown;
  }
}

function viteBuild({ root, node, home, made }) {
  return new Promise((resolve) => {
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
    const child = spawn(node, [vite, 'build', home, '--outDir', made, '--emptyOutDir', '--logLevel', 'warn'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        output = (output + text).slice(-8_000);
      });
    }
    child.once('error', (error) => resolve({ code: 127, output: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const node = chooseNode({ from: root })?.path ?? process.execPath;
  process.exitCode = await ensureConsole({ root, node, say: (line) => void process.stdout.write(`${line}\n`) });
}
