import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isLoopback, type OptionsResult, parseOptions } from './options.ts';
import { loadOptions } from './options-file.ts';
import { optionsDocument, optionsHelp } from './options-help.ts';
import type { CloudbellOptions } from './options-table.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

const parse = (argv: string, env: Record<string, string> = {}, yamlText: string | null = null): OptionsResult =>
  parseOptions({ argv: argv === '' ? [] : argv.split(' '), env, yamlText });
const good = (result: OptionsResult): CloudbellOptions => {
  if ('error' in result) throw new Error(result.error);
  return result.options;
};
const refused = (result: OptionsResult): string => {
  if (!('error' in result)) throw new Error('was accepted');
  expect(result.error).not.toContain('\n');
  return result.error;
};

test('with nothing given, the defaults of design.md', () => {
  expect(good(parse(''))).toMatchObject({
    listen: { host: '127.0.0.1', port: 8190 },
    dataPath: './data',
    accountId: '1000000000000001',
    collect: true,
    collectEveryMs: 15_000,
    callbackAllow: ['private', 'loopback'],
    callbackProfile: 'classic',
    timeZone: null,
    signingSecret: null,
    bodyBytesMax: 16 * 1024 * 1024,
    answerBytesMax: 16_384,
  });
});

test('flag over environment over file over the default of the command', () => {
  const input = { env: { CLOUDBELL_DATA: 'e' }, yamlText: 'data: f', defaults: { dataPath: './data-demo' } };
  const data = (given: Parameters<typeof parseOptions>[0]): string => good(parseOptions(given)).dataPath;
  expect(data({ ...input, argv: ['--data', 'a'] })).toBe('a');
  expect(data({ ...input, argv: [] })).toBe('e');
  expect(data({ ...input, argv: [], env: { CLOUDBELL_DATA: '' } })).toBe('f');
  expect(data({ ...input, argv: [], env: {}, yamlText: null })).toBe('./data-demo');
});

describe('what a text is read as', () => {
  const rows: [string, Partial<CloudbellOptions>][] = [
    ['--listen=[::1]:0', { listen: { host: '::1', port: 0 } }],
    ['--listen localhost:80', { listen: { host: 'localhost', port: 80 } }],
    ['--collect off', { collect: false }],
    ['--collect=true', { collect: true }],
    ['--collect-every 1m30s', { collectEveryMs: 90_000 }],
    ['--body-bytes-max 1MiB', { bodyBytesMax: 1_048_576 }],
    ['--batch-samples-max 20_000', { batchSamplesMax: 20_000 }],
    ['--time-zone Asia/Shanghai', { timeZone: 'Asia/Shanghai' }],
    ['--public-url https://bell.example/x/', { publicUrl: 'https://bell.example/x' }],
    ['--callback-allow none', { callbackAllow: [] }],
    [
      '--smtp-host=mail.example.com --smtp-from bell@example.com --smtp-port 2525',
      { smtpHost: 'mail.example.com', smtpFrom: 'bell@example.com', smtpPort: 2525, smtpSecurity: 'starttls' },
    ],
    ['--callback-allow private,192.0.2.7,fd00::/8', { callbackAllow: ['private', '192.0.2.7/32', 'fd00::/8'] }],
    ['--listen 0.0.0.0:8190', { callbackAllow: ['private'] }],
    ['--callback-profile json', { callbackProfile: 'json' }],
    ['--tls-cert c.pem --tls-key k.pem', { tlsCertPath: 'c.pem', tlsKeyPath: 'k.pem' }],
  ];
  test.each(rows)('%s', (argv, want) => expect(good(parse(argv))).toMatchObject(want));
});

describe('flags that are refused, in one line that names them', () => {
  const rows: [string, string][] = [
    ['--lisen 1', 'unknown option --lisen (did you mean --listen?)'],
    ['--frobnicate', 'unknown option --frobnicate'],
    ['-v', 'unexpected argument "-v"'],
    ['serve', 'unexpected argument "serve"'],
    ['--data', '--data: needs a value'],
    ['--data a --data b', '--data: given twice'],
    ['--listen 8190', '--listen: "8190" is not HOST:PORT, like 127.0.0.1:8190 or [::1]:8190'],
    ['--listen ::1:80', '--listen: "::1:80" is not HOST:PORT, like 127.0.0.1:8190 or [::1]:8190'],
    ['--listen 1.2.3.400:80', '--listen: "1.2.3.400:80" has no valid IPv4 address'],
    ['--listen a:99999', '--listen: "a:99999" has a port above 65535'],
    ['--collect maybe', '--collect: "maybe" is not on or off'],
    ['--collect-every 15', '--collect-every: "15" is not a duration like 500ms, 15s, 10m, 1h30m or 7d'],
    ['--collect-every 10ms', '--collect-every: "10ms" is less than the least allowed, 1s'],
    ['--batch-samples-max -5', '--batch-samples-max: "-5" is not a whole number'],
    ['--batch-samples-max 0', '--batch-samples-max: "0" is less than the least allowed, 1'],
    ['--body-bytes-max 1MB', '--body-bytes-max: "1MB" is not a size like 65536, 64KiB or 16MiB'],
    ['--callback-profile xml', '--callback-profile: "xml" is not one of classic, extended, json'],
    ['--time-zone Mars/Base', '--time-zone: "Mars/Base" is not an IANA time zone like Europe/Berlin or UTC'],
    ['--callback-allow private,none', '--callback-allow: "private,none" has "none" beside other entries'],
    ['--public-url ftp://x', '--public-url: "ftp://x" is not an http or https URL'],
    ['--public-url http://a:b@x', '--public-url: "http://a:b@x" holds credentials'],
    ['--tls-cert c.pem', '--tls-cert is given without --tls-key; HTTPS needs both'],
    ['--tls-key k.pem', '--tls-key is given without --tls-cert; HTTPS needs both'],
    ['--smtp-host m.example', '--smtp-host is given without --smtp-from; mails must be from somebody'],
    ['--smtp-from a@b.example', '--smtp-from is given without --smtp-host'],
    [
      '--smtp-host m.example --smtp-user a@b.example',
      '--smtp-user is given without CLOUDBELL_SMTP_PASSWORD; a login is both',
    ],
    ['--smtp-from=a@b@c', '--smtp-from: "a@b@c" is not an e-mail address'],
    ['--raw-retention 32d', '--minute-retention is less than --raw-retention; what is coarser is kept longer'],
    [
      '--five-minute-retention 30d',
      '--five-minute-retention is less than --minute-retention; what is coarser is kept longer',
    ],
    ['--body-bytes-max 1GiB', '--decompressed-bytes-max is less than --body-bytes-max'],
    [
      '--signing-secret x',
      '--signing-secret: secrets are not taken as flags, others could read them; set CLOUDBELL_SIGNING_SECRET',
    ],
  ];
  test.each(rows)('%s', (argv, want) => expect(refused(parse(argv))).toBe(want));

  test('one bad address among good ones is named', () => {
    expect(refused(parse('--callback-allow private,10.0.0.0/33'))).toContain('has "10.0.0.0/33", which is not');
  });
});

describe('the environment', () => {
  const rows: [Record<string, string>, string][] = [
    [{ CLOUDBELL_LISEN: '1' }, 'unknown environment variable CLOUDBELL_LISEN (did you mean CLOUDBELL_LISTEN?)'],
    [{ CLOUDBELL_PORT: '80' }, 'unknown environment variable CLOUDBELL_PORT'],
    [{ CLOUDBELL_COLLECT: 'si' }, 'CLOUDBELL_COLLECT: "si" is not on or off'],
    [
      { CLOUDBELL_ACCESS_KEY_ID: 'a' },
      'CLOUDBELL_ACCESS_KEY_ID is given without CLOUDBELL_ACCESS_KEY_SECRET; an access key is both',
    ],
  ];
  test.each(rows)('%j is refused', (env, want) => expect(refused(parse('', env))).toContain(want));

  test('a secret that is refused is not shown', () => {
    expect(refused(parse('', { CLOUDBELL_SIGNING_SECRET: 'hunter2' }))).toBe(
      'CLOUDBELL_SIGNING_SECRET: the value is not whsec_ followed by base64 of 24 to 64 bytes',
    );
  });
  test('a malformed text is refused even where a flag overrides it', () => {
    expect(refused(parse('--collect on', { CLOUDBELL_COLLECT: 'si' }))).toContain('CLOUDBELL_COLLECT');
  });
  test('two live secrets', () => {
    const env = { CLOUDBELL_SIGNING_SECRET: SECRET, CLOUDBELL_SIGNING_SECRET_PREVIOUS: SECRET };
    expect(good(parse('', env))).toMatchObject({ signingSecret: SECRET, previousSigningSecret: SECRET });
  });
  test('what Kubernetes adds for a service called cloudbell is no typing error', () => {
    const env = {
      CLOUDBELL_PORT: 'tcp://10.0.0.1:8190',
      CLOUDBELL_PORT_8190_TCP: 'tcp://10.0.0.1:8190',
      CLOUDBELL_PORT_8190_TCP_ADDR: '10.0.0.1',
      CLOUDBELL_SERVICE_HOST: '10.0.0.1',
      CLOUDBELL_SERVICE_PORT_HTTP: '8190',
      CLOUDBELL_RECEIVER_SERVICE_HOST: '10.0.0.2',
      CLOUDBELL_SERVER: 'http://localhost:1',
      PATH: '/bin',
    };
    expect(good(parse('', env)).listen.port).toBe(8190);
  });
});

describe('the file', () => {
  test('numbers, switches and lists are what they look like', () => {
    const text =
      'account-id: 12345678901234567890\ncollect: false\ncallback-allow: [private, 192.0.2.0/24]\nname-bytes-max: 100\n';
    expect(good(parse('', {}, text))).toMatchObject({
      accountId: '12345678901234567890',
      collect: false,
      callbackAllow: ['private', '192.0.2.0/24'],
      nameBytesMax: 100,
    });
  });
  test.each([
    ['# nothing but a comment\n', null],
    ['lisen: a', 'cloudbell.yaml: unknown option "lisen" (did you mean listen?)'],
    ['- a\n- b\n', 'cloudbell.yaml: is not a mapping of option names to values'],
    ['listen: {host: a}', 'cloudbell.yaml: listen: is neither a text, a number, a switch nor a list of those'],
    ['collect: 7', 'cloudbell.yaml: collect: "7" is not on or off'],
  ])('%j', (text, want) => {
    const result = parse('', {}, text);
    expect('error' in result ? result.error : null).toBe(want);
  });
  test('broken YAML is one line with its place', () => {
    expect(refused(parse('', {}, 'a: [1'))).toMatch(/^cloudbell\.yaml: .* at line 1/);
  });
  test('the same key twice is refused', () => {
    expect(refused(parse('', {}, 'data: a\ndata: b\n'))).toContain('unique');
  });
  test('is found by --config, CLOUDBELL_CONFIG or its name; a named one must be there', () => {
    const cwd = mkdtempSync(join(tmpdir(), 'cloudbell-options-'));
    const data = (argv: string[], env = {}): string => good(loadOptions({ argv, env, cwd })).dataPath;
    expect(data([])).toBe('./data');
    writeFileSync(join(cwd, 'cloudbell.yaml'), 'data: here');
    writeFileSync(join(cwd, 'other.yaml'), 'data: there');
    expect(data([])).toBe('here');
    expect(data(['--config', 'other.yaml'])).toBe('there');
    expect(data(['--config=other.yaml', '--data', 'flag'])).toBe('flag');
    expect(data([], { CLOUDBELL_CONFIG: 'other.yaml' })).toBe('there');
    expect(refused(loadOptions({ argv: ['--config', 'no.yaml'], env: {}, cwd }))).toBe(
      'no.yaml: cannot be read (ENOENT)',
    );
  });
});

test.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['0:0:0:0:0:0:0:1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['fe80::1', false],
  ['1', false],
])('%s is loopback: %s', (host, want) => expect(isLoopback(host)).toBe(want));

test('docs/options.md is what the table says', () => {
  expect(readFileSync(new URL('../../../../docs/options.md', import.meta.url), 'utf8')).toBe(optionsDocument());
});

test('the help names every option once, aligned, within 100 columns', () => {
  const help = optionsHelp();
  expect(help).toMatchSnapshot();
  expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});
