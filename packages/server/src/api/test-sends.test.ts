import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Fixture, openFixture, RULE } from './api-fixture.contract.ts';

let api: Fixture;
beforeEach(async () => {
  api = await openFixture();
});
afterEach(() => api.close());

const HOOK = 'http://127.0.0.1:9099/hook';
const send = (body: unknown) => api.ask({ method: 'POST', url: '/api/v1/test-sends', body });

test('a callback, with the rule of the form: the attempt is answered as it went', async () => {
  const answer = await send({ channel: 'callback', endpoint: HOOK, profile: 'extended', rule: RULE });
  expect([answer.statusCode, answer.json()]).toEqual([
    200,
    {
      ...{
        deliveryId: 'test_1',
        outcome: 'accepted',
        status: 200,
        durationMs: 3,
        error: null,
        remedy: null,
        answer: 'ok',
      },
      sent: {
        target: 'POST http://127.0.0.1:9099/',
        headers: [{ name: 'a', value: 'b' }],
        body: 'x=1',
        signed: [],
      },
    },
  ]);
  expect(api.state.tests).toMatchObject([
    { channel: 'callback', endpoint: HOOK, profile: 'extended', rule: { ruleName: RULE.ruleName, period: 60 } },
  ]);
});

test('a form that is not finished: the sample stands in, under the name that was typed', async () => {
  await send({ channel: 'callback', endpoint: HOOK, rule: { ruleName: 'Half', period: 'often' } });
  await send({ channel: 'callback', endpoint: HOOK });
  expect(api.state.tests.map(({ rule }) => [rule.ruleName, rule.metricName])).toEqual([
    ['Half', 'Host.mem.usedutilization'],
    ['Basic monitoring-ECS-memory usage', 'Host.mem.usedutilization'],
  ]);
});

test('the mailbox and the robot of a contact, and secrets as given, masked or absent', async () => {
  const webhook = 'http://127.0.0.1:9099/robot/send?access_token=a';
  const dingtalk = { webhook, secret: 'SECabcdefghijklmnopqrstuvwxyz' };
  await api.ask({ method: 'PUT', url: '/api/v1/contacts/ada', body: { email: 'ada@ops.example', dingtalk } });
  await send({ channel: 'email', contact: 'ada' });
  await send({ channel: 'dingtalk', contact: 'ada' });
  await send({ channel: 'dingtalk', endpoint: webhook, secret: 'SEC***wxyz' });
  await send({ channel: 'dingtalk', endpoint: webhook, secret: 'SECother' });
  await send({ channel: 'dingtalk', endpoint: webhook, secret: null });
  expect(api.state.tests.map(({ endpoint, secret }) => [endpoint, secret])).toEqual([
    ['ada@ops.example', undefined],
    [webhook, undefined],
    [webhook, undefined],
    [webhook, 'SECother'],
    [webhook, null],
  ]);
});

test.each<[string, unknown, number, string, string | undefined]>([
  ['no endpoint', { channel: 'callback' }, 400, 'test_send_invalid', 'endpoint'],
  ['endpoint and contact', { channel: 'email', endpoint: 'a@b', contact: 'ada' }, 400, 'test_send_invalid', 'endpoint'],
  ['an unknown channel', { channel: 'pigeon', endpoint: HOOK }, 400, 'test_send_invalid', 'channel'],
  ['an unknown field', { channel: 'callback', endpoint: HOOK, loud: true }, 400, 'test_send_invalid', 'loud'],
  ['no URL', { channel: 'callback', endpoint: 'ftp://a' }, 400, 'test_send_invalid', 'endpoint'],
  ['a forbidden address', { channel: 'callback', endpoint: 'http://10.0.0.1/' }, 400, 'test_send_invalid', 'endpoint'],
  ['metadata', { channel: 'dingtalk', endpoint: 'http://169.254.169.254/' }, 400, 'test_send_invalid', 'endpoint'],
  ['no address', { channel: 'email', endpoint: 'Ada <ada@b.example>' }, 400, 'test_send_invalid', 'endpoint'],
  ['no such contact', { channel: 'email', contact: 'nobody' }, 404, 'contact_not_found', 'contact'],
  ['a list', [], 400, 'body_invalid', undefined],
])('%s: nothing is sent', async (_, body, status, code, field) => {
  const answer = await send(body);
  expect([answer.statusCode, answer.json().error.code, answer.json().error.field]).toEqual([status, code, field]);
  expect(api.state.tests).toEqual([]);
});

test('ten in a row, then one every six seconds', async () => {
  for (let n = 0; n < 10; n++) expect((await send({ channel: 'callback', endpoint: HOOK })).statusCode).toBe(200);
  const refused = await send({ channel: 'callback', endpoint: HOOK });
  expect([refused.statusCode, refused.json().error.code, refused.headers['retry-after']]).toEqual([
    429,
    'test_send_throttled',
    '6',
  ]);
  await api.clock.advance(6000);
  expect((await send({ channel: 'callback', endpoint: HOOK })).statusCode).toBe(200);
});
