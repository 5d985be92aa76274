/**
 * Goal: one alert to callback, e-mail and DingTalk with the robot failing (310000): the others exactly once, the robot's
 * attempts in the ledger, each with what to do; mended, it gets the message, and nobody else gets it again. Method: a real
 * process; the whole 1 + 3 attempts take 31 s and more, and are robot-fails.long.test.ts.
 */
import { afterEach, expect, test } from 'vitest';
import { pause } from './cloudbell-process.ts';
import { ThreeEndpoints } from './three-endpoints.ts';

let run: ThreeEndpoints | null = null;
afterEach(() => run?.close());

test('the robot refuses the signature, and takes it once the secret is mended', async () => {
  run = await ThreeEndpoints.open();
  const { cloudbell, receiver, mail, robot, secret } = run;
  robot.secret = 'SECanother';
  await run.fire(['i-12']);
  await Promise.all([receiver.until(1), mail.until(1)]);
  while (robot.answers.length < 2) await pause(50);
  // As somebody would who reads what to do: the secret is what was wrong, and the next attempt has the right one.
  robot.secret = secret;
  const ledger = await run.settled(3);
  expect(ledger.callback.attempts.map(({ outcome }) => outcome)).toEqual(['accepted']);
  expect(ledger.email.attempts.map(({ outcome }) => outcome)).toEqual(['accepted']);
  const [first, second, third] = ledger.dingtalk.attempts;
  expect([first?.status, second?.status, third?.outcome]).toEqual([310000, 310000, 'accepted']);
  const what =
    "The signature does not match. Copy the robot's secret into the contact again. (errcode 310000: sign not match)";
  expect([first?.error, second?.error, third?.error]).toEqual([what, what, null]);
  expect([receiver.received.length, mail.received.length, robot.messages.length]).toEqual([1, 1, 1]);
  expect((await cloudbell.call('GET', '/api/v1/endpoints')).body).toMatchObject({ failing: 0, waiting: 0 });
});
