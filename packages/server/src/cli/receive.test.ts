import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { runCli } from './cli.ts';
import { type RecordingTerminal, recordingTerminal } from './recording-terminal.ts';

const VECTORS = new URL('../../../core/src/callback/callback-vectors.json', import.meta.url);
const vectors = JSON.parse(readFileSync(VECTORS, 'utf8')) as { secret: string; vectors: { body: string }[] };
const BODY = vectors.vectors[0]?.body ?? '';
const FORM = 'application/x-www-form-urlencoded; charset=UTF-8';

/** Starts the command, lets `use` talk to it, interrupts it. */
async function receiving(
  argv: readonly string[],
  use: (url: string, terminal: RecordingTerminal) => Promise<void>,
  env: Record<string, string> = {},
): Promise<RecordingTerminal> {
  const { promise: url, resolve: listening } = Promise.withResolvers<string>();
  const terminal = recordingTerminal(['receive', '--port', '0', ...argv], {
    env,
    err: (text) => {
      const found = /http:\/\/\S+:\d+/.exec(text)?.[0];
      if (found !== undefined) listening(found);
    },
  });
  const ended = runCli(terminal);
  await use(await url, terminal);
  terminal.interrupt();
  expect(await ended).toBe(0);
  return terminal;
}

const post = (url: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}/hook`, { method: 'POST', body, headers: { 'content-type': FORM, ...headers } });

test('prints a callback with its verdict', async () => {
  const { said } = await receiving(
    [],
    async (url) => {
      expect((await post(url, BODY, { 'webhook-id': 'msg_1', 'cloudbell-attempt': '2' })).status).toBe(200);
    },
    { CLOUDBELL_SIGNING_SECRET: vectors.secret },
  );
  expect(said.out).toContain('Host.mem.usedutilization');
  expect(said.out).toContain('signature');
  expect(said.out).toContain(' valid');
  expect(said.out).toContain('attempt 2');
});

test('a wrong secret shows as invalid, none as unchecked', async () => {
  const wrong = 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
  expect((await receiving(['--secret', wrong], async (url) => void (await post(url, BODY)))).said.out).toContain(
    'invalid',
  );
  expect((await receiving([], async (url) => void (await post(url, BODY)))).said.out).toContain('unchecked');
});

test('--raw prints the exact bytes, --status answers as asked', async () => {
  const { said } = await receiving(['--raw', '--status', '500'], async (url) => {
    expect((await post(url, BODY)).status).toBe(500);
    expect((await fetch(url)).status).toBe(405);
  });
  expect(said.out).toBe(`${BODY}\n`);
});

test('a port that is taken is one line and exit code 1', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  const terminal = recordingTerminal(['receive', '--port', String(port)]);
  expect(await runCli(terminal)).toBe(1);
  expect(terminal.said.err).toBe(`cloudbell: cannot listen on 127.0.0.1 port ${port} (EADDRINUSE)\n`);
  taken.close();
});

test('a malformed secret is refused without being shown', async () => {
  const terminal = recordingTerminal(['receive', '--port', '0', '--secret', 'hunter2']);
  expect(await runCli(terminal)).toBe(1);
  expect(terminal.said.err).toContain('A signing secret begins with whsec_.');
  expect(terminal.said.err).not.toContain('hunter2');
});
