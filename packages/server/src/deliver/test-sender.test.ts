/** Tests of tests: through the real channels, to a receiver, an SMTP server and a robot that verify what they get. */
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyCallback } from '@cloudbell/core/callback/verify.ts';
import { SAMPLE_RULE, type TestSend } from '@cloudbell/core/notify/test-send.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAddressPolicy } from '../base/address-policy.ts';
import { systemClock } from '../base/clock.ts';
import { hmacBase64 } from '../base/digest.ts';
import { systemRandom } from '../base/random.ts';
import { createCallbackChannel } from '../channel/callback/channel.ts';
import { createDingtalkChannel } from '../channel/dingtalk/channel.ts';
import { ACCESS_TOKEN, Robot } from '../channel/dingtalk/robot-fixture.contract.ts';
import { createEmailChannel } from '../channel/email/channel.ts';
import { headerOf, MailServer, partOf, SMTP_PASSWORD, SMTP_USER } from '../channel/email/smtp-fixture.contract.ts';
import { createResolver } from '../channel/http/resolver.ts';
import { TEST_CERTIFICATE } from '../channel/http/tls-fixture.ts';
import { createTestSender } from './test-sender.ts';

const SECRETS = { primary: 'whsec_Y2xvdWRiZWxsLXZlY3Rvci1zZWNyZXQtMDAwMDAx', previous: null };
const ROBOT_SECRET = 'SECtest-sender-0123456789';
const RULE = { ...SAMPLE_RULE, account: '1', ruleName: 'Memory' };

let robot: Robot;
let mail: MailServer;
const requests: { headers: Record<string, string | string[] | undefined>; body: string }[] = [];
const receiver = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  requests.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
  response.end('seen');
});
beforeAll(async () => {
  [robot, mail] = await Promise.all([Robot.open(ROBOT_SECRET), MailServer.open()]);
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await Promise.all([robot.close(), mail.close()]);
  receiver.closeAllConnections();
  receiver.close();
});

function sendTest(test: Pick<TestSend, 'channel' | 'endpoint'> & Partial<TestSend>) {
  const clock = systemClock;
  const policy = createAddressPolicy(['loopback']);
  const http = { clock, policy, userAgent: 'Cloudbell/0.0.0', hmacBase64, resolver: createResolver({ clock }) };
  const people = { publicUrl: 'https://cloudbell.example.com', formatTime: String };
  const smtp = {
    ...{ host: 'localhost', port: mail.port, security: 'starttls' as const, user: SMTP_USER, password: SMTP_PASSWORD },
    ...{ from: 'alerts@cloudbell.example.com', tlsCa: TEST_CERTIFICATE },
  };
  const channels = [
    createCallbackChannel({ ...http, secrets: () => SECRETS }),
    createEmailChannel({ ...people, clock, smtp }),
    createDingtalkChannel({ ...http, ...people, secrets: { secretOf: async () => ROBOT_SECRET } }),
  ];
  const send = createTestSender({
    ...{ channels: new Map(channels.map((each) => [each.name, each])), clock, random: systemRandom, hmacBase64 },
    ...{ secrets: () => SECRETS, defaultProfile: 'classic' as const },
  });
  return send({ rule: RULE, profile: null, ...test });
}

test('a callback: marked, signed, and shown byte by byte with the texts that were signed', async () => {
  const { port } = receiver.address() as AddressInfo;
  const { deliveryId, result, sent } = await sendTest({
    channel: 'callback',
    endpoint: `http://127.0.0.1:${port}/hook?token=abcdef123`,
  });
  expect(result).toMatchObject({ outcome: 'accepted', status: 200, answer: 'seen' });
  const [request] = requests;
  expect(request?.headers).toMatchObject({ 'cloudbell-test': 'true', 'webhook-id': deliveryId });
  expect(sent?.target).toBe(`POST http://127.0.0.1:${port}/hook?token=…`);
  expect(sent?.body).toBe(request?.body);
  const shown = Object.fromEntries(sent?.headers.map(([name, value]) => [name.toLowerCase(), value]) ?? []);
  expect(request?.headers).toMatchObject(shown);
  const bytes = new TextEncoder().encode(sent?.body);
  const verified = verifyCallback(
    { contentType: shown['content-type'] ?? '', headers: shown, body: bytes },
    SECRETS,
    Date.now() / 1000,
    hmacBase64,
  );
  expect(verified).toMatchObject({ profile: 'classic', formSignature: 'valid', webhookSignature: 'valid' });
  expect(verified.fields).toMatchObject({ alertName: 'Memory', curValue: '95', expression: '$Average>=95' });
  // By the rules alone, as somebody who writes a receiver would.
  const signed = Object.fromEntries(sent?.signed.map(({ name, text }) => [name, text]) ?? []);
  const form = createHmac('sha1', `${SECRETS.primary}&`)
    .update(signed.signature ?? '')
    .digest('base64');
  expect(new URLSearchParams(sent?.body).get('signature')).toBe(form);
  const key = Buffer.from(SECRETS.primary.slice('whsec_'.length), 'base64');
  const webhook = createHmac('sha256', key)
    .update(signed['webhook-signature'] ?? '')
    .digest('base64');
  expect(shown['webhook-signature']).toBe(`v1,${webhook}`);
});

test('a robot that is in no contact yet: its secret signs, and is not shown', async () => {
  const { result, sent } = await sendTest({ channel: 'dingtalk', endpoint: robot.webhook, secret: ROBOT_SECRET });
  expect(result.outcome).toBe('accepted');
  expect(robot.messages.at(-1)?.title).toBe('[TEST] Memory');
  expect(robot.messages.at(-1)?.text).toContain('Nothing is wrong.');
  expect(sent?.target).toMatch(/access_token=0a1b…$/);
  expect(sent?.signed).toEqual([{ name: 'sign', text: expect.stringMatching(/^\d+\n\*\*\*$/) }]);
  expect(JSON.stringify(sent)).not.toContain(ACCESS_TOKEN);
  expect(JSON.stringify(sent)).not.toContain(ROBOT_SECRET);
});

test.each<[string, string | null | undefined, string]>([
  ['the stored secret, when none is given', undefined, 'accepted'],
  ['none, when that is what is said', null, 'status'],
  ['a wrong one', 'SECwrong', 'status'],
])('of a robot, %s', async (_, secret, outcome) => {
  const { result } = await sendTest({ channel: 'dingtalk', endpoint: robot.webhook, secret });
  expect(result.outcome).toBe(outcome);
  expect(result.status).toBe(outcome === 'status' ? 310000 : 200);
});

test('a mail: says that it is a test, shown as it went out', async () => {
  const { result, sent } = await sendTest({ channel: 'email', endpoint: 'ada@ops.example' });
  expect(result).toMatchObject({ outcome: 'accepted', status: 250 });
  const [received] = mail.received;
  expect(headerOf(received!, 'Subject')).toMatch(/^\[TEST\] Memory/);
  expect(partOf(received!, 'text/plain')).toContain('Nothing is wrong.');
  expect(sent).toMatchObject({ target: 'ada@ops.example', headers: [], signed: [] });
  // SMTP ends every line with CR LF.
  expect(sent?.body.replace(/\r?\n/g, '\r\n').trimEnd()).toBe(received?.source.trimEnd());
});

test('nobody listens: it says so', async () => {
  const { result } = await sendTest({ channel: 'callback', endpoint: 'http://127.0.0.1:1/hook' });
  expect(result).toMatchObject({ outcome: 'refused', error: expect.stringContaining('refused the connection') });
});

test('an address that is not allowed: nothing is sent, and nothing is shown as sent', async () => {
  const { result } = await sendTest({ channel: 'callback', endpoint: 'http://10.1.2.3/hook' });
  expect(result.outcome).toBe('forbidden_address');
});
