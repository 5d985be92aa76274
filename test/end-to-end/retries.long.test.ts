/**
 * Goal: the contract of attempts on the real clock: 1 + 3, at +1, +5, +25 s after the failure before (plus at most
 * 20 % jitter), each cut at 5.0 s. The same timelines run on simulated time in packages/server/src/deliver.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CloudbellProcess, type Json, pause } from './cloudbell-process.ts';
import { answer, hang, Receiver } from './receiver.ts';

let cloudbell: CloudbellProcess;
beforeAll(async () => {
  cloudbell = await CloudbellProcess.start();
});
afterAll(async () => {
  await cloudbell.end('SIGTERM');
});

async function fire(ruleId: string, url: string): Promise<void> {
  await cloudbell.call('PUT', `/api/v1/rules/${ruleId}`, {
    ruleName: ruleId,
    namespace: 'acs_ecs',
    metricName: ruleId,
    period: 1,
    escalations: {
      warn: { statistics: 'Average', comparisonOperator: 'GreaterThanOrEqualToThreshold', threshold: 95, times: 1 },
    },
    webhook: url,
  });
  await cloudbell.call('POST', '/api/v1/samples', [
    { namespace: 'acs_ecs', metricName: ruleId, dimensions: { instanceId: 'i-1' }, timestamp: Date.now(), value: 99 },
  ]);
}

async function exhausted(ruleId: string): Promise<Json> {
  for (;;) {
    const { body } = await cloudbell.call('GET', `/api/v1/deliveries?ruleId=${ruleId}`);
    if (body.items[0]?.state === 'exhausted')
      return (await cloudbell.call('GET', `/api/v1/deliveries/${body.items[0].deliveryId}`)).body;
    await pause(200);
  }
}

const GAPS_MS = [1000, 5000, 25_000] as const;

test.concurrent('a receiver that answers 500 sees exactly 4 requests with the documented gaps', {
  timeout: 120_000,
}, async () => {
  const receiver = await Receiver.open(answer(500));
  await fire('r500', receiver.url);
  const delivery = await exhausted('r500');
  await pause(2000);
  expect(receiver.received.map((each) => each.headers['cloudbell-attempt'])).toEqual(['1', '2', '3', '4']);
  expect(new Set(receiver.received.map((each) => each.headers['webhook-id'])).size).toBe(1);
  expect(new Set(receiver.received.map((each) => each.body)).size).toBe(1);
  GAPS_MS.forEach((gap, i) => {
    const seen = (receiver.received[i + 1]?.at ?? 0) - (receiver.received[i]?.at ?? 0);
    expect(seen).toBeGreaterThanOrEqual(gap - 5);
    expect(seen).toBeLessThan(gap * 1.2 + 1000);
  });
  expect(delivery.attempts.map((each: Json) => [each.number, each.outcome, each.status])).toEqual(
    [1, 2, 3, 4].map((n) => [n, 'status', 500]),
  );
  await receiver.close();
});

test.concurrent('a receiver that hangs is cut at 5.0 s each time', { timeout: 180_000 }, async () => {
  const receiver = await Receiver.open(hang);
  await fire('rhang', receiver.url);
  const delivery = await exhausted('rhang');
  expect(receiver.received).toHaveLength(4);
  for (const each of receiver.received) expect(Math.abs((each.closedAt ?? 0) - each.at - 5000)).toBeLessThan(250);
  expect(delivery.attempts.map((each: Json) => [each.number, each.outcome])).toEqual(
    [1, 2, 3, 4].map((n) => [n, 'timeout']),
  );
  for (const each of delivery.attempts) expect(each.durationMs).toBeGreaterThanOrEqual(5000);
  await receiver.close();
});
