/**
 * Goal: as robot-fails.test.ts, to the end: a robot that fails for good gets 1 + 3 attempts, then its delivery is given up; replayed
 * after it was mended, it arrives, and the callback and the mail are still exactly once.
 */
import { afterEach, expect, test } from 'vitest';
import { ThreeEndpoints } from './three-endpoints.ts';

let run: ThreeEndpoints | null = null;
afterEach(() => run?.close());

test('four attempts with what to do, then given up; a replay arrives', async () => {
  run = await ThreeEndpoints.open();
  const { cloudbell, receiver, mail, robot, secret } = run;
  robot.secret = 'SECanother';
  await run.fire(['i-12']);
  const { dingtalk } = await run.settled(3);
  expect(dingtalk.state).toBe('exhausted');
  expect(dingtalk.attempts.map(({ number, status }) => [number, status])).toEqual([1, 2, 3, 4].map((n) => [n, 310000]));
  for (const { error } of dingtalk.attempts) expect(error).toContain("Copy the robot's secret into the contact again.");
  expect((await cloudbell.call('GET', '/api/v1/endpoints')).body).toMatchObject({ failing: 1, waiting: 0 });
  robot.secret = secret;
  await cloudbell.call('POST', `/api/v1/deliveries/${dingtalk.deliveryId}/replay`);
  const after = await run.settled(3);
  expect(after.dingtalk.state).toBe('delivered');
  expect([receiver.received.length, mail.received.length, robot.messages.length]).toEqual([1, 1, 1]);
});
