import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CLOUDBELL = fileURLToPath(new URL('../../packages/server/bin/cloudbell.mjs', import.meta.url));

export const ACCESS_KEY_ID = 'test-key';
export const ACCESS_KEY_SECRET = 'test-secret-0001';
export const SIGNING_SECRET = 'whsec_Y2xvdWRiZWxsLXRlc3Qtc2VjcmV0LTAwMDAwMDAx';

/** What an answer holds; tests look at it field by field. */
// biome-ignore lint/suspicious/noExplicitAny: the tests are what checks the shape.
export type Json = any;

/** A real Cloudbell in a process of its own, driven over HTTP only. */
export class CloudbellProcess {
  readonly dataDir: string;
  readonly child: ChildProcess;
  output = '';
  #url = '';

  private constructor(dataDir: string, child: ChildProcess) {
    this.dataDir = dataDir;
    this.child = child;
    const keep = (chunk: Buffer): void => {
      this.output += chunk.toString('utf8');
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
  }

  static async start(
    options: {
      dataDir?: string;
      /** Default: any free port. */
      listen?: string;
      env?: Record<string, string>;
      args?: readonly string[];
      wrap?: readonly string[];
    } = {},
  ): Promise<CloudbellProcess> {
    const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'cloudbell-')));
    const command = [
      ...(options.wrap ?? []),
      process.execPath,
      CLOUDBELL,
      'serve',
      '--listen',
      options.listen ?? '127.0.0.1:0',
      '--data',
      dataDir,
      ...(options.args ?? ['--collect', 'off']),
    ];
    const child = spawn(command[0] as string, command.slice(1), {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH ?? '',
        CLOUDBELL_ACCESS_KEY_ID: ACCESS_KEY_ID,
        CLOUDBELL_ACCESS_KEY_SECRET: ACCESS_KEY_SECRET,
        CLOUDBELL_SIGNING_SECRET: SIGNING_SECRET,
        ...options.env,
      },
    });
    const started = new CloudbellProcess(dataDir, child);
    await started.#untilListening();
    return started;
  }

  get url(): string {
    return this.#url;
  }

  async #untilListening(): Promise<void> {
    for (;;) {
      const match = /https?:\/\/127\.0\.0\.1:\d+/.exec(this.output);
      if (match !== null && (await this.#answers(match[0]))) {
        this.#url = match[0];
        return;
      }
      if (this.child.exitCode !== null) throw new Error(`Cloudbell ended with ${this.child.exitCode}:\n${this.output}`);
      await pause(20);
    }
  }

  async #answers(url: string): Promise<boolean> {
    try {
      return (await fetch(`${url}/readyz`)).status === 200;
    } catch {
      return false;
    }
  }

  async call(method: string, path: string, body?: unknown): Promise<{ status: number; body: Json; headers: Headers }> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${ACCESS_KEY_ID}:${ACCESS_KEY_SECRET}`).toString('base64')}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text), headers: response.headers };
  }

  /** Sends a signal and waits for the end; answers the exit code (null when a signal ended it). */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.child.once('exit', (code) => resolve(code)));
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    this.child.kill(signal);
    return ended;
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
