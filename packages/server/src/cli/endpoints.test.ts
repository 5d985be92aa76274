import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ApiProcess, openApiProcess } from './api-process.contract.ts';

let api: ApiProcess;
beforeAll(async () => {
  api = await openApiProcess();
});
afterAll(() => api.close());
beforeEach(() => api.clear());

const run = (line: string, changes = {}) => api.run(['endpoints', ...line.split(' ')], changes);
const put = (name: string, body: object) =>
  api.api.ask({ method: 'PUT', url: `/api/v1/endpoint-settings/${name}`, body });
const HOOK = 'http://127.0.0.1:9/hook';
const SECRET = `whsec_${btoa('a secret that was brought')}`;

test('settings are listed and shown, secrets masked', async () => {
  expect((await run('settings')).out).toMatch(/^No endpoint has settings of its own/);
  const auth = { type: 'basic', user: 'bell', password: 'planted password 1a2b' };
  await put('pager', { endpoint: HOOK, retryFor: 60, rateLimit: { attempts: 5 }, headers: { 'X-Team': 'ops' }, auth });
  expect((await run('settings')).out).toContain('pager');
  expect((await run('settings')).out).toContain('patience, rate, headers, auth');
  expect((await run('show pager')).out).toBe(`name         pager
endpoint     ${HOOK}
retried for  60 s
rate         5 in 1 s
profile      the deployment's
headers      X-Team: ***
auth         basic bell ***1a2b
secret       the deployment's
changed      2023-11-14 22:13:20
`);
});

test('a signing secret is rotated and promoted, and told once', async () => {
  await put('pager', { endpoint: HOOK });
  const first = await run('rotate pager --secret-env NEW', { env: { NEW: SECRET } });
  expect([first.code, first.out.split('\n').slice(1, 3)]).toEqual([0, [SECRET, 'It signs from now on.']]);
  const second = await run('rotate pager --grace 2h');
  expect(second.out).toMatch(/\nwhsec_\S{44}\nBoth are live until 2023-11-15 00:13:20; then it signs alone/);
  expect((await run('rotate pager')).err).toContain('is being changed already');
  expect((await run('promote pager')).out).toBe('The new signing secret of pager signs the form from now on.\n');
  expect((await run('show pager')).out).toContain(', promoted, until 2023-11-15 00:13:20');
  expect((await run('promote pager')).code).toBe(1);
  expect((await run('rotate pager --grace soon')).code).toBe(2);
});

test('deleted when the answer is yes', async () => {
  await put('pager', { endpoint: HOOK });
  expect((await run('delete pager', { ask: async () => 'n' })).code).toBe(1);
  expect((await run('delete pager --yes')).out).toBe('Endpoint settings pager deleted.\n');
  expect((await run('show pager')).err).toContain('There are no endpoint settings with this name.');
});

test('how endpoints are doing', async () => {
  expect((await run('list')).out).toBe('Nothing has been sent yet.\n');
});
