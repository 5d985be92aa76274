/**
 * Goal: a mail that is refused for good reaches the fallback group's robot within 5 s, and the heartbeat says that Cloudbell
 * works for as long as it does. Method: a real process, a mail server that refuses the recipient, a robot, and an HTTP
 * receiver of heartbeats.
 */
import { Robot } from '@cloudbell/server/channel/dingtalk/robot-fixture.contract.ts';
import { MailServer, refusal } from '@cloudbell/server/channel/email/smtp-fixture.contract.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CloudbellProcess, pause } from './cloudbell-process.ts';
import { Receiver } from './receiver.ts';

let cloudbell: CloudbellProcess;
let heartbeats: Receiver;
let mail: MailServer;
let robot: Robot;
beforeAll(async () => {
  [heartbeats, mail, robot] = await Promise.all([
    Receiver.open(),
    MailServer.open({ authOptional: true, hideSTARTTLS: true }),
    Robot.open(),
  ]);
  mail.refuseRecipient = refusal(550, 'no such user');
  const smtp = ['--smtp-host', 'localhost', '--smtp-port', String(mail.port), '--smtp-security', 'none'];
  cloudbell = await CloudbellProcess.start({
    args: [
      '--collect',
      'off',
      ...smtp,
      '--smtp-from',
      'c@ops.example',
      '--fallback-group',
      'night',
      '--heartbeat-every',
      '1s',
    ],
    env: { CLOUDBELL_HEARTBEAT_URL: `${heartbeats.url}/ping/0123456789abcdef` },
  });
});
afterAll(async () => {
  await cloudbell?.end('SIGTERM');
  await Promise.all([heartbeats?.close(), mail?.close(), robot?.close()]);
});

test('what the mailbox did not take, the robot of the fallback group tells, and says so', async () => {
  await cloudbell.call('PUT', '/api/v1/contacts/ada', { email: 'ada@ops.example' });
  await cloudbell.call('PUT', '/api/v1/contacts/bot', { dingtalk: { webhook: robot.webhook } });
  await cloudbell.call('PUT', '/api/v1/contact-groups/ops', { contacts: ['ada'] });
  await cloudbell.call('PUT', '/api/v1/contact-groups/night', { contacts: ['bot'] });
  const warn = { statistics: 'Average', comparisonOperator: 'GreaterThanThreshold', threshold: 1, times: 1 };
  const rule = { namespace: 'n', metricName: 'm', period: 1, escalations: { warn }, contactGroups: ['ops'] };
  await cloudbell.call('PUT', '/api/v1/rules/r', rule);
  while (robot.answers.length === 0) {
    await cloudbell.call('POST', '/api/v1/samples', [
      { namespace: 'n', metricName: 'm', dimensions: { host: 'a' }, timestamp: Date.now(), value: 2 },
    ]);
    await pause(100);
  }
  const { items } = (await cloudbell.call('GET', '/api/v1/deliveries')).body;
  const [fallback, failed] = items;
  expect([failed.channel, failed.state, fallback.channel]).toEqual(['email', 'exhausted', 'dingtalk']);
  expect(fallback.transitionId).toBe(failed.transitionId);
  expect(fallback.createdAt - failed.createdAt).toBeLessThan(5000);
  const { body } = (await cloudbell.call('GET', `/api/v1/deliveries/${fallback.deliveryId}`)).body;
  expect(JSON.parse(body)).toMatchObject({ insteadOf: { channel: 'email', endpoint: 'ada@ops.example' } });
});

test('heartbeats come at their interval while all is well, and nobody reads their URL in the log', async () => {
  const from = (await heartbeats.until(1)).length;
  const [first, ...more] = (await heartbeats.until(from + 2)).slice(-3);
  expect([first?.path, first?.body]).toEqual(['/ping/0123456789abcdef', '']);
  expect(more.at(-1)?.headers['user-agent']).toMatch(/^Cloudbell\//);
  await cloudbell.end('SIGTERM');
  expect(cloudbell.output).not.toContain('0123456789abcdef');
  expect(cloudbell.output).not.toContain('the heartbeat stops');
});
