/**
 * Installs what is missing, once. Plain JavaScript for Node 20.10 and later, no dependency.
 *
 * The marker in node_modules names the lock file and platform it was installed for. `npm ci` removes node_modules
 * first and the marker is written last, so an interrupted set-up is simply done again.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { basename, join } from 'node:path';

/** What the marker must hold: the lock file's SHA-256 and the platform. */
export function setUpKey(root) {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  return `${lock} ${process.platform}-${process.arch}\n`;
}

export const markerPath = (root) => join(root, 'node_modules', '.cloudbell-set-up');

export function isSetUp(root) {
  try {
    return readFileSync(markerPath(root), 'utf8') === setUpKey(root);
  } catch {
    return false;
  }
}

/**
 * Answers 0 when everything is installed, else the exit code to end with; says what happens by `say`.
 * @param {{root: string, env: NodeJS.ProcessEnv, say: (line: string) => void, shown?: string}} options `shown`: what is said meanwhile
 * @returns {Promise<number>}
 */
export async function ensureSetUp({ root, env, say, shown = 'Setting up (about a minute, once) …' }) {
  if (isSetUp(root)) return 0;
  say(shown);
  const key = setUpKey(root);
  const { code, output } = await npmCi(root, env);
  if (code === 0) {
    writeFileSync(markerPath(root), key);
    return 0;
  }
  if (code === 130 || code === 143) {
    say('The set-up was interrupted; the next start does it again.');
    return code;
  }
  say(`The set-up failed: npm ci ended with code ${code}. It said:\n\n${output.trimEnd()}\n`);
  say('Is the package registry reachable? Everything else comes with the repository. Start again to try again.');
  return 1;
}

/**
 * Dev and optional dependencies always: one set-up serves start and test, and the pinned Node is an optional one.
 * No install scripts: none is needed. The engine check would only warn about the Node that this script is for.
 */
const NPM_ARGUMENTS = [
  'ci',
  '--include=dev',
  '--include=optional',
  '--ignore-scripts',
  '--engine-strict=false',
  '--no-audit',
  '--no-fund',
  '--no-update-notifier',
  '--loglevel=error',
];

function npmCi(root, env) {
  return new Promise((resolve) => {
    // Under `npm start` npm says where it is; that is the npm the person chose.
    const own = basename(env.npm_execpath ?? '') === 'npm-cli.js' ? env.npm_execpath : undefined;
    const windows = process.platform === 'win32';
    const [program, ...before] = own === undefined ? [windows ? 'npm.cmd' : 'npm'] : [process.execPath, own];
    let stoppedBy = 0;
    let child = null;
    const stop = (code) => () => {
      stoppedBy = code;
      child?.kill('SIGTERM');
    };
    const onInterrupt = stop(130);
    const onTerminate = stop(143);
    // Before the child is there: no signal may end this process and leave that one.
    process.on('SIGINT', onInterrupt);
    process.on('SIGTERM', onTerminate);
    child = spawn(program, [...before, ...NPM_ARGUMENTS], {
      cwd: root,
      // The npm we run under says by this where it is at home; ours has another home where `root` is a project within.
      env: { ...env, npm_config_local_prefix: root },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: own === undefined && windows,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        output = (output + text).slice(-8_000);
      });
    }
    const end = (code) => {
      process.removeListener('SIGINT', onInterrupt);
      process.removeListener('SIGTERM', onTerminate);
      resolve({ code: stoppedBy === 0 ? code : stoppedBy, output });
    };
    child.once('error', (error) => {
      output += `npm could not be started: ${error.message}`;
      end(127);
    });
    // A signal for the whole group may end npm before this process hears of it.
    child.once('close', (code, signal) => end(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}
