/**
 * Goal: no secret gets out: not into the files of the data folder, the log at its most talkative, `/metrics`, or any answer,
 * also when the other side repeats what it was told. Method: a real process that sends by all channels, to a robot that quotes
 * the secret in its refusal and a mail server that refuses the login; then a search through everything.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyCallback } from '@cloudbell/core/callback/verify.ts';
import { hmacBase64 } from '@cloudbell/server/base/digest.ts';
import { ACCESS_TOKEN, Robot } from '@cloudbell/server/channel/dingtalk/robot-fixture.contract.ts';
import { MailServer } from '@cloudbell/server/channel/email/smtp-fixture.contract.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACCESS_KEY_SECRET, CloudbellProcess, pause, SIGNING_SECRET } from './cloudbell-process.ts';
import { type Received, Receiver } from './receiver.ts';

const ROBOT_SECRET = 'SECplanted-robot-secret-0123456789';
const HEADER_VALUE = 'planted-header-value';
const AUTH_PASSWORD = 'planted auth password';
const OWN_SIGNING_SECRET = `whsec_${btoa('planted-own-signing-secret')}`;
const SMTP_PASSWORD = 'planted smtp password';
const ADMIN_PASSWORD = 'planted admin password';
const MASTER_KEY = Buffer.from('planted-master-key-of-32-bytes!!').toString('base64');
const SECRETS: Readonly<Record<string, string>> = {
  'signing secret': SIGNING_SECRET,
  'signing secret, its Base64': SIGNING_SECRET.replace('whsec_', ''),
  'robot secret': ROBOT_SECRET,
  'header of an endpoint': HEADER_VALUE,
  'password of an endpoint': AUTH_PASSWORD,
  'credentials of an endpoint': btoa(`bell:${AUTH_PASSWORD}`),
  'signing secret of an endpoint': OWN_SIGNING_SECRET,
  'SMTP password': SMTP_PASSWORD,
  'admin password': ADMIN_PASSWORD,
  'access key secret': ACCESS_KEY_SECRET,
  'master key': MASTER_KEY,
};
/** A token in an endpoint is shown nowhere; in the store it is the endpoint's name (docs/adr/0020). */
const SHOWN_NOWHERE = { ...SECRETS, 'access token': ACCESS_TOKEN };

let cloudbell: CloudbellProcess;
let receiver: Receiver;
let mail: MailServer;
let robot: Robot;
beforeAll(async () => {
  const login = {
    onAuth: (_auth: unknown, _session: unknown, done: (error: Error) => void) =>
      done(new Error(`no: ${SMTP_PASSWORD}`)),
  };
  [receiver, mail, robot] = await Promise.all([
    Receiver.open(),
    MailServer.open({ ...login, hideSTARTTLS: true, allowInsecureAuth: true }),
    Robot.open(),
  ]);
  const quoting = { errcode: 300005, errmsg: `token is not exist: ${ROBOT_SECRET} ${ACCESS_TOKEN}` };
  robot.raw = { status: 200, body: JSON.stringify(quoting) };
  const echoed = [SIGNING_SECRET, HEADER_VALUE, AUTH_PASSWORD, btoa(`bell:${AUTH_PASSWORD}`), OWN_SIGNING_SECRET];
  receiver.answer = (response) => void response.writeHead(500).end(`${echoed.join(' and ')} are wrong`);
  const smtp = ['--smtp-host', 'localhost', '--smtp-port', String(mail.port), '--smtp-security', 'none'];
  cloudbell = await CloudbellProcess.start({
    args: ['--collect', 'off', '--log-level', 'trace', ...smtp, '--smtp-user', 'u', '--smtp-from', 'c@ops.example'],
    env: {
      ...{ CLOUDBELL_SMTP_PASSWORD: SMTP_PASSWORD, CLOUDBELL_ADMIN_PASSWORD: ADMIN_PASSWORD },
      CLOUDBELL_MASTER_KEY: MASTER_KEY,
    },
  });
});
afterAll(async () => {
  await cloudbell?.end('SIGTERM');
  await Promise.all([receiver?.close(), mail?.close(), robot?.close()]);
});

/** What of these is in there. */
const found = (text: string, secrets: Readonly<Record<string, string>>): string[] =>
  Object.entries(secrets).flatMap(([name, secret]) => (text.includes(secret) ? [name] : []));

/** What a receiver with this secret finds: of the form, and of the header. */
function signaturesBy(primary: string, received: Received | undefined): string[] {
  const { headers, body } = received as Received;
  const callback = { contentType: headers['content-type'] ?? null, headers, body: new TextEncoder().encode(body) };
  const found = verifyCallback(callback, { primary, previous: null }, Date.now() / 1000, hmacBase64);
  return [found.formSignature, found.webhookSignature];
}

test('everything that can be sent has failed once, and what can be tested was', async () => {
  const dingtalk = { webhook: robot.webhook, secret: ROBOT_SECRET };
  await cloudbell.call('PUT', '/api/v1/contacts/ada', { email: 'ada@ops.example', dingtalk });
  await cloudbell.call('PUT', '/api/v1/contact-groups/ops', { contacts: ['ada'] });
  await cloudbell.call('PUT', '/api/v1/endpoint-settings/own', {
    ...{ endpoint: `${receiver.url}/hook`, headers: { 'X-Key': HEADER_VALUE }, signingSecret: OWN_SIGNING_SECRET },
    auth: { type: 'basic', user: 'bell', password: AUTH_PASSWORD },
  });
  const warn = { statistics: 'Average', comparisonOperator: 'GreaterThanThreshold', threshold: 1, times: 1 };
  const rule = { namespace: 'n', metricName: 'm', period: 1, escalations: { warn }, contactGroups: ['ops'] };
  await cloudbell.call('PUT', '/api/v1/rules/r', { ...rule, webhook: `${receiver.url}/hook` });
  while (receiver.received.length === 0 || robot.answers.length === 0 || mail.connections === 0) {
    await cloudbell.call('POST', '/api/v1/samples', [
      { namespace: 'n', metricName: 'm', dimensions: { host: 'a' }, timestamp: Date.now(), value: 2 },
    ]);
    await pause(100);
  }
  const [received] = receiver.received;
  expect(received?.headers).toMatchObject({
    'x-key': HEADER_VALUE,
    authorization: `Basic ${btoa(`bell:${AUTH_PASSWORD}`)}`,
  });
  expect(signaturesBy(OWN_SIGNING_SECRET, received)).toEqual(['valid', 'valid']);
  expect(signaturesBy(SIGNING_SECRET, received)).toEqual(['invalid', 'invalid']);
  const callback = { channel: 'callback', endpoint: `${receiver.url}/hook` };
  await cloudbell.call('POST', '/api/v1/test-sends', callback).then(({ body }) => {
    expect(body.sent.head).toContain('X-Key: ***');
    expect(found(JSON.stringify(body), SECRETS)).toEqual([]);
  });
  for (const channel of ['email', 'dingtalk']) {
    const { body } = await cloudbell.call('POST', '/api/v1/test-sends', { channel, contact: 'ada' });
    expect(body.error).not.toBe(null);
  }
  await cloudbell.call('POST', '/api/v1/signin', { user: 'admin', password: ADMIN_PASSWORD });
});

test('no answer shows one', async () => {
  const { paths } = (await cloudbell.call('GET', '/api/v1/openapi.json')).body;
  const { items } = (await cloudbell.call('GET', '/api/v1/deliveries')).body;
  expect(items).toHaveLength(3);
  const asked = [
    ...Object.keys(paths).filter((path) => paths[path].get !== undefined && !/\{|stream|signin/.test(path)),
    ...items.map(({ deliveryId }: { deliveryId: string }) => `/api/v1/deliveries/${deliveryId}`),
    '/api/v1/contacts/ada',
    '/api/v1/endpoint-settings/own',
  ];
  expect(asked).toContain('/metrics');
  for (const path of asked) {
    const authorization = `Basic ${Buffer.from(`test-key:${ACCESS_KEY_SECRET}`).toString('base64')}`;
    const text = await (await fetch(cloudbell.url + path, { headers: { authorization } })).text();
    expect([path, found(text, SHOWN_NOWHERE)]).toEqual([path, []]);
  }
});

test('the files of the data folder hold none, while it runs and after it', async () => {
  const search = (): string[] =>
    readdirSync(cloudbell.dataDir).flatMap((name) =>
      found(readFileSync(join(cloudbell.dataDir, name), 'latin1'), SECRETS).map((secret) => `${name}: ${secret}`),
    );
  expect(readdirSync(cloudbell.dataDir)).toContain('store.db-wal');
  expect(search()).toEqual([]);
  await cloudbell.end('SIGTERM');
  expect(search()).toEqual([]);
});

test('the log holds none, whatever it tells', () => {
  expect(cloudbell.output).toContain('a delivery is exhausted');
  expect(found(cloudbell.output, SHOWN_NOWHERE)).toEqual([]);
});

test('with another key it does not start, and says why; with the right one it goes on', async () => {
  const { dataDir } = cloudbell;
  const started = async (key: string): Promise<unknown> => {
    const again = await CloudbellProcess.start({ dataDir, env: { CLOUDBELL_MASTER_KEY: key } });
    const { body } = await again.call('GET', '/api/v1/contacts/ada');
    await again.end('SIGTERM');
    return body.dingtalk.secret;
  };
  const wrong = started(Buffer.alloc(32, 1).toString('base64'));
  await expect(wrong).rejects.toThrow(/ended with 1:[\s\S]*is not the one its store was written with\.\n +Set the key/);
  expect(await started(MASTER_KEY)).toBe('SEC***6789');
});
