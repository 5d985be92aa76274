import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import type { HistoryFile } from './history.ts';

const CLOUDBELL = fileURLToPath(new URL('../../packages/server/bin/cloudbell.mjs', import.meta.url));
const KEY = { id: 'torture-key', secret: 'torture-secret-0001' };
const AUTHORIZATION = `Basic ${Buffer.from(`${KEY.id}:${KEY.secret}`).toString('base64')}`;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The process, on one port and one folder through all its lives, driven over HTTP only. */
export class CloudbellUnderTorture {
  readonly dataDir: string;
  readonly #port: number;
  #child: ChildProcess | null = null;
  #said = '';

  private constructor(dataDir: string, port: number) {
    this.dataDir = dataDir;
    this.#port = port;
  }

  static async create(dataDir: string): Promise<CloudbellUnderTorture> {
    return new CloudbellUnderTorture(dataDir, await freePort());
  }

  start(): void {
    const serve = [
      CLOUDBELL,
      'serve',
      '--listen',
      `127.0.0.1:${this.#port}`,
      '--data',
      this.dataDir,
      '--collect',
      'off',
    ];
    const child = spawn(process.execPath, [...serve, '--log-level', 'error'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        PATH: process.env.PATH ?? '',
        CLOUDBELL_ACCESS_KEY_ID: KEY.id,
        CLOUDBELL_ACCESS_KEY_SECRET: KEY.secret,
      },
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#said = (this.#said + chunk.toString('utf8')).slice(-4000);
    });
    this.#child = child;
  }

  async untilReady(): Promise<void> {
    for (;;) {
      if (
        await this.#get('/readyz').then(
          ({ ok }) => ok,
          () => false,
        )
      )
        return;
      if (this.#child?.exitCode != null) throw new Error(`Cloudbell ended by itself:\n${this.#said}`);
      await pause(20);
    }
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    if (child.exitCode !== null) throw new Error(`Cloudbell ended by itself with ${child.exitCode}:\n${this.#said}`);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
    this.#child = null;
  }

  /** Whatever state it is in. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  /** Rejects when there is no answer; a kill may be the reason. */
  async call(method: string, path: string, body: unknown): Promise<{ readonly status: number; readonly text: string }> {
    const response = await fetch(`http://127.0.0.1:${this.#port}${path}`, {
      method,
      headers: { 'content-type': 'application/json', authorization: AUTHORIZATION },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    return { status: response.status, text: await response.text() };
  }

  /** True when no window is open and every delivery is final, as far as its metrics tell. */
  async isIdle(): Promise<boolean> {
    const text = await this.#get('/metrics')
      .then((response) => response.text())
      .catch(() => '');
    const counts = [...text.matchAll(/^cloudbell_(?:deliveries\{state="\w+"\}|fold_open_windows) (\d+)$/gm)];
    return counts.length === 3 && counts.every(([, count]) => count === '0');
  }

  /** After the end: its ledger, straight from the file. */
  writeLedger(history: HistoryFile): void {
    const db = new DatabaseSync(join(this.dataDir, 'store.db'), { readOnly: true });
    const attempts = db.prepare(
      'SELECT delivery_id, started_at, outcome, number FROM attempts JOIN deliveries USING (delivery_key)',
    );
    for (const row of attempts.iterate() as Iterable<Record<string, never>>) {
      const { delivery_id: id, started_at: t, outcome, number } = row;
      history.write({ kind: 'sent', t: t ?? 0, id: id ?? '', outcome: outcome ?? null, number: number ?? null });
    }
    const deliveries = db.prepare('SELECT delivery_id, state, settled_at FROM deliveries');
    for (const row of deliveries.iterate() as Iterable<Record<string, never>>)
      history.write({ kind: 'ended', t: row.settled_at ?? 0, id: row.delivery_id ?? '', state: row.state ?? '' });
    db.close();
  }

  #get(path: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.#port}${path}`, {
      headers: { authorization: AUTHORIZATION },
      signal: AbortSignal.timeout(5000),
    });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const finder = createServer();
    finder.once('error', reject);
    finder.listen(0, '127.0.0.1', () => {
      const address = finder.address();
      finder.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
