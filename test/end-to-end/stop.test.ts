/**
 * Goal: a stop is clean whatever clients do and whenever it comes. Method: a real process; a request that never ends,
 * sent without credentials; a change that waits for a log which another process holds; a signal in the middle of the
 * start; a start whose log room dies or hangs, by a module that is loaded ahead of it.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { CloudbellProcess, pause } from './cloudbell-process.ts';

const CLOUDBELL = fileURLToPath(new URL('../../packages/server/bin/cloudbell.mjs', import.meta.url));

test('a request that dribbles does not hold up a stop: exit 0, nothing left to replay', async () => {
  const cloudbell = await CloudbellProcess.start();
  const { port } = new URL(cloudbell.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('POST /inbox/x HTTP/1.1\r\nhost: a\r\ncontent-type: text/plain\r\ncontent-length: 100\r\n\r\nabc');
  await pause(200);
  expect(await cloudbell.end('SIGTERM')).toBe(0);
  expect(cloudbell.output).toContain('Stopped; nothing is lost.');
  socket.destroy();
});

test('a change that waits for the log is told so when the stop comes: 503, exit 0', { timeout: 60_000 }, async () => {
  const cloudbell = await CloudbellProcess.start();
  const log = new DatabaseSync(join(cloudbell.dataDir, 'log.db'));
  log.exec('BEGIN IMMEDIATE');
  const put = cloudbell.call('PUT', '/api/v1/rules/r1', {
    namespace: 'acs_ecs',
    metricName: 'mem',
    period: 1,
    escalations: {
      warn: { statistics: 'Average', comparisonOperator: 'GreaterThanThreshold', threshold: 95, times: 1 },
    },
  });
  while ((await cloudbell.call('GET', '/api/v1/rules/r1')).status !== 200) await pause(50);
  const ended = cloudbell.end('SIGTERM');
  expect(await put).toMatchObject({ status: 503, body: { error: { code: 'log_unavailable' } } });
  log.exec('ROLLBACK');
  log.close();
  expect(await ended).toBe(0);
});

/** What the log's thread does instead of starting, as a module for `--import`. */
const inLogThread = (code: string): Record<string, string> => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(`if (process.argv[1]?.includes('log-thread')) { ${code} }`)}`,
});

test('who read its output is gone: it goes on, and stops cleanly', { timeout: 60_000 }, async () => {
  const cloudbell = await CloudbellProcess.start();
  cloudbell.child.stdout?.destroy();
  cloudbell.child.stderr?.destroy();
  expect((await cloudbell.call('GET', '/api/v1/rules')).status).toBe(200);
  expect(await cloudbell.end('SIGTERM')).toBe(0);
});

test('a room that dies during the start ends it: exit 1, and it says which', { timeout: 60_000 }, async () => {
  const starting = CloudbellProcess.start({ env: inLogThread('process.exit(7)') });
  await expect(starting).rejects.toThrow(/ended with 1:\ncloudbell: log-thread.ts stopped with code 7\n/);
});

test('a start that hangs is ended by a signal all the same', { timeout: 60_000 }, async () => {
  const data = join(mkdtempSync(join(tmpdir(), 'cloudbell-stop-')), 'data');
  const hang = 'process._rawDebug("hangs"); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)';
  const child = spawn(process.execPath, [CLOUDBELL, 'serve', '--listen', '127.0.0.1:0', '--data', data], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...inLogThread(hang) },
  });
  const ended = new Promise<string>((resolve) => child.once('exit', (code, signal) => resolve(String(code ?? signal))));
  let told = '';
  for await (const chunk of child.stderr) {
    told += String(chunk);
    if (told.includes('hangs')) break;
  }
  child.kill('SIGTERM');
  expect(await ended).toBe('1');
});

test('a signal in the middle of the start ends it', async () => {
  const data = join(mkdtempSync(join(tmpdir(), 'cloudbell-stop-')), 'data');
  for (const delayMs of [50, 200, 400]) {
    const child = spawn(process.execPath, [CLOUDBELL, 'serve', '--listen', '127.0.0.1:0', '--data', data], {
      stdio: 'ignore',
    });
    await pause(delayMs);
    const ended = new Promise<string>((resolve) =>
      child.once('exit', (code, signal) => resolve(String(code ?? signal))),
    );
    child.kill('SIGTERM');
    // Before the handler stands, the signal itself ends the process: that is an end too.
    expect(['0', 'SIGTERM']).toContain(await ended);
  }
});
