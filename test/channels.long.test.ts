/**
 * Goal: 200 alerts in 10 s to one robot, in real time: at most 20 messages in any minute, every alert in one of them; and
 * the same alerts to a mailbox: ten mails, and the rest in a digest a minute later. Method: as test/channels.test.ts,
 * for some 80 s.
 */
import { partOf } from '@cloudbell/server/channel/email/smtp-fixture.contract.ts';
import { expect, test } from 'vitest';
import { pause } from './end-to-end/cloudbell-process.ts';
import { ThreeChannels } from './three-channels.ts';

test('a flood is merged, and nothing of it is lost', async () => {
  const run = await ThreeChannels.open();
  const alertIds = Array.from({ length: 200 }, (_, n) => `i-${1000 + n}`);
  const begun = performance.now();
  for (const alertId of alertIds) {
    await run.notify([alertId], { webhook: false });
    await pause(50);
  }
  expect(performance.now() - begun).toBeLessThan(20_000);
  await run.mail.until(11);
  while ((await run.deliveries()).some(({ state }) => state !== 'delivered')) await pause(200);

  const { messages } = run.robot;
  const most = Math.max(
    ...messages.map(({ at }) => messages.filter((each) => each.at >= at && each.at < at + 60_000).length),
  );
  expect(most).toBeLessThanOrEqual(20);
  expect(run.robot.answers).toHaveLength(messages.length);
  const told = messages.map(({ text }) => text).join('\n');
  const mailed = run.mail.received.map((mail) => partOf(mail, 'text/plain'));
  for (const alertId of alertIds) {
    expect(told.split(`/alerts/${alertId})`)).toHaveLength(2);
    expect(mailed.join('\r\n').split(`/alerts/${alertId}\r`)).toHaveLength(2);
  }
  expect(mailed).toHaveLength(11);
  expect(mailed[10]).toMatch(/^190 notifications: 190 WARN/);
  await run.close();
});
