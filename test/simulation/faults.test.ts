/**
 * Goal: whatever goes wrong, in whatever order, what the receiver sees in the end is right. Method: the real rooms on
 * simulated time, driven by a seed: values that cross the threshold, a receiver that is slow and fails, kills at any
 * moment, stops, suspensions and clock steps. The checks know only what was pushed and what was received.
 *
 * `CLOUDBELL_SEEDS=1000` tries more; a failing seed is in the test's name and tells the same story every time.
 */
import { seededRandom } from '@cloudbell/server/base/random.ts';
import { expect, test } from 'vitest';
import { type Seen, SimulatedCloudbell } from '../acceptance/simulated-cloudbell.ts';

const SEEDS = Number(process.env.CLOUDBELL_SEEDS ?? 12);
const RESOURCES = ['i-a', 'i-b', 'i-c'];
const ROUNDS = 25;

const RULE = {
  ruleName: 'memory',
  namespace: 'acs_ecs',
  metricName: 'mem',
  period: 1,
  grace: 1,
  silenceTime: 600,
  escalations: {
    critical: { statistics: 'Maximum', comparisonOperator: 'GreaterThanThreshold', threshold: 98, times: 2 },
    warn: { statistics: 'Average', comparisonOperator: 'GreaterThanOrEqualToThreshold', threshold: 95, times: 1 },
  },
  webhook: 'http://receiver.example/hook',
};

for (let seed = 1; seed <= SEEDS; seed++) {
  test(`seed ${seed}: nothing lost, nothing out of order, the last word is right`, async () => {
    const random = seededRandom(seed);
    const upTo = (ms: number): number => Math.floor(random.fraction() * ms);
    const chance = (probability: number): boolean => random.fraction() < probability;
    const cloudbell = new SimulatedCloudbell(seed);
    cloudbell.latencyMs = 150;
    cloudbell.answer = () => (chance(0.3) ? 'status' : chance(0.1) ? 'timeout' : 'accepted');
    await cloudbell.start();
    await cloudbell.putRule('r1', RULE);

    const value = new Map(RESOURCES.map((resource) => [resource, 12]));
    const push = async (): Promise<void> => {
      for (const resource of RESOURCES)
        await cloudbell.push('mem', { instanceId: resource }, value.get(resource) ?? 12);
    };
    for (let round = 0; round < ROUNDS; round++) {
      for (const resource of RESOURCES) if (chance(0.2)) value.set(resource, [12, 96, 99][upTo(3)] ?? 12);
      await push();
      await cloudbell.clock.advance(upTo(900));
      if (chance(0.15)) {
        await cloudbell.crash();
        await cloudbell.clock.advance(upTo(5000));
        await cloudbell.start();
      }
      if (chance(0.05)) cloudbell.clock.freeze(35_000 + upTo(10_000), chance(0.5) ? 'both' : 'wall');
      if (chance(0.04)) cloudbell.clock.stepWall((chance(0.5) ? 1 : -1) * 3_600_000);
    }

    // Calm at the end: the same values for a few windows, a receiver that answers, and time for the
    // retries: after a clock that was set back they may be a minute away.
    cloudbell.answer = () => 'accepted';
    for (let second = 0; second < 6; second++) {
      await push();
      await cloudbell.clock.advance(1000);
    }
    await cloudbell.clock.advance(110_000);
    expect(cloudbell.fatal).toBeNull();
    for (const resource of RESOURCES) check(cloudbell.seen, resource, value.get(resource) ?? 12);
    await cloudbell.stop();
  });
}

function check(seen: readonly Seen[], resource: string, lastValue: number): void {
  const mine = seen.filter((each) => each.form.dimensions === `{instanceId=${resource}}`);
  const ids = [...new Set(mine.map((each) => each.id))];
  const bodies = ids.map((id) => {
    const attempts = mine.filter((each) => each.id === id);
    // At most 1 + 3 judged attempts; the same attempt twice only when a crash lay between.
    expect(Math.max(...attempts.map((each) => each.attempt))).toBeLessThanOrEqual(4);
    const asTold = attempts.map((each) => `${each.attempt} in life ${each.life}`);
    expect(new Set(asTold).size, `${resource} ${id}: ${asTold.join(', ')}`).toBe(asTold.length);
    expect(new Set(attempts.map((each) => JSON.stringify(each.form))).size).toBe(1);
    return attempts[0]?.form ?? {};
  });
  // In order: each says what was told before it, and none comes back after the next one was seen.
  let before = 'null';
  for (const form of bodies) {
    expect(form.preTriggerLevel, resource).toBe(before);
    before = form.triggerLevel === 'OK' ? 'null' : (form.triggerLevel ?? '');
  }
  const firstSeen = ids.map((id) => mine.findIndex((each) => each.id === id));
  const lastSeen = ids.map((id) => mine.findLastIndex((each) => each.id === id));
  ids.forEach((id, at) => {
    if (at > 0) expect(lastSeen[at - 1], `${resource} ${id}`).toBeLessThan(firstSeen[at] ?? 0);
  });
  const expected = lastValue > 98 ? 'CRITICAL' : lastValue >= 95 ? 'WARN' : 'OK';
  expect(bodies.at(-1)?.triggerLevel ?? 'OK', resource).toBe(expected);
}
