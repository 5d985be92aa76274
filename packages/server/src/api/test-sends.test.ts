import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Fixture, openFixture } from './api-fixture.contract.ts';

// Goal: a test goes to exactly the endpoint that was meant, or is refused with the field at fault before anything is sent.

const WEBHOOK = 'https://oapi.dingtalk.com/robot/send?access_token=0a1b2c3d4e5f60718293';
const SECRET = 'SEC0123456789abcdef9f2c';
const PATH = '/api/v1/test-sends';
let api: Fixture;
beforeAll(async () => {
  api = await openFixture();
  await api.ask({ method: 'PUT', url: '/api/v1/contacts/ada', body: { email: 'ada@ops.example' } });
  const dingtalk = { webhook: WEBHOOK, secret: SECRET };
  await api.ask({ method: 'PUT', url: '/api/v1/contacts/both', body: { email: 'both@ops.example', dingtalk } });
  await api.ask({ method: 'PUT', url: '/api/v1/contacts/robot', body: { dingtalk } });
});
afterAll(() => api.close());
beforeEach(async () => {
  await api.clock.advance(600_000);
  api.state.tests.length = 0;
});
const post = (body: unknown) => api.ask({ method: 'POST', url: PATH, body });

const ADA = { channel: 'email', contact: 'ada' };
const CUT = 'https://oapi.dingtalk.com/robot/send?access_token=0a1b…';
describe('where it goes', () => {
  it.each([
    ['a callback', { channel: 'callback', endpoint: 'https://ops.example/h' }, { endpoint: 'https://ops.example/h' }],
    [
      'a callback with a profile and the rule of the form',
      { channel: 'callback', endpoint: 'http://127.0.0.1:9099/h', profile: 'json', rule: { period: 'soon' } },
      { channel: 'callback', profile: 'json', rule: { period: 'soon' } },
    ],
    ['an address', { channel: 'email', endpoint: 'x@ops.example' }, { endpoint: 'x@ops.example' }],
    ['a robot', { channel: 'dingtalk', endpoint: WEBHOOK, secret: 'SECother' }, { robotSecret: 'SECother' }],
    ['a robot without a secret', { channel: 'dingtalk', endpoint: WEBHOOK, secret: null }, { robotSecret: null }],
    ['a robot as the contacts have it', { channel: 'dingtalk', endpoint: WEBHOOK }, { robotSecret: undefined }],
    ['the mailbox of a contact', { channel: 'email', contact: 'ada' }, { endpoint: 'ada@ops.example' }],
    ['its robot', { channel: 'dingtalk', contact: 'both' }, { endpoint: WEBHOOK, robotSecret: SECRET }],
    [
      'a robot as it is shown: that of the contact',
      { channel: 'dingtalk', contact: 'both', endpoint: CUT, secret: 'SEC***9f2c' },
      { endpoint: WEBHOOK, robotSecret: SECRET },
    ],
    [
      'the stored webhook with a new secret',
      { channel: 'dingtalk', contact: 'both', endpoint: CUT, secret: 'SECnew' },
      { endpoint: WEBHOOK, robotSecret: 'SECnew' },
    ],
  ])('%s', async (_, body, want) => {
    const answer = await post(body);
    expect(answer.statusCode).toBe(200);
    expect(api.state.tests).toMatchObject([{ account: '1000000000000001', channel: body.channel, ...want }]);
    // Neither the token nor the secret comes back.
    expect(answer.body).not.toContain(WEBHOOK);
    expect(answer.body).not.toContain(SECRET);
  });
});

describe('what is refused, with nothing sent', () => {
  const callback = (endpoint: string) => ({ channel: 'callback', endpoint });
  const robot = (endpoint: string, secret?: string) => ({ channel: 'dingtalk', endpoint, secret });
  it.each<[string, unknown, string, string | undefined]>([
    ['nothing', {}, 'test_send_invalid', 'channel'],
    ['a list', [], 'body_invalid', undefined],
    ['an unknown channel', { channel: 'pigeon', endpoint: 'x' }, 'test_send_invalid', 'channel'],
    ['an unknown field', { ...callback('https://b.example'), loud: true }, 'test_send_invalid', 'loud'],
    ['a callback without a URL', { channel: 'callback' }, 'test_send_invalid', 'endpoint'],
    ['a callback of a contact', { ...callback('https://b.example'), contact: 'ada' }, 'test_send_invalid', 'endpoint'],
    ['two mailboxes', { channel: 'email', contact: 'ada', endpoint: 'a@b.example' }, 'test_send_invalid', 'endpoint'],
    ['a forbidden address', callback('http://169.254.169.254/'), 'callback_address_forbidden', 'endpoint'],
    ['a callback that is shortened', callback('https://a.example/…'), 'callback_url_invalid', 'endpoint'],
    ['an address that is none', { channel: 'email', endpoint: 'ada' }, 'contact_email_invalid', 'endpoint'],
    ['a robot at a forbidden address', robot('http://10.0.0.1/'), 'callback_address_forbidden', 'endpoint'],
    ['a secret that is none', robot(WEBHOOK, 'x'), 'contact_dingtalk_invalid', 'secret'],
    ['a masked secret of nobody', robot(WEBHOOK, 'SEC***9f2c'), 'contact_secret_masked', 'secret'],
    ['a shortened webhook of nobody', robot(CUT), 'contact_secret_masked', 'endpoint'],
    ['a contact that does not exist', { channel: 'email', contact: 'bob' }, 'contact_not_found', undefined],
    ['a mailbox that the contact has not', { channel: 'email', contact: 'robot' }, 'test_send_invalid', 'channel'],
    ['a robot that the contact has not', { channel: 'dingtalk', contact: 'ada' }, 'test_send_invalid', 'channel'],
  ])('%s', async (_, body, code, field) => {
    const { error } = (await post(body)).json();
    expect([error.code, error.field]).toEqual([code, field]);
    expect(error.hint).not.toBe('');
    expect(api.state.tests).toEqual([]);
  });

  it('who may only read', async () => {
    await api.putUser('eve', 'viewer');
    await api.putUser('ed', 'editor');
    const as = async (user: string) =>
      api.ask({ method: 'POST', url: PATH, body: ADA, isKnown: false, headers: await api.signIn(user) });
    expect((await as('eve')).json().error.code).toBe('role_insufficient');
    expect((await as('ed')).statusCode).toBe(200);
  });

  it('too many: ten in a row, then one every six seconds', async () => {
    for (let sent = 0; sent < 10; sent++) expect((await post(ADA)).statusCode).toBe(200);
    const refused = await post(ADA);
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '6']);
    // What is refused for itself uses up nothing, and neither does this.
    expect((await post({ channel: 'email', endpoint: 'ada' })).statusCode).toBe(400);
    await api.clock.advance(6000);
    expect((await post(ADA)).statusCode).toBe(200);
    expect((await post(ADA)).statusCode).toBe(429);
  });
});

it('answers what came of it, and what to do where the error does not say', async () => {
  const { testReport } = api.state;
  const result = { ...testReport.result, outcome: 'status' as const, status: 404, error: 'The receiver answered 404.' };
  api.state.testReport = { ...testReport, result };
  const answer = (
    await post({ channel: 'callback', endpoint: 'https://ops.example/hook?token=abcdefghijklmnop' })
  ).json();
  expect(answer).toMatchObject({
    channel: 'callback',
    endpoint: 'https://ops.example/hook?token=abcd…',
    outcome: 'status',
    status: 404,
    error: 'The receiver answered 404.',
    hint: expect.stringContaining('Correct the path'),
    sent: { head: 'POST /hook HTTP/1.1', body: 'a=b' },
  });
  api.state.testReport = testReport;
});
