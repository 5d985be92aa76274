/**
 * Goal: whatever keeps a channel from delivering is there to be seen within 10 s, with what to do: on the delivery, at its
 * endpoint, and in what the Overview shows; and Cloudbell itself stays ready. Method: a real process, one alert, and an endpoint
 * for each trouble: robots that answer as DingTalk does, a mail server that refuses the login or is not there, a callback
 * that nobody listens at.
 */
import { ACCESS_TOKEN, Robot } from '@cloudbell/server/channel/dingtalk/robot-fixture.contract.ts';
import { MailServer, SMTP_USER } from '@cloudbell/server/channel/email/smtp-fixture.contract.ts';
import { afterEach, expect, test } from 'vitest';
import { CloudbellProcess, type Json, pause } from './cloudbell-process.ts';
import { Receiver } from './receiver.ts';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function robot(secret: string | null = null): Promise<Robot> {
  const made = await Robot.open(secret);
  open.push(() => made.close());
  return made;
}

async function start(args: readonly string[], env: Record<string, string> = {}): Promise<CloudbellProcess> {
  const started = await CloudbellProcess.start({ args: ['--collect', 'off', ...args], env });
  open.push(() => started.end('SIGTERM'));
  return started;
}

/** A rule that tells these contacts and this callback, and samples until its alert has been told. */
async function fire(cloudbell: CloudbellProcess, contacts: Record<string, object>, webhook: string | null) {
  for (const [name, contact] of Object.entries(contacts)) {
    expect((await cloudbell.call('PUT', `/api/v1/contacts/${name}`, contact)).status).toBe(201);
  }
  await cloudbell.call('PUT', '/api/v1/contact-groups/ops', { contacts: Object.keys(contacts) });
  const warn = { statistics: 'Average', comparisonOperator: 'GreaterThanThreshold', threshold: 1, times: 1 };
  const rule = { namespace: 'n', metricName: 'm', period: 1, escalations: { warn }, webhook, contactGroups: ['ops'] };
  expect((await cloudbell.call('PUT', '/api/v1/rules/r', rule)).status).toBe(201);
  while ((await deliveriesOf(cloudbell)).length === 0) {
    await cloudbell.call('POST', '/api/v1/samples', [
      { namespace: 'n', metricName: 'm', dimensions: { host: 'a' }, timestamp: Date.now(), value: 2 },
    ]);
    await pause(100);
  }
}

const deliveriesOf = async (cloudbell: CloudbellProcess): Promise<Json[]> =>
  (await cloudbell.call('GET', '/api/v1/deliveries')).body.items;

/** The endpoints, by channel and endpoint, once each has ended an attempt; and how long that took from the first delivery. */
async function troubles(cloudbell: CloudbellProcess, count: number): Promise<{ endpoints: Json[]; overview: Json }> {
  for (;;) {
    const overview = (await cloudbell.call('GET', '/api/v1/endpoints')).body;
    const ended = overview.items.filter((one: Json) => one.lastOutcome !== null);
    if (ended.length >= count) return { endpoints: ended, overview };
    await pause(50);
  }
}

test('robots, a mailbox and a callback, each with a trouble of its own', async () => {
  const mail = await MailServer.open({ hideSTARTTLS: true, allowInsecureAuth: true });
  open.push(() => mail.close());
  const [wrongSecret, keyword, throttling, revoked] = await Promise.all([robot('SECright'), robot(), robot(), robot()]);
  keyword.answer = () => ({ errcode: 310000, errmsg: 'keywords not in content' });
  throttling.answer = () => ({ errcode: 130101, errmsg: 'send too fast, exceed 20 times per minute' });
  const cloudbell = await start(
    [
      ...['--smtp-host', 'localhost', '--smtp-port', String(mail.port), '--smtp-security', 'none'],
      ...['--smtp-user', SMTP_USER, '--smtp-from', 'cloudbell@ops.example'],
    ],
    { CLOUDBELL_SMTP_PASSWORD: 'wrong password' },
  );
  const contacts = {
    mailbox: { email: 'ada@ops.example' },
    wrongSecret: { dingtalk: { webhook: wrongSecret.webhook, secret: 'SECwrong' } },
    keyword: { dingtalk: { webhook: keyword.webhook } },
    throttling: { dingtalk: { webhook: throttling.webhook } },
    revoked: { dingtalk: { webhook: revoked.webhook.replace(ACCESS_TOKEN, '00000000000000000000000000000000') } },
  };
  await fire(cloudbell, contacts, 'http://127.0.0.1:1/hook');
  const { endpoints, overview } = await troubles(cloudbell, 6);

  const portOf = ({ webhook }: Robot): string => new URL(webhook).port;
  const wanted: readonly (readonly [where: string, state: string, outcome: string, what: RegExp, toDo: RegExp])[] = [
    [':1/hook', 'failing', 'refused', /refused the connection/, /Start the receiver/],
    [
      'ada@ops.example',
      'failing',
      'status',
      /refused the login/,
      /Check CLOUDBELL_SMTP_USER and CLOUDBELL_SMTP_PASSWORD/,
    ],
    [
      portOf(wrongSecret),
      'failing',
      'status',
      /310000: sign not match/,
      /Copy the robot's secret into the contact again/,
    ],
    [
      portOf(keyword),
      'failing',
      'status',
      /310000: keywords not/,
      /Add Cloudbell, which is in every one, to its keywords/,
    ],
    [portOf(throttling), 'waiting', 'throttled', /130101/, /let fewer senders use this robot/],
    [
      portOf(revoked),
      'failing',
      'rejected',
      /300005/,
      /Make a new robot, put its webhook into the contact, then replay/,
    ],
  ];
  for (const [where, state, outcome, what, toDo] of wanted) {
    const endpoint = endpoints.find((one) => one.endpoint.includes(where));
    expect([where, endpoint?.state, endpoint?.lastOutcome]).toEqual([where, state, outcome]);
    expect(`${endpoint.lastError} ${endpoint.hint ?? ''}`).toMatch(what);
    expect(`${endpoint.lastError} ${endpoint.hint ?? ''}`).toMatch(toDo);
    // On the delivery, from its first attempt on, and no later than 10 s after it was made.
    const delivery = (await cloudbell.call('GET', `/api/v1/deliveries/${endpoint.latestDeliveryId}`)).body;
    const [first] = delivery.attempts;
    expect(first).toMatchObject({ outcome, error: expect.stringMatching(what) });
    expect(first.startedAt + first.durationMs - delivery.createdAt).toBeLessThan(10_000);
  }
  expect(overview).toMatchObject({ failing: 5, waiting: 1 });
  // What keeps receivers from taking alerts is theirs: Cloudbell itself is in order.
  expect((await cloudbell.call('GET', '/readyz')).status).toBe(200);
});

test.each([
  ['a mail server whose name does not resolve', ['--smtp-host', 'mail.cloudbell.invalid'], 'dns', /Check --smtp-host/],
  ['one that is not there', ['--smtp-host', '127.0.0.1', '--smtp-port', '1'], 'refused', /that the mail server runs/],
  ['none at all', [], 'not_configured', /Start Cloudbell with --smtp-host and --smtp-from/],
])('%s; the callback is delivered all the same, once', async (_, args, outcome, toDo) => {
  const receiver = await Receiver.open();
  open.push(() => receiver.close());
  const from = args.length === 0 ? [] : ['--smtp-from', 'cloudbell@ops.example'];
  const cloudbell = await start([...args, ...from]);
  await fire(cloudbell, { mailbox: { email: 'ada@ops.example' } }, `${receiver.url}/hook`);
  const { endpoints } = await troubles(cloudbell, 2);
  const mailbox = endpoints.find(({ channel }) => channel === 'email');
  expect(mailbox).toMatchObject({ lastOutcome: outcome, state: outcome === 'not_configured' ? 'waiting' : 'failing' });
  expect(mailbox.lastError).toMatch(toDo);
  expect(endpoints.find(({ channel }) => channel === 'callback')).toMatchObject({ state: 'well' });
  expect(receiver.received).toHaveLength(1);
});
