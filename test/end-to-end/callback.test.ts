/**
 * Goal: the main job on real input, as the issue states it: samples of 97.39 → one POST in the exact classic form,
 * samples of 12 → one POST with OK. Method: a real process, a real receiver, and signature checks that share nothing
 * with the product (written here from the documented rule, and the official Standard Webhooks library).
 */
import { createHmac } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CloudbellProcess, pause, SIGNING_SECRET } from './cloudbell-process.ts';
import { formOf, type Received, Receiver } from './receiver.ts';

let cloudbell: CloudbellProcess;
let receiver: Receiver;

beforeAll(async () => {
  receiver = await Receiver.open();
  cloudbell = await CloudbellProcess.start();
});
afterAll(async () => {
  await cloudbell.end('SIGTERM');
  await receiver.close();
});

/** Pushes one value every 100 ms, from the start of a window on, until the receiver has seen `count` requests. */
async function pushUntil(value: number, count: number): Promise<Received> {
  await pause(1000 - (Date.now() % 1000));
  const done = receiver.until(count);
  let over = false;
  void done.then(() => {
    over = true;
  });
  while (!over) {
    const sent = await cloudbell.call('POST', '/api/v1/samples', [
      {
        namespace: 'acs_ecs',
        metricName: 'Host.mem.usedutilization',
        dimensions: { userId: '12', instanceId: 'i-12' },
        timestamp: Date.now(),
        value,
      },
    ]);
    expect(sent.body).toMatchObject({ accepted: 1, rejected: 0 });
    await pause(100);
  }
  return (await done)[count - 1] as Received;
}

const percent = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

function expectSigned(received: Received): void {
  const { signature, ...fields } = formOf(received);
  const canonical = Object.keys(fields)
    .sort()
    .map((key) => `${percent(key)}=${percent(fields[key] as string)}`)
    .join('&');
  const expected = createHmac('sha1', `${SIGNING_SECRET}&`)
    .update(`POST&%2F&${percent(canonical)}`)
    .digest('base64');
  expect(signature).toBe(expected);
  const at = new Date(Number(received.headers['webhook-timestamp']) * 1000);
  const official = new Webhook(SIGNING_SECRET).sign(String(received.headers['webhook-id']), at, received.body);
  expect(received.headers['webhook-signature']).toBe(official);
}

test('a rule, samples above it, and the callback in the documented form; samples below it, and the recovery', async () => {
  const put = await cloudbell.call('PUT', '/api/v1/rules/r1', {
    ruleName: 'Basic monitoring-ECS-memory usage',
    namespace: 'acs_ecs',
    metricName: 'Host.mem.usedutilization',
    period: 1,
    escalations: {
      warn: { statistics: 'Average', comparisonOperator: 'GreaterThanOrEqualToThreshold', threshold: 95, times: 1 },
    },
    webhook: `${receiver.url}/hook`,
  });
  expect(put.status).toBe(201);

  const alert = await pushUntil(97.39, 1);
  expect(alert.headers['content-type']).toBe('application/x-www-form-urlencoded; charset=UTF-8');
  expect([...new URLSearchParams(alert.body).keys()]).toEqual(
    'expression metricName instanceName signature metricProject userId curValue alertName namespace triggerLevel alertState preTriggerLevel ruleId dimensions timestamp'.split(
      ' ',
    ),
  );
  expect(formOf(alert)).toMatchObject({
    alertName: 'Basic monitoring-ECS-memory usage',
    alertState: 'ALERT',
    triggerLevel: 'WARN',
    curValue: '97.39',
    expression: '$Average>=95',
    dimensions: '{userId=12, instanceId=i-12}',
    preTriggerLevel: 'null',
    metricName: 'Host.mem.usedutilization',
    metricProject: 'acs_ecs',
    namespace: 'acs_ecs',
    ruleId: 'r1',
    userId: '1000000000000001',
  });
  expect(formOf(alert).timestamp).toMatch(/^\d{10}$/);
  expectSigned(alert);

  const recovery = await pushUntil(12, 2);
  expect(formOf(recovery)).toMatchObject({
    alertState: 'OK',
    triggerLevel: 'OK',
    preTriggerLevel: 'WARN',
    curValue: '12',
    expression: '$Average>=95',
  });
  expectSigned(recovery);
  expect(recovery.headers['webhook-id']).not.toBe(alert.headers['webhook-id']);
  await pause(1500);
  expect(receiver.received).toHaveLength(2);

  const ledger = await cloudbell.call('GET', '/api/v1/deliveries?ruleId=r1');
  expect(
    ledger.body.items.map((item: { state: string; judgedAttempts: number }) => [item.state, item.judgedAttempts]),
  ).toEqual([
    ['delivered', 1],
    ['delivered', 1],
  ]);
});

test('every bad rule is a 400 that names code, field and hint, and the stored rule stays as it was', async () => {
  const before = (await cloudbell.call('GET', '/api/v1/rules/r1')).body;
  const good = {
    ruleName: 'r',
    namespace: 'acs_ecs',
    metricName: 'm',
    period: 1,
    escalations: {
      warn: { statistics: 'Average', comparisonOperator: 'GreaterThanThreshold', threshold: 1, times: 1 },
    },
  };
  const warn = good.escalations.warn;
  const bad: [string, object, string][] = [
    [
      'an unknown operator',
      { ...good, escalations: { warn: { ...warn, comparisonOperator: 'Above' } } },
      'escalations.warn.comparisonOperator',
    ],
    [
      'a level without times',
      { ...good, escalations: { warn: { ...warn, times: undefined } } },
      'escalations.warn.times',
    ],
    ['period 0', { ...good, period: 0 }, 'period'],
    ['a callback by ftp', { ...good, webhook: 'ftp://127.0.0.1/' }, 'webhook'],
    ['a callback with credentials', { ...good, webhook: 'http://a:b@example.com/' }, 'webhook'],
    ['a callback to cloud metadata', { ...good, webhook: 'http://169.254.169.254/latest' }, 'webhook'],
  ];
  for (const [what, rule, field] of bad) {
    const answer = await cloudbell.call('PUT', '/api/v1/rules/r1', rule);
    expect([what, answer.status, answer.body.error.field]).toEqual([what, 400, field]);
    expect(answer.body.error.code).toMatch(/^[a-z_]+$/);
    expect(answer.body.error.hint.length).toBeGreaterThan(10);
  }
  expect((await cloudbell.call('GET', '/api/v1/rules/r1')).body).toEqual(before);
});

test('bad samples are refused one by one; the rest of the batch is kept', async () => {
  const sample = {
    namespace: 'acs_ecs',
    metricName: 'm',
    dimensions: { instanceId: 'i-1' },
    timestamp: Date.now(),
    value: 1,
  };
  const sent = await cloudbell.call('POST', '/api/v1/samples', [
    sample,
    { ...sample, value: 'NaN' },
    { ...sample, timestamp: Date.now() + 11 * 60_000 },
    { ...sample, dimensions: { instanceId: 'x'.repeat(1025) } },
    { ...sample, timestamp: sample.timestamp + 1 },
  ]);
  expect(sent.status).toBe(200);
  expect(sent.body).toMatchObject({ accepted: 2, rejected: 3 });
  expect(sent.body.errors.map((error: { index: number }) => error.index)).toEqual([1, 2, 3]);
});

test('what is stored is for the user of the process alone', () => {
  for (const file of ['store.db', 'log.db']) expect(statSync(join(cloudbell.dataDir, file)).mode & 0o077).toBe(0);
});
