/**
 * Goal: what the vendor's document describes, whole: the five steps in a browser, with the people to tell made there
 * too; then samples, and the alert arrives by callback, by e-mail and by DingTalk, and so does the recovery. Method: a
 * real process and a real Chromium; a receiver, an SMTP server with TLS and login, and a robot that verifies signatures
 * and answers HTTP 200 with an errcode, as DingTalk does. Nothing is written by API but the samples.
 */
import { Robot } from '@cloudbell/server/channel/dingtalk/robot-fixture.contract.ts';
import {
  headerOf,
  MailServer,
  partOf,
  SMTP_PASSWORD,
  SMTP_USER,
} from '@cloudbell/server/channel/email/smtp-fixture.contract.ts';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CloudbellProcess, pause } from '../end-to-end/cloudbell-process.ts';
import { formOf, Receiver } from '../end-to-end/receiver.ts';
import { expectAccessible } from './console-page.ts';
import { describeInBrowser, OpenConsole } from './open-console.ts';
import { signInLink } from './sign-in-link.ts';
import { smtpStart } from './smtp-start.ts';

const METRIC = { namespace: 'acs_ecs', metricName: 'Host.mem.usedutilization' };
const NAME = 'Basic monitoring-ECS-memory usage';
const ROBOT_SECRET = 'SECevery-channel-0123456789abcdef';
const MAILBOX = 'ada@ops.example';

describeInBrowser('an alert by every channel', () => {
  let open: OpenConsole;
  let cloudbell: CloudbellProcess;
  let receiver: Receiver;
  let mail: MailServer;
  let robot: Robot;
  let page: Page;

  beforeAll(async () => {
    [receiver, mail, robot] = await Promise.all([Receiver.open(), MailServer.open(), Robot.open(ROBOT_SECRET)]);
    open = await OpenConsole.open(smtpStart(mail));
    ({ cloudbell, page } = open);
  });
  afterAll(async () => {
    await open?.close();
    await Promise.all([receiver?.close(), mail?.close(), robot?.close()]);
  });

  /** Samples until something has happened; the test's own limit is the limit. */
  async function pushUntil(value: number, done: () => boolean): Promise<void> {
    while (!done()) {
      const sample = { ...METRIC, dimensions: { userId: '12', instanceId: 'i-12' }, timestamp: Date.now(), value };
      expect((await cloudbell.call('POST', '/api/v1/samples', [sample])).status).toBe(200);
      await pause(100);
    }
  }

  test('1: signed in by the printed link', async () => {
    await page.goto(signInLink(cloudbell));
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  });

  test('who is to be told: a person with a mailbox and a robot, in a group', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Contacts' }).click();
    await page.getByRole('button', { name: 'Create contact' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Ada');
    await dialog.getByRole('textbox', { name: 'E-mail' }).fill(MAILBOX);
    await dialog.getByLabel('DingTalk robot (webhook URL)').fill(robot.webhook);
    await dialog.getByRole('textbox', { name: 'DingTalk secret' }).fill(ROBOT_SECRET);
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('cell', { name: MAILBOX }).waitFor();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Create group' }).click();
    await dialog.getByRole('textbox', { name: 'Name' }).fill('ops');
    await dialog.getByRole('combobox', { name: 'Contacts of the group' }).click();
    await page.getByRole('option', { name: 'Ada' }).click();
    await dialog.getByRole('textbox', { name: 'Name' }).click();
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('row').filter({ hasText: 'ops' }).getByText('Ada').first().waitFor();
    await dialog.waitFor({ state: 'detached' });
  });

  test('2 to 5: Alerts > Alert Rules, Threshold Value Alert, Modify, HTTP Callback, Confirm', async () => {
    const alerts = page.getByRole('navigation').getByRole('region', { name: 'Alerts' });
    await alerts.getByRole('link', { name: 'Alert Rules' }).click();
    await page.getByRole('tab', { name: 'Threshold Value Alert', exact: true }).click();
    await page.getByRole('main').getByRole('link', { name: 'Create Alert Rule' }).first().click();
    await page.getByLabel('Rule name').fill(NAME);
    await page.getByRole('combobox', { name: 'Metric name' }).fill(METRIC.metricName);
    await page.getByLabel('Period', { exact: true }).selectOption('1 s');
    await page.getByLabel('Threshold, Warn').fill('95');
    await page.getByLabel('Periods in a row, Warn').fill('1');
    await page.getByRole('combobox', { name: 'Contact groups' }).click();
    await page.getByRole('option', { name: 'ops' }).click();
    await page.getByRole('button', { name: 'Confirm', exact: true }).click();
    const row = page.getByRole('row').filter({ hasText: NAME });
    await row.getByText('Modify', { exact: true }).click();
    await page.getByLabel('HTTP Callback', { exact: true }).fill(`${receiver.url}/hook`);
    await page.getByRole('button', { name: 'Confirm', exact: true }).click();
    await row.getByText('/hook').waitFor();
  });

  test('the alert: callback, mail and message, each once', async () => {
    await pushUntil(97.39, () => receiver.received.length + mail.received.length + robot.messages.length >= 3);
    expect(formOf(receiver.received[0]!)).toMatchObject({ alertState: 'ALERT', curValue: '97.39' });
    expect(mail.received[0]).toMatchObject({ to: [MAILBOX], user: SMTP_USER, secure: true });
    expect(headerOf(mail.received[0]!, 'Subject')).toBe(`[WARN] ${NAME}: i-12: 97.39 (Average>=95)`);
    expect(robot.messages[0]?.text).toContain('97.39');
    // The stand-in has verified its signature, or it would have answered 310000.
    expect(robot.answers).toEqual([{ errcode: 0, errmsg: 'ok' }]);
  });

  test('the mail leads to the alert, and that page tells what was sent', async () => {
    const link = /https?:\/\/\S+\/alerts\/[^\s"<]+/.exec(partOf(mail.received[0]!, 'text/plain'))?.[0] ?? '';
    expect(partOf(mail.received[0]!, 'text/html')).toContain(`href="${link}"`);
    expect(robot.messages[0]?.text).toContain(`(${link})`);
    await page.goto(link);
    await page.getByRole('heading', { name: NAME }).waitFor();
    const sent = page.getByRole('listitem').filter({ hasText: 'delivered' });
    await sent.nth(2).waitFor();
    for (const channel of ['callback', 'e-mail', 'DingTalk']) await sent.getByText(channel).first().waitFor();
    await expectAccessible(page, 'alert, three channels');
  });

  test('the recovery: by all three again', async () => {
    await pushUntil(50, () => receiver.received.length >= 2 && mail.received.length >= 2 && robot.messages.length >= 2);
    expect(formOf(receiver.received[1]!)).toMatchObject({ alertState: 'OK', preTriggerLevel: 'WARN' });
    expect(headerOf(mail.received[1]!, 'Subject')).toMatch(/^\[OK\] /);
    expect(robot.messages[1]?.title).toContain('OK');
    expect([receiver.received.length, mail.received.length, robot.answers.length]).toEqual([2, 2, 2]);
  });

  test('no secret is shown: not in the console, not in what was printed', async () => {
    for (const path of ['/contacts', '/deliveries', '/']) {
      await page.goto(`${cloudbell.url}${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await page.content()).not.toContain(ROBOT_SECRET);
    }
    expect(cloudbell.output).not.toContain(ROBOT_SECRET);
    expect(cloudbell.output).not.toContain(SMTP_PASSWORD);
    expect(open.complaints).toEqual([]);
  });
});
