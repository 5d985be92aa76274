/**
 * Goal: a test send shows the very bytes that arrived and the very text that was signed, is marked as a test, and leaves no
 * trace: no delivery, no endpoint, no health. Method: a real process; a receiver that keeps the raw bytes of its socket,
 * an SMTP server with TLS and login, and a robot that verifies its signature.
 */
import { createHmac } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Robot } from '@cloudbell/server/channel/dingtalk/robot-fixture.contract.ts';
import {
  headerOf,
  MailServer,
  partOf,
  SMTP_PASSWORD,
  SMTP_USER,
} from '@cloudbell/server/channel/email/smtp-fixture.contract.ts';
import { TEST_CERTIFICATE } from '@cloudbell/server/channel/http/tls-fixture.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CloudbellProcess, SIGNING_SECRET } from './cloudbell-process.ts';

const ROBOT_SECRET = 'SECtest-send-0123456789abcdef9f2c';
const TOKEN = 'callback-token-0123456789';
let cloudbell: CloudbellProcess;
let mail: MailServer;
let robot: Robot;
let raw: RawReceiver;

/** Answers 200 to whatever comes, and keeps it byte for byte. */
class RawReceiver {
  readonly requests: string[] = [];
  readonly #server: Server;
  private constructor(server: Server) {
    this.#server = server;
  }
  static async open(): Promise<RawReceiver> {
    const server = createServer((socket) => {
      let text = '';
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        text += chunk.toString('utf8');
        const length = /content-length: (\d+)/i.exec(text)?.[1];
        const end = text.indexOf('\r\n\r\n');
        if (length === undefined || end < 0 || Buffer.byteLength(text.slice(end + 4)) < Number(length)) return;
        receiver.requests.push(text);
        text = '';
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 29\r\n\r\nok, ${TOKEN}`);
      });
    });
    const receiver = new RawReceiver(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

beforeAll(async () => {
  [raw, mail, robot] = await Promise.all([RawReceiver.open(), MailServer.open(), Robot.open(ROBOT_SECRET)]);
  const authority = join(mkdtempSync(join(tmpdir(), 'cloudbell-test-send-')), 'ca.pem');
  writeFileSync(authority, TEST_CERTIFICATE);
  const smtp = ['--smtp-host', 'localhost', '--smtp-port', String(mail.port), '--smtp-ca', authority];
  cloudbell = await CloudbellProcess.start({
    args: [
      '--collect',
      'off',
      '--log-level',
      'info',
      ...smtp,
      '--smtp-user',
      SMTP_USER,
      '--smtp-from',
      'cloudbell@ops.example',
    ],
    env: { CLOUDBELL_SMTP_PASSWORD: SMTP_PASSWORD },
  });
});
afterAll(async () => {
  await cloudbell?.end('SIGTERM');
  await Promise.all([raw?.close(), mail?.close(), robot?.close()]);
});

const send = async (body: object) => {
  const answer = await cloudbell.call('POST', '/api/v1/test-sends', body);
  expect([answer.status, answer.body.error]).toEqual([200, null]);
  return answer.body;
};
const RULE = {
  ruleName: 'Memory of “web” 内存',
  escalations: {
    warn: { statistics: 'Average', comparisonOperator: 'GreaterThanOrEqualToThreshold', threshold: 95, times: 3 },
  },
};
const whole = ({ head, body }: { head: string; body: string }): string => `${head}\r\n\r\n${body}`;

test.each(['classic', 'json'])('a callback, %s: the bytes and both signatures', async (profile) => {
  const endpoint = `${raw.url}/hook?token=${TOKEN}`;
  const answer = await send({ channel: 'callback', endpoint, profile, rule: RULE });
  expect(answer).toMatchObject({ channel: 'callback', outcome: 'accepted', status: 200, hint: null });
  expect(answer.endpoint).toBe(`${raw.url}/hook?token=call…`);
  expect(answer.answer).toBe('ok, ***');
  const received = raw.requests.at(-1) ?? '';
  expect(whole(answer.sent)).toBe(received.replace(TOKEN, '***'));
  expect(answer.sent.bytes).toBe(Buffer.byteLength(received));
  expect(received).toContain('\r\ncloudbell-test: true\r\n');
  const body = received.slice(received.indexOf('\r\n\r\n') + 4);
  const ofHeader = answer.signed.at(-1);
  const key = Buffer.from(SIGNING_SECRET.replace('whsec_', ''), 'base64');
  expect(ofHeader.value).toBe(`v1,${createHmac('sha256', key).update(ofHeader.text).digest('base64')}`);
  expect(received).toContain(`\r\nwebhook-signature: ${ofHeader.value}\r\n`);
  if (profile === 'json') {
    expect(answer.signed).toHaveLength(1);
    expect(JSON.parse(body)).toMatchObject({ alertName: RULE.ruleName, curValue: 97.39, expression: '$Average>=95' });
    return;
  }
  const form = Object.fromEntries(new URLSearchParams(body));
  expect(form).toMatchObject({
    alertName: RULE.ruleName,
    curValue: '97.39',
    alertState: 'ALERT',
    preTriggerLevel: 'null',
  });
  const [ofForm] = answer.signed;
  const signature = createHmac('sha1', `${SIGNING_SECRET}&`).update(ofForm.text).digest('base64');
  expect([ofForm.name, ofForm.value, form.signature]).toEqual(['signature', signature, signature]);
});

test('a mail: marked in its subject and at its beginning, and shown as it was sent', async () => {
  const answer = await send({ channel: 'email', endpoint: 'ada@ops.example', rule: RULE });
  expect(answer).toMatchObject({ channel: 'email', outcome: 'accepted', status: 250 });
  const [received] = mail.received;
  expect(whole(answer.sent)).toBe(received?.source);
  expect(headerOf(received!, 'Subject')).toMatch(/^\[TEST\] \[WARN\] Memory of “web” 内存/);
  expect(headerOf(received!, 'cloudbell-test')).toBe('true');
  expect(partOf(received!, 'text/plain')).toMatch(/^This is a test, sent by hand\. Nothing is wrong\./);
  expect(partOf(received!, 'text/html')).toContain('This is a test, sent by hand.');
  expect(JSON.stringify(answer)).not.toContain(SMTP_PASSWORD);
});

test('a robot that is not stored: signed with the secret that came along, which is not shown', async () => {
  const answer = await send({ channel: 'dingtalk', endpoint: robot.webhook, secret: ROBOT_SECRET });
  expect(answer).toMatchObject({ channel: 'dingtalk', outcome: 'accepted' });
  expect(robot.messages[0]?.title).toBe('[TEST] [WARN] Test of Cloudbell');
  expect(robot.messages[0]?.text).toMatch(/^\*\*This is a test/);
  expect(answer.sent.head).toMatch(/^POST \/robot\/send\?access_token=\*\*\*&timestamp=\d+&sign=\S+ HTTP\/1\.1\r\n/);
  expect(answer.signed).toMatchObject([{ name: 'sign', text: expect.stringMatching(/^\d{13}\nSEC\*\*\*9f2c$/) }]);
  expect(JSON.stringify(answer)).not.toContain(ROBOT_SECRET);
});

test.each([
  ['a wrong secret', { webhook: () => robot.webhook, secret: 'SECwrong-0123456789' }, /signature does not match/],
  [
    'a token that was revoked',
    { webhook: () => robot.webhook.replace('0a1b', 'ffff'), secret: ROBOT_SECRET },
    /no robot/,
  ],
])('%s: the robot says what, and the answer what to do', async (_, { webhook, secret }, want) => {
  const { body } = await cloudbell.call('POST', '/api/v1/test-sends', {
    ...{ channel: 'dingtalk', endpoint: webhook() },
    secret,
  });
  expect(body.error).toMatch(want);
  expect(body.outcome).not.toBe('accepted');
});

test('nobody listens, and an address that is not allowed: nothing was sent, and what to do', async () => {
  const of = async (endpoint: string) =>
    (await cloudbell.call('POST', '/api/v1/test-sends', { channel: 'callback', endpoint })).body;
  expect(await of('http://127.0.0.1:1/hook')).toMatchObject({
    outcome: 'refused',
    sent: null,
    hint: expect.stringContaining('Start the receiver'),
  });
  expect(await of('http://localhost.localdomain.invalid/')).toMatchObject({ outcome: 'dns', sent: null });
});

test('nothing of it is left: no delivery, no endpoint', async () => {
  expect((await cloudbell.call('GET', '/api/v1/deliveries')).body.items).toEqual([]);
  expect((await cloudbell.call('GET', '/api/v1/endpoints')).body.items).toEqual([]);
  const metrics = await (await fetch(`${cloudbell.url}/metrics`)).text();
  expect(metrics).not.toMatch(/cloudbell_\w*attempts_total\{[^}]*\} [1-9]/);
  expect(cloudbell.output).toContain('a test was sent');
  for (const secret of [ROBOT_SECRET, TOKEN, SMTP_PASSWORD]) expect(cloudbell.output).not.toContain(secret);
});
