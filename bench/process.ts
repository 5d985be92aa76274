import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createPortFinder } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A server under measurement: how to reach it and how to end it. Everything runs on loopback in folders of its own. */
export interface Peer {
  readonly url: string;
  /** Seconds of CPU that the process has used, all threads; NaN where that cannot be told. */
  cpuSeconds(): number;
  /** Resident memory, bytes; NaN likewise. */
  residentBytes(): number;
  stop(): Promise<void>;
}

export const KEY = { id: 'bench-key', secret: 'bench-secret-0001' };
export const AUTHORIZATION = `Basic ${Buffer.from(`${KEY.id}:${KEY.secret}`).toString('base64')}`;

/** The program's version line, or null where it is not installed. */
export function versionOf(program: string): string | null {
  const ran = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return ran.status === 0 ? (`${ran.stdout}${ran.stderr}`.split('\n')[0] ?? program) : null;
}

/** `dataFolder`: one that is kept; else it is made, and removed at the end. `options`: further ones of its command line. */
export async function startCloudbell(dataFolder?: string, options: readonly string[] = []): Promise<Peer> {
  const main = fileURLToPath(new URL('../packages/server/src/main.ts', import.meta.url));
  return startPeer(
    (folder, port) => [
      process.execPath,
      main,
      'serve',
      '--listen',
      `127.0.0.1:${port}`,
      '--data',
      dataFolder ?? folder,
      '--collect',
      'off',
      '--log-level',
      'error',
      ...options,
    ],
    '/readyz',
    { CLOUDBELL_ACCESS_KEY_ID: KEY.id, CLOUDBELL_ACCESS_KEY_SECRET: KEY.secret },
  );
}

export async function startPeer(
  command: (folder: string, port: number) => readonly string[],
  readyPath: string,
  env: Record<string, string> = {},
): Promise<Peer> {
  const folder = mkdtempSync(join(tmpdir(), 'cloudbell-bench-'));
  const port = await freePort();
  const [program = '', ...args] = command(folder, port);
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-4000);
  });
  const url = `http://127.0.0.1:${port}`;
  await untilReady(child, `${url}${readyPath}`, () => said);
  return {
    url,
    cpuSeconds: () => {
      const fields = procFile(child, 'stat').split(') ').at(-1)?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    },
    residentBytes: () => 1024 * Number(/VmRSS:\s+(\d+)/.exec(procFile(child, 'status'))?.[1]),
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Linux counts CPU time in these, whatever its kernel was built with. */
const TICKS_PER_SECOND = 100;

/** Empty where there is no /proc. */
function procFile(child: ChildProcess, name: string): string {
  try {
    return readFileSync(`/proc/${child.pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}

/** Answers what came back, as JSON. Rejects what is no success. */
export async function send(peer: Peer, method: string, path: string, body?: unknown): Promise<unknown> {
  const json = { 'content-type': 'application/json', authorization: AUTHORIZATION };
  const response = await fetch(`${peer.url}${path}`, {
    method,
    ...(body === undefined
      ? { headers: { authorization: AUTHORIZATION } }
      : { headers: json, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}

async function untilReady(child: ChildProcess, url: string, said: () => string): Promise<void> {
  // Minutes: a start with a million series on a busy machine is what is measured, not what fails.
  for (let tries = 0; tries < 6_000; tries++) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended with ${child.exitCode}:\n${said()}`);
    const ready = await fetch(url)
      .then((response) => response.status === 200)
      .catch(() => false);
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill('SIGKILL');
  throw new Error(`${child.spawnfile} did not become ready:\n${said()}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const finder = createPortFinder();
    finder.once('error', reject);
    finder.listen(0, '127.0.0.1', () => {
      const address = finder.address();
      finder.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
