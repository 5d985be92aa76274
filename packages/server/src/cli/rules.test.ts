import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ACCOUNT } from '../ports/store-fixtures.contract.ts';
import { type ApiProcess, openApiProcess } from './api-process.contract.ts';
import type { Terminal } from './terminal.ts';

/** The command against the real API and store. What somebody else does meanwhile happens while the command asks. */
let api: ApiProcess;
const folder = mkdtempSync(join(tmpdir(), 'cloudbell-rules-'));
beforeAll(async () => {
  api = await openApiProcess();
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => api.clear());

const ruleYaml = (id: string, threshold: number): string => `  ${id}:
    namespace: acs_ecs
    metricName: Host.load1
    period: 15
    escalations: {warn: {statistics: Average, comparisonOperator: GreaterThanThreshold, threshold: ${threshold}, times: 1}}
`;
const write = (text: string): void => writeFileSync(join(folder, 'rules.yaml'), text);
const writeRules = (...rules: string[]): void => write(`rules:\n${rules.join('')}`);
const run = (args: string, changes: Partial<Terminal> = {}) =>
  api.run(['rules', ...args.split(' ')], { cwd: folder, ...changes });
const ids = (kind: string) => api.ids(kind);
const versions = async () => (await api.list('rules')).map((rule) => `${rule.ruleId}@${rule.version}`);

const WHOLE = `contacts:
  ada:
    email: ada@a.example
    dingtalk: {webhook: "http://127.0.0.1:9/robot?access_token=1", secret: "\${DINGTALK_SECRET}"}
  bob: {email: bob@a.example}
contactGroups:
  ops: [bob, ada]
rules:
${ruleYaml('load', 8)}    contactGroups: [ops]
eventRules:
  reboots: {product: ECS, levels: [CRITICAL], contactGroups: [ops]}
`;
const SECRET = 'SEC0123456789abcdef9f2c';
const withSecret = { DINGTALK_SECRET: SECRET };

test('applies, then has nothing to do, then changes what differs, then prunes', async () => {
  writeRules(ruleYaml('a', 1), ruleYaml('"b/c d"', 2), ruleYaml('e', 3));
  expect(await run('apply -f rules.yaml --yes')).toMatchObject({ code: 0, err: '' });
  expect(await ids('rules')).toEqual(['a', 'b/c d', 'e']);

  expect(await run('apply -f rules.yaml')).toEqual({ code: 0, out: '3 unchanged.\n', err: '' });

  writeRules(ruleYaml('a', 1), ruleYaml('"b/c d"', 9));
  const changed = await run('apply -f rules.yaml --yes');
  expect(changed.out).toContain('escalations.warn.threshold  2  →  9');
  expect(changed.out).toContain('1 to change, 1 unchanged, 1 in no file');
  expect(await versions()).toEqual(['a@1', 'b/c d@2', 'e@1']);

  expect((await run('apply -f rules.yaml --yes --prune')).code).toBe(0);
  expect(await ids('rules')).toEqual(['a', 'b/c d']);
});

describe('contacts, groups, rules and event rules in one file', () => {
  const env = withSecret;
  test('are made in an order in which none names what is not there yet, and are as the file says then', async () => {
    write(WHOLE);
    const applied = await run('apply -f rules.yaml --yes', { env });
    expect(applied).toMatchObject({ code: 0, err: '' });
    expect(applied.out.match(/^\+ .*$/gm)).toEqual([
      '+ contact ada',
      '+ contact bob',
      '+ contact group ops',
      '+ rule load',
      '+ event rule reboots',
    ]);
    expect(applied.out).not.toContain(SECRET);
    expect(await api.contact('ada')).toMatchObject({ dingtalk: { secret: SECRET } });
    expect(await run('apply -f rules.yaml --prune', { env })).toEqual({ code: 0, out: '5 unchanged.\n', err: '' });
  });

  test('what export prints applies as no change, without any secret in it', async () => {
    write(WHOLE);
    await run('apply -f rules.yaml --yes', { env });
    const { out } = await run('export');
    expect(out).toContain('secret: SEC***9f2c');
    expect(out).toMatch(/^# Secrets are masked here/);
    write(out);
    expect((await run('apply -f rules.yaml --prune')).out).toBe('5 unchanged.\n');
    write(out.replace('ada@a.example', 'ada@b.example'));
    expect((await run('apply -f rules.yaml --yes')).out).toContain('email  ada@a.example  →  ada@b.example');
    expect(await api.contact('ada')).toMatchObject({ email: 'ada@b.example', dingtalk: { secret: SECRET } });
  });

  test('what a viewer exports says that callbacks are shortened, and destroys none', async () => {
    const webhook = 'http://127.0.0.1:9/hook?token=0123456789abcdef';
    await api.putRule('load', { webhook });
    const made = await api.api.ask({ method: 'POST', url: '/api/v1/access-keys', body: { name: 'v', role: 'viewer' } });
    const { accessKeyId, secret } = made.json();
    const viewer = { CLOUDBELL_ACCESS_KEY_ID: accessKeyId, CLOUDBELL_ACCESS_KEY_SECRET: secret };
    const { out } = await run('export', { env: viewer });
    expect(out).toMatch(/^# Callbacks of rules are shortened here.*cannot be applied/);
    expect(out).not.toContain(webhook);
    write(`${out}\ncontacts: {ada: {email: ada@a.example}}\n`.replace(/^contacts: \{\}\n/m, ''));
    const refused = await run('apply -f rules.yaml --yes');
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toContain('rules.yaml: rule load: webhook is shortened');
    expect((await api.list('rules'))[0].webhook).toBe(webhook);
    expect(await ids('contacts')).toEqual([]);
    // Whoever cannot write sees by the same file whether anything has changed since.
    write(out);
    expect(await run('apply -f rules.yaml --dry-run', { env: viewer })).toMatchObject({ code: 0 });
  });

  test('another secret is a change, and only its mask is shown', async () => {
    write(WHOLE);
    await run('apply -f rules.yaml --yes', { env });
    const changed = await run('apply -f rules.yaml --yes', { env: { DINGTALK_SECRET: 'SEC0123456789abcdef0000' } });
    expect(changed.out).toContain('dingtalk.secret  "SEC***9f2c"  →  "SEC***0000"');
    expect(await api.contact('ada')).toMatchObject({ dingtalk: { secret: 'SEC0123456789abcdef0000' } });
  });

  test('a masked secret of another server is refused before anything is changed', async () => {
    write(WHOLE.replace(`\${DINGTALK_SECRET}`, 'SEC***9f2c'));
    const refused = await run('apply -f rules.yaml --yes');
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toContain('rules.yaml: contact ada: dingtalk.secret is masked');
    expect(await ids('contacts')).toEqual([]);
  });

  test('deletions go the other way round, and only in the sections that a file has', async () => {
    write(WHOLE);
    await run('apply -f rules.yaml --yes', { env });
    write('contactGroups: {}\ncontacts: {}\n');
    const pruned = await run('apply -f rules.yaml --prune --yes');
    expect(pruned.out.match(/^- .*$/gm)).toEqual(['- contact group ops', '- contact ada', '- contact bob']);
    expect(pruned.code).toBe(0);
    expect([await ids('contacts'), await ids('contact-groups')]).toEqual([[], []]);
    expect([await ids('rules'), await ids('event-rules')]).toEqual([['load'], ['reboots']]);
  });

  test('what the server takes and warns of is told', async () => {
    writeRules(`${ruleYaml('a', 1)}    contactGroups: [nobody]\n`);
    expect(await run('apply -f rules.yaml --yes')).toMatchObject({
      code: 0,
      err: 'rule a: There is no contact group "nobody" now; nobody is notified through it.\n',
    });
  });
});

describe('endpoint settings in a file', () => {
  const HOOK = 'http://127.0.0.1:9/hook?token=0123456789abcdef';
  const FILE = `endpoints:
  pager:
    endpoint: ${HOOK}
    retryFor: 3600
    rateLimit: {attempts: 5}
    headers: {X-Key: "\${KEY}"}
    auth: {type: basic, user: bell, password: "\${PASSWORD}"}
`;
  const env = { KEY: 'planted-header-value-9f2c', PASSWORD: 'planted password 1a2b' };
  const stored = () => api.api.store.endpointSettings.settings(ACCOUNT, 'pager');

  test('are made, exported without a secret, and applied again as no change', async () => {
    write(FILE);
    const applied = await run('apply -f rules.yaml --yes', { env });
    expect(applied).toMatchObject({ code: 0, err: '' });
    expect(applied.out).not.toMatch(/planted|0123456789abcdef/);
    expect(await stored()).toMatchObject({ endpoint: HOOK, headers: { 'X-Key': env.KEY }, retryFor: 3600 });
    const { out } = await run('export');
    expect(out).not.toMatch(/planted|0123456789abcdef/);
    write(out);
    expect((await run('apply -f rules.yaml --prune')).out).toBe('1 unchanged.\n');
    write(out.replace('retryFor: 3600', 'retryFor: 7200'));
    expect((await run('apply -f rules.yaml --yes')).out).toContain('retryFor  3600  →  7200');
    expect(await stored()).toMatchObject({ retryFor: 7200, headers: { 'X-Key': env.KEY } });
  });

  test('a masked secret for another endpoint is refused before anything is changed', async () => {
    write(FILE);
    await run('apply -f rules.yaml --yes', { env });
    write((await run('export')).out.replace(/endpoint: .*/, 'endpoint: http://127.0.0.1:9/elsewhere'));
    const refused = await run('apply -f rules.yaml --yes');
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toContain('endpoint settings pager: headers.X-Key is masked');
  });
});

test('asks first; a no, --dry-run, and nobody to ask change nothing', async () => {
  writeRules(ruleYaml('a', 1));
  expect((await run('apply -f rules.yaml', { ask: async () => 'n' })).code).toBe(1);
  expect((await run('apply -f rules.yaml --dry-run')).code).toBe(1);
  const unasked = await run('apply -f rules.yaml');
  expect(unasked).toMatchObject({ code: 2 });
  expect(unasked.err).toContain('--yes');
  expect(await ids('rules')).toEqual([]);
  expect((await run('apply -f rules.yaml', { ask: async () => 'y' })).code).toBe(0);
  expect(await ids('rules')).toEqual(['a']);
  expect((await run('apply -f rules.yaml --dry-run')).code).toBe(0);
});

test.each([
  ['rule', 'rules', (value: number) => ruleYaml('x', value).split(':\n').slice(1).join(':\n')],
  ['contact', 'contacts', (value: number) => `    email: ada@${value}.example\n`],
  ['contact group', 'contactGroups', (value: number) => `    - "${value}"\n`],
  ['event rule', 'eventRules', (value: number) => `    keyword: "${value}"\n`],
])('a change made meanwhile to a %s is not overwritten, and the others go through', async (noun, section, body) => {
  const file = (things: Record<string, number>): string =>
    `${section}:\n${Object.entries(things)
      .map(([id, value]) => `  ${id}:\n${body(value)}`)
      .join('')}`;
  write(file({ a: 1, b: 1 }));
  await run('apply -f rules.yaml --yes');
  write(file({ a: 2, b: 2 }));
  const ask = async (): Promise<string> => {
    writeFileSync(join(folder, 'theirs.yaml'), file({ a: 7 }));
    expect((await run('apply -f theirs.yaml --yes')).err).not.toContain('cloudbell:');
    return 'y';
  };
  const result = await run('apply -f rules.yaml', { ask });
  expect(result.err).toContain(`${noun} a: somebody changed it meanwhile; run apply again to see the difference\n`);
  expect(result.code).toBe(1);
  expect(result.out).toContain('1 applied, 1 failed.');
  write(file({ a: 7, b: 2 }));
  expect((await run('apply -f rules.yaml --dry-run')).out).toBe('2 unchanged.\n');
});

test('failures are one line', async () => {
  const wrongKey = await run('export', { env: { CLOUDBELL_ACCESS_KEY_ID: 'x' } });
  expect(wrongKey).toMatchObject({ code: 1, out: '' });
  expect(wrongKey.err).toMatch(/^cloudbell: [^\n]+\n$/);
  expect(await run('export', { env: { CLOUDBELL_SERVER: 'http://127.0.0.1:9' } })).toEqual({
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
  writeRules(ruleYaml('a', 1));
  const { code, err } = await run(args);
  expect(err).toContain(`cloudbell: ${want}`);
  expect(code).toBe(2);
});
