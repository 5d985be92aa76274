/**
 * Goal: a stop is clean whatever clients do and whenever it comes. Method: a real process; a request that never ends,
 * sent without credentials; a signal in the middle of the start.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { CloudbellProcess, pause } from './cloudbell-process.ts';

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

test('a signal in the middle of the start ends it', async () => {
  const main = fileURLToPath(new URL('../../packages/server/src/main.ts', import.meta.url));
  const data = join(mkdtempSync(join(tmpdir(), 'cloudbell-stop-')), 'data');
  for (const delayMs of [50, 200, 400]) {
    const child = spawn(process.execPath, [main, 'serve', '--listen', '127.0.0.1:0', '--data', data], {
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
