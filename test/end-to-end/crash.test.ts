/**
 * Goal: nothing is lost or doubled by a crash. Method: kill -9 at random moments between the acknowledged samples and
 * the callback, start again on the same folder, and compare what the receiver saw with what had to come: every alert
 * arrives; one that arrives twice carries the same webhook-id and has an `interrupted` attempt in the ledger.
 * `CLOUDBELL_CRASHES` sets the number of kills (default 3; test:long runs 20).
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CloudbellProcess, pause } from './cloudbell-process.ts';
import { answer, formOf, Receiver } from './receiver.ts';

const KILLS = Number(process.env.CLOUDBELL_CRASHES ?? 3);
let receiver: Receiver;

beforeAll(async () => {
  receiver = await Receiver.open((response, request) => {
    // A slow receiver, so that kills also fall between request and answer.
    setTimeout(() => answer(200)(response, request), 120);
  });
});
afterAll(() => receiver.close());

test(`kill -9 at ${KILLS} random moments: every alert arrives, none twice unless it was in flight, always with the same webhook-id`, {
  timeout: KILLS * 20_000,
}, async () => {
  let cloudbell = await CloudbellProcess.start();
  const dataDir = cloudbell.dataDir;
  await cloudbell.call('PUT', '/api/v1/rules/r1', {
    ruleName: 'memory',
    namespace: 'acs_ecs',
    metricName: 'mem',
    period: 1,
    // Wide enough that a slow machine does not make the samples late, which would be another story.
    grace: 3,
    escalations: {
      warn: { statistics: 'Average', comparisonOperator: 'GreaterThanOrEqualToThreshold', threshold: 95, times: 1 },
    },
    webhook: receiver.url,
  });
  const delays: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    await cloudbell.call('GET', '/api/v1/rules');
    const sent = await cloudbell.call('POST', '/api/v1/samples', [
      {
        namespace: 'acs_ecs',
        metricName: 'mem',
        dimensions: { instanceId: `i-${kill}` },
        timestamp: Date.now(),
        value: 97.39,
      },
    ]);
    expect(sent.body).toMatchObject({ accepted: 1 });
    const delay = Math.random() * 5000;
    delays.push(Math.round(delay));
    await pause(delay);
    await cloudbell.end('SIGKILL');
    cloudbell = await CloudbellProcess.start({ dataDir });
  }
  const instances = (): Map<string, Set<string>> => {
    const seen = new Map<string, Set<string>>();
    for (const each of receiver.received) {
      const { dimensions = '' } = formOf(each);
      seen.set(dimensions, (seen.get(dimensions) ?? new Set()).add(String(each.headers['webhook-id'])));
    }
    return seen;
  };
  for (let waited = 0; instances().size < KILLS && waited < 15_000; waited += 50) await pause(50);
  const context = `kills after ${delays.join(', ')} ms`;
  expect([...instances().keys()].sort(), context).toEqual(
    Array.from({ length: KILLS }, (_, kill) => `{instanceId=i-${kill}}`).sort(),
  );
  for (const [dimensions, ids] of instances()) expect([dimensions, ids.size], context).toEqual([dimensions, 1]);

  await pause(500);
  for (const id of new Set(receiver.received.map((each) => String(each.headers['webhook-id'])))) {
    const times = receiver.received.filter((each) => each.headers['webhook-id'] === id).length;
    const { body } = await cloudbell.call('GET', `/api/v1/deliveries/${id}`);
    const interrupted = body.attempts.filter(
      (attempt: { outcome: string }) => attempt.outcome === 'interrupted',
    ).length;
    expect(body.state, context).toBe('delivered');
    expect(times, `${id} ${context}`).toBeLessThanOrEqual(1 + interrupted);
  }
  expect(await cloudbell.end('SIGTERM')).toBe(0);
});
