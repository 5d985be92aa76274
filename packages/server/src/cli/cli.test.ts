import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from './cli.ts';
import { recordingTerminal } from './recording-terminal.ts';

const run = async (...argv: string[]): Promise<{ code: number; out: string; err: string }> => {
  const terminal = recordingTerminal(argv, { cwd: mkdtempSync(join(tmpdir(), 'cloudbell-cli-')) });
  return { code: await runCli(terminal), ...terminal.said };
};

test.each([['--version'], ['-v'], ['version']])('%s', async (...argv) => {
  expect(await run(...argv)).toEqual({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), err: '' });
});

test.each([['--help'], ['-h'], ['help'], ['serve', '--help'], ['--listen', 'x', '--help']])(
  '%s %s %s',
  async (...argv) => {
    const { code, out } = await run(...argv);
    expect(code).toBe(0);
    expect(out).toContain('cloudbell rules apply -f rules.yaml');
    expect(out).toContain('--listen HOST:PORT');
  },
);

test.each([
  ['receive', '--status CODE'],
  ['rules', '--prune'],
  ['alerts', '--state ALERT|OK'],
  ['silences', '--for LENGTH'],
  ['deliveries', 'replay ID'],
  ['contacts', '--secret-env NAME'],
  ['groups', '--empty'],
  ['users', '--password-env NAME'],
  ['keys', 'cloudbell keys create NAME'],
  ['backup', 'cloudbell backup FILE'],
  ['restore', '--force'],
  ['secrets', 'signing secret'],
])('%s --help explains itself and its exit codes', async (command, want) => {
  const { code, out } = await run(command, '--help');
  expect(code).toBe(0);
  expect(out).toContain(want);
  expect(out).toContain('Exit code: 0');
});

test.each([
  [['frobnicate'], 'unknown command "frobnicate"; there are serve, demo'],
  [['toString'], 'unknown command "toString"'],
  [['serve', '--lisen', '1'], 'unknown option --lisen (did you mean --listen?)'],
  [['--lisen', '1'], 'unknown option --lisen (did you mean --listen?)'],
  [['demo', 'now'], 'unexpected argument "now"'],
  [['secrets', '--data'], '--data: needs a value'],
  [['backup'], 'backup needs a file: cloudbell backup FILE'],
  [['restore', '--force'], 'restore needs a file: cloudbell restore FILE'],
  [['receive', '--port', '99999'], '--port: "99999" is not a number from 0 to 65535'],
  [['receive', '--prot', '1'], "Unknown option '--prot'"],
])('%j: one line, exit code 2', async (argv, want) => {
  const { code, out, err } = await run(...argv);
  expect(err).toContain(`cloudbell: ${want}`);
  expect(err.trimEnd().split('\n')).toHaveLength(1);
  expect({ code, out }).toEqual({ code: 2, out: '' });
});

test.each([
  [['secrets', '--data', 'none'], 'No signing secret is stored in none.'],
  [['backup', 'b.db', '--data', 'none'], 'There is no store in none.'],
])('%j: says what is missing, exit code 1', async (argv, want) => {
  const { code, err } = await run(...argv);
  expect(err).toContain(`cloudbell: ${want}`);
  expect(code).toBe(1);
});
