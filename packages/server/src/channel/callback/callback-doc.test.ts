import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import { FIXTURE_SECRETS, fixtureChannel, fixtureDelivery } from './channel-fixture.ts';

// Goal: the programs in docs/callback.md work as they stand. They are taken out of the page, run, and called by the
// real channel with the vectors' bodies; the shell one is fed from a file.

const page = readFileSync(new URL('../../../../../docs/callback.md', import.meta.url), 'utf8');
const vectorsPath = new URL('../../../../core/src/callback/callback-vectors.json', import.meta.url);
const { vectors } = JSON.parse(readFileSync(vectorsPath, 'utf8')) as { vectors: { body: string }[] };
const folder = mkdtempSync(join(tmpdir(), 'callback-doc-'));
const running: ChildProcess[] = [];
afterAll(async () => {
  for (const child of running) {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill();
    await gone;
  }
  rmSync(folder, { recursive: true });
});

/** The fenced program whose first line names this file, written to that file. */
function program(name: string): string {
  const blocks = page.split('```').filter((_text, index) => index % 2 === 1);
  const found = blocks.find((block) => new RegExp(`^\\w+\\n(?://|#) ${name}\\n`).test(block));
  if (found === undefined) throw new Error(`docs/callback.md has no ${name}`);
  const path = join(folder, name);
  writeFileSync(path, found.slice(found.indexOf('\n') + 1));
  return path;
}

const env = { ...process.env, CLOUDBELL_SIGNING_SECRET: FIXTURE_SECRETS.primary };
const canRun = (command: string, args: string[]): boolean => spawnSync(command, args).status === 0;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A running receiver and the lines it prints. */
async function receiver(command: string, path: string) {
  const port = await freePort();
  const child = spawn(command, [path, String(port)], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  running.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await lines.next()).value);
  expect(await next()).toBe('listening');
  return { endpoint: `http://127.0.0.1:${port}/hook`, next };
}

describe.each([
  ['receiver.mjs', process.execPath, true],
  // Skipped where the machine has no Python.
  ['receiver.py', 'python3', canRun('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))'])],
])('%s', (name, command, isPresent) => {
  it.skipIf(!isPresent)('accepts genuine callbacks and no others', async () => {
    const { endpoint, next } = await receiver(command, program(name));
    const channel = fixtureChannel({ deadlineMs: 50_000 });
    for (const { body } of vectors) {
      const result = await channel.send([fixtureDelivery(endpoint, { body: new TextEncoder().encode(body) })]);
      expect(result.status).toBe(204);
      expect(await next()).toBe(`{"header":true,"form":true} ${body}`);
    }
    const json = { body: new TextEncoder().encode('{}'), contentType: 'application/json' };
    expect((await channel.send([fixtureDelivery(endpoint, json)])).status).toBe(204);
    expect(await next()).toBe('{"header":true,"form":false} {}');

    const stranger = fixtureChannel({
      deadlineMs: 50_000,
      secrets: () => ({ primary: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', previous: null }),
    });
    const forged = vectors[0]!.body.replace('97.39', '12');
    const result = await stranger.send([fixtureDelivery(endpoint, { body: new TextEncoder().encode(forged) })]);
    expect(result.status).toBe(401);
    expect(await next()).toBe(`{"header":false,"form":false} ${forged}`);
    await channel.close();
    await stranger.close();
  });
});

// Skipped where the machine has no OpenSSL.
it.skipIf(!canRun('openssl', ['version']))('verify.sh', () => {
  const script = program('verify.sh');
  const file = join(folder, 'body');
  const key = Buffer.from(FIXTURE_SECRETS.primary.slice(6), 'base64');
  const run = (body: string, signature: string): string => {
    writeFileSync(file, body);
    return spawnSync('sh', [script, 'msg_1', '1508136761', signature, file], { env, encoding: 'utf8' }).stdout;
  };
  let forged = { body: '', right: '' };
  for (const { body } of vectors) {
    const right = `v1,${createHmac('sha256', key).update(`msg_1.1508136761.${body}`).digest('base64')}`;
    expect(run(body, `v1,AAAA ${right}`)).toBe('header valid\nform valid\n');
    forged = { body, right };
  }
  expect(run(`${forged.body}0`, forged.right)).toBe('header invalid\nform invalid\n');
});
