import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ApiProcess, openApiProcess } from './api-process.contract.ts';

// Goal: a test by hand from a terminal: what came of it, what to do, the bytes and what was signed; the exit code says it too.

let api: ApiProcess;
beforeAll(async () => {
  api = await openApiProcess();
  await run('contacts put ada --email ada@a.example');
});
afterAll(() => api.close());
beforeEach(async () => {
  await api.api.clock.advance(60_000);
  api.api.state.tests.length = 0;
});
const run = (line: string, changes = {}) => api.run(line.split(' '), changes);

test('what came of it, line by line; nothing in it acts on the terminal', async () => {
  const { testReport } = api.api.state;
  api.api.state.testReport = {
    ...testReport,
    sent: { head: 'POST /hook HTTP/1.1\r\nhost: a', body: 'a=\u001b[2J', bytes: 40 },
    signed: [{ name: 'sign', algorithm: 'HMAC-SHA256', key: 'a key', text: '1700\nSEC***', value: 'c2ln' }],
  };
  const { code, out } = await run('test-send callback http://127.0.0.1:9/hook --profile json');
  expect(out).toBe(`to       callback http://127.0.0.1:9/hook
outcome  accepted 200, after 3 ms
answer   ok

sent, 40 bytes
POST /hook HTTP/1.1
host: a

a=\\x1b[2J

sign = c2ln
HMAC-SHA256, keyed with a key, of
1700
SEC***
`);
  expect(code).toBe(0);
  expect(api.api.state.tests).toMatchObject([{ channel: 'callback', profile: 'json' }]);
});

test('one that did not arrive: what and what to do, and exit code 1', async () => {
  const { testReport } = api.api.state;
  const error = 'http://127.0.0.1:9 refused the connection.';
  const result = { ...testReport.result, outcome: 'refused' as const, status: null, error, answer: null };
  api.api.state.testReport = { ...testReport, result, sent: null, signed: [] };
  const { code, out } = await run('test-send contact ada');
  expect(out).toBe(`to       email ada@a.example
outcome  refused, after 3 ms
what     ${error}
`);
  expect(code).toBe(1);
  api.api.state.testReport = testReport;
});

test.each([
  ['email x@a.example', { channel: 'email', endpoint: 'x@a.example' }],
  ['dingtalk http://127.0.0.1:9/robot', { channel: 'dingtalk', robotSecret: undefined }],
  ['dingtalk http://127.0.0.1:9/robot --secret-env S', { robotSecret: 'SEC0123' }],
  ['contact ada --channel email --json', { endpoint: 'ada@a.example' }],
])('%s', async (line, want) => {
  expect((await run(`test-send ${line}`, { env: { S: 'SEC0123' } })).code).toBe(0);
  expect(api.api.state.tests).toMatchObject([want]);
});

test.each([
  ['', 2, 'test-send needs a verb: callback, email, dingtalk or contact'],
  [' callback', 2, 'usage: cloudbell test-send callback URL'],
  [' dingtalk http://127.0.0.1:9/ --secret-env NOT_SET', 2, '--secret-env: NOT_SET is not set in the environment'],
  [' contact ada --channel fax', 2, '--channel: "fax" is neither email nor dingtalk'],
  [' callback http://127.0.0.1:9/ --rule none', 1, 'There is no rule none.'],
  [' callback http://127.0.0.1:9/ --profile short', 1, 'profile cannot be understood'],
  [' contact bob', 1, 'There is no contact with this name.'],
])('test-send%s: exit code %i', async (line, code, want) => {
  const result = await run(`test-send${line}`);
  expect(result.err).toContain(`cloudbell: ${want}`);
  expect(result).toMatchObject({ code, out: '' });
  expect(api.api.state.tests).toEqual([]);
});
