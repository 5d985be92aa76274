/**
 * Goal: one alert goes to callback, e-mail and robot as deliveries of their own: while one fails, the others are sent
 * exactly once, and every attempt is in the ledger. Method: the real store, courier and channels against a receiver, an
 * SMTP server with TLS and login, and a robot that verifies its signature, in some 8 s; budgets over minutes are
 * packages/server/src/deliver/courier-merge.test.ts (simulated) and end-to-end/flood.long.test.ts (real time).
 */
import { headerOf } from '@cloudbell/server/channel/email/smtp-fixture.contract.ts';
import { afterEach, expect, test } from 'vitest';
import { pause } from './end-to-end/cloudbell-process.ts';
import { MAILBOX, ThreeChannels } from './three-channels.ts';

let run: ThreeChannels | null = null;
afterEach(async () => {
  await run?.close();
  run = null;
});

test('the robot fails: callback and mail arrive exactly once, its attempts are on record, and it heals', async () => {
  run = await ThreeChannels.open();
  const { robot, mail, receiver } = run;
  robot.answer = () => ({ errcode: -1, errmsg: 'system busy' });
  await run.notify(['i-12'], { webhook: true });
  await Promise.all([receiver.until(1), mail.until(1)]);
  while (robot.answers.length < 2) await pause(20);
  expect(await run.endpoint(robot.webhook)).toMatchObject({
    channel: 'dingtalk',
    failuresInARow: expect.any(Number),
    lastError: 'DingTalk is busy. (errcode -1: system busy)',
  });
  robot.answer = () => ({ errcode: 0, errmsg: 'ok' });
  while (robot.messages.length === 0) await pause(20);

  let ledger = await run.deliveries();
  while (ledger.some(({ state }) => state !== 'delivered')) {
    await pause(20);
    ledger = await run.deliveries();
  }
  expect(
    ledger.map(({ channel, endpoint, attempts }) => [channel, endpoint, attempts.map((each) => each.outcome)]),
  ).toEqual([
    ['callback', `${receiver.url}/hook`, ['accepted']],
    ['email', MAILBOX, ['accepted']],
    ['dingtalk', robot.webhook, ['status', 'status', 'accepted']],
  ]);
  expect(ledger[2]?.attempts.map(({ number, status, error }) => [number, status, error])).toEqual([
    [1, -1, 'DingTalk is busy. (errcode -1: system busy)'],
    [2, -1, 'DingTalk is busy. (errcode -1: system busy)'],
    [3, 200, null],
  ]);
  expect(receiver.received).toHaveLength(1);
  expect(mail.received).toHaveLength(1);
  expect(headerOf(mail.received[0]!, 'Subject')).toBe('[WARN] Memory usage of r1: i-12: 97.39 (Average>=95)');
  expect(robot.messages).toHaveLength(1);
  expect(robot.messages[0]?.text).toContain('https://cloudbell.example.com/alerts/i-12');
});

test('a robot that is gone and a mailbox that does not exist end at once; the callback arrives', async () => {
  run = await ThreeChannels.open();
  const { robot, mail, receiver } = run;
  robot.answer = () => ({ errcode: 300005, errmsg: 'token is not exist' });
  mail.refuseRecipient = Object.assign(new Error('No such user'), { responseCode: 550 });
  await run.notify(['i-12'], { webhook: true });
  await receiver.until(1);
  let ledger = await run.deliveries();
  while (ledger.some(({ settledAt }) => settledAt === null)) {
    await pause(20);
    ledger = await run.deliveries();
  }
  expect(
    ledger.map(({ channel, state, attempts }) => [channel, state, attempts[0]?.outcome, attempts[0]?.status]),
  ).toEqual([
    ['callback', 'delivered', 'accepted', 200],
    ['email', 'exhausted', 'rejected', 550],
    ['dingtalk', 'exhausted', 'rejected', 300005],
  ]);
  expect(ledger[1]?.attempts[0]?.error).toMatch(/Check the address of the contact\.$/);
  expect((await run.endpoint(MAILBOX))?.lastError).toMatch(/refused the recipient/);
});
