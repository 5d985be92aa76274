import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRule } from '@cloudbell/core/rule/parse-rule.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { runCli } from './cli.ts';
import { recordingTerminal } from './recording-terminal.ts';
import type { Terminal } from './terminal.ts';

/**
 * The command against a server of a few lines that keeps the contract of PUT, DELETE and GET: Basic, conditions, pages
 * of two. The real API's side of the contract is tested in api/.
 */
const stored = new Map<string, { version: number; rule: object }>();
let server: Server;
let url: string;
/** Runs once, after the next list was read: what somebody else does meanwhile. */
let meanwhile: (() => void) | null = null;

beforeAll(async () => {
  server = createServer((request, response) => {
    void handle(request).then(({ status, body }) => response.writeHead(status).end(JSON.stringify(body)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => stored.clear());

async function handle(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
  if (request.headers.authorization !== `Basic ${Buffer.from('key:secret').toString('base64')}`) {
    return { status: 401, body: { error: { code: 'unauthorized', message: 'No such key.', hint: 'Check it.' } } };
  }
  const path = new URL(request.url ?? '', 'http://x');
  if (path.pathname === '/api/v1/rules') {
    const ids = [...stored.keys()].sort().filter((id) => id > (path.searchParams.get('cursor') ?? ''));
    const items = ids
      .slice(0, 2)
      .map((ruleId) => ({ ruleId, version: stored.get(ruleId)?.version, ...stored.get(ruleId)?.rule }));
    const next = ids.length > 2 ? ids[1] : null;
    if (next === null) {
      meanwhile?.();
      meanwhile = null;
    }
    return { status: 200, body: { items, next } };
  }
  const ruleId = decodeURIComponent(path.pathname.slice('/api/v1/rules/'.length));
  const now = stored.get(ruleId);
  const { 'if-match': match, 'if-none-match': none } = request.headers;
  if ((none === '*' && now !== undefined) || (match !== undefined && match !== `"${now?.version}"`)) {
    return { status: 412, body: null };
  }
  if (request.method === 'DELETE') {
    stored.delete(ruleId);
    return { status: 204, body: null };
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const parsed = parseRule('1', ruleId, JSON.parse(Buffer.concat(chunks).toString()), { checkWebhook: () => null });
  if ('problems' in parsed) return { status: 400, body: { error: parsed.problems[0] } };
  stored.set(ruleId, { version: (now?.version ?? 0) + 1, rule: parsed.rule });
  return { status: now === undefined ? 201 : 200, body: {} };
}

const folder = mkdtempSync(join(tmpdir(), 'cloudbell-rules-'));
const ruleYaml = (id: string, threshold: number): string => `  ${id}:
    namespace: acs_ecs
    metricName: Host.load1
    period: 15
    escalations: {warn: {statistics: Average, comparisonOperator: GreaterThanThreshold, threshold: ${threshold}, times: 1}}
`;
const writeRules = (...rules: string[]): void => writeFileSync(join(folder, 'rules.yaml'), `rules:\n${rules.join('')}`);
const KEY = { CLOUDBELL_ACCESS_KEY_ID: 'key', CLOUDBELL_ACCESS_KEY_SECRET: 'secret' };

async function run(args: string, changes: Partial<Terminal> = {}): Promise<{ code: number; out: string; err: string }> {
  const env = { ...KEY, CLOUDBELL_SERVER: url };
  const terminal = recordingTerminal(['rules', ...args.split(' ')], { cwd: folder, env, ...changes });
  const code = await runCli(terminal);
  return { code, ...terminal.said };
}

test('applies, then has nothing to do, then changes what differs, then prunes', async () => {
  writeRules(ruleYaml('a', 1), ruleYaml('b/c d', 2), ruleYaml('e', 3));
  expect(await run('apply -f rules.yaml --yes')).toMatchObject({ code: 0, err: '' });
  expect([...stored.keys()]).toEqual(['a', 'b/c d', 'e']);

  expect(await run('apply -f rules.yaml')).toEqual({ code: 0, out: '3 unchanged.\n', err: '' });

  writeRules(ruleYaml('a', 1), ruleYaml('b/c d', 9));
  const changed = await run('apply -f rules.yaml --yes');
  expect(changed.out).toContain('escalations.warn.threshold  2  →  9');
  expect(changed.out).toContain('1 to change, 1 unchanged, 1 in no file');
  expect([...stored].map(([id, { version }]) => `${id}@${version}`)).toEqual(['a@1', 'b/c d@2', 'e@1']);

  expect((await run('apply -f rules.yaml --yes --prune')).code).toBe(0);
  expect([...stored.keys()]).toEqual(['a', 'b/c d']);
});

test('what export prints applies as no change', async () => {
  writeRules(ruleYaml('a', 1), ruleYaml('b', 2), ruleYaml('c', 3));
  await run('apply -f rules.yaml --yes');
  writeFileSync(join(folder, 'rules.yaml'), (await run('export')).out);
  expect((await run('apply -f rules.yaml --prune')).out).toBe('3 unchanged.\n');
});

test('asks first; a no, --dry-run, and nobody to ask change nothing', async () => {
  writeRules(ruleYaml('a', 1));
  expect((await run('apply -f rules.yaml', { ask: async () => 'n' })).code).toBe(1);
  expect((await run('apply -f rules.yaml --dry-run')).code).toBe(1);
  const unasked = await run('apply -f rules.yaml');
  expect(unasked).toMatchObject({ code: 2 });
  expect(unasked.err).toContain('--yes');
  expect(stored.size).toBe(0);
  expect((await run('apply -f rules.yaml', { ask: async () => 'y' })).code).toBe(0);
  expect(stored.size).toBe(1);
  expect((await run('apply -f rules.yaml --dry-run')).code).toBe(0);
});

test('a change made meanwhile is not overwritten, and the others go through', async () => {
  writeRules(ruleYaml('a', 1), ruleYaml('b', 1));
  await run('apply -f rules.yaml --yes');
  writeRules(ruleYaml('a', 2), ruleYaml('b', 2));
  meanwhile = () => stored.set('a', { version: 7, rule: stored.get('a')?.rule ?? {} });
  const result = await run('apply -f rules.yaml --yes');
  expect(result).toMatchObject({
    code: 1,
    err: 'a: somebody changed it meanwhile; run apply again to see the difference\n',
  });
  expect(result.out).toContain('1 applied, 1 failed.');
  expect(stored.get('a')?.version).toBe(7);
  expect(stored.get('b')?.version).toBe(2);
});

test('failures are one line', async () => {
  writeRules(ruleYaml('a', 1));
  const wrongKey = { ...KEY, CLOUDBELL_ACCESS_KEY_ID: 'x', CLOUDBELL_SERVER: url };
  expect(await run('export', { env: wrongKey })).toEqual({
    code: 1,
    out: '',
    err: 'cloudbell: No such key. Check it.\n',
  });
  const nobody = { ...KEY, CLOUDBELL_SERVER: 'http://127.0.0.1:9' };
  expect(await run('export', { env: nobody })).toEqual({
    code: 1,
    out: '',
    err: 'cloudbell: http://127.0.0.1:9 does not answer: ECONNREFUSED\n',
  });
});

test.each([
  ['', 'rules has no verb ""'],
  ['aply', 'rules has no verb "aply": apply or export'],
  ['apply', 'rules apply needs a file: -f rules.yaml'],
  ['apply -f none.yaml', 'none.yaml: cannot be read (ENOENT)'],
  ['apply -f rules.yaml --prun', "Unknown option '--prun'"],
  ['apply -f rules.yaml --yes --dry-run', '--yes and --dry-run contradict each other'],
  ['export --server ftp://x', '--server: "ftp://x" is not an http or https URL'],
])('rules %s: exit code 2', async (args, want) => {
  const { code, err } = await run(args);
  expect(err).toContain(`cloudbell: ${want}`);
  expect(code).toBe(2);
});
