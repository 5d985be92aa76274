/**
 * Goal: 200 alerts in 10 s to one robot: at most 20 messages in any minute, every alert in exactly one of them; and to one
 * mailbox: ten mails, and the rest in digests. Method: a real process from samples to messages, in real time, some 90 s; the
 * budgets over many minutes are deliver/courier-merge.test.ts, on simulated time.
 */
import { partOf } from '@cloudbell/server/channel/email/smtp-fixture.contract.ts';
import { afterEach, expect, test } from 'vitest';
import { ThreeEndpoints } from './three-endpoints.ts';

let run: ThreeEndpoints | null = null;
afterEach(() => run?.close());

test('a flood is merged, and nothing of it is lost', async () => {
  run = await ThreeEndpoints.open();
  const { cloudbell, robot, mail, receiver } = run;
  const hosts = Array.from({ length: 200 }, (_, n) => `i-${1000 + n}`);
  await run.fire(hosts, { everyMs: 50 });
  await run.settled(600);
  expect(receiver.received).toHaveLength(200);
  const { items: alerts } = (await cloudbell.call('GET', '/api/v1/alerts?limit=1000')).body;
  expect(alerts).toHaveLength(200);

  const { messages } = robot;
  const inMinute = messages.map(({ at }) => messages.filter((each) => each.at >= at && each.at < at + 60_000).length);
  expect(Math.max(...inMinute)).toBeLessThanOrEqual(20);
  expect(robot.answers).toHaveLength(messages.length);
  const told = messages.map(({ text }) => text).join('\n');
  const mailed = mail.received.map((received) => partOf(received, 'text/plain')).join('\r\n');
  for (const { alertId } of alerts) {
    expect(told.split(`/alerts/${alertId})`)).toHaveLength(2);
    expect(mailed.split(`/alerts/${alertId}\r`)).toHaveLength(2);
  }
  expect(mail.received.length).toBeLessThanOrEqual(12);
});
