/**
 * Goal: what the vendor's document describes, whole: the five steps literally, in a real browser, with the people to tell
 * made there too; then samples, and the alert arrives by callback, by e-mail and by DingTalk, is on its pages, and so is
 * the recovery; and what people do wrong there. Method: a real process and a real Chromium; a receiver, an SMTP server
 * with TLS and login, and a robot that verifies signatures and answers HTTP 200 with an errcode, as DingTalk does.
 * Nothing is written by API but the samples, and what a second person does meanwhile.
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
import { expectAccessible, expectAccessibleInEachScheme, overflowOf } from './console-page.ts';
import { describeInBrowser, OpenConsole } from './open-console.ts';
import { signInLink } from './sign-in-link.ts';
import { smtpStart } from './smtp-start.ts';

const METRIC = { namespace: 'acs_ecs', metricName: 'Host.mem.usedutilization' };
const NAME = 'Basic monitoring-ECS-memory usage';
const ROBOT_SECRET = 'SECfive-steps-0123456789abcdef012';
const MAILBOX = 'ada@ops.example';

describeInBrowser('the console', () => {
  let open: OpenConsole;
  let cloudbell: CloudbellProcess;
  let page: Page;
  let receiver: Receiver;
  let mail: MailServer;
  let robot: Robot;

  beforeAll(async () => {
    [receiver, mail, robot] = await Promise.all([Receiver.open(), MailServer.open(), Robot.open(ROBOT_SECRET)]);
    open = await OpenConsole.open(smtpStart(mail));
    ({ cloudbell, page } = open);
  });
  afterAll(async () => {
    await open?.close();
    await Promise.all([receiver?.close(), mail?.close(), robot?.close()]);
  });

  const choose = (name: string): Promise<void> =>
    page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
  const createRule = (): Promise<void> =>
    page.getByRole('main').getByRole('link', { name: 'Create Alert Rule' }).first().click();
  const rowOfRule = () => page.getByRole('row').filter({ hasText: NAME });

  /** Samples until something has happened; the test's own limit is the limit. */
  async function pushUntil(value: number, done: () => boolean): Promise<void> {
    while (!done()) {
      const sample = { ...METRIC, dimensions: { userId: '12', instanceId: 'i-12' }, timestamp: Date.now(), value };
      expect((await cloudbell.call('POST', '/api/v1/samples', [sample])).status).toBe(200);
      await pause(100);
    }
  }

  test('who is signed out is told how to get in, at any address', async () => {
    await page.goto(`${cloudbell.url}/alert-rules`);
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await expectAccessible(page, 'signed out');
  });

  test('1. Log on to the Cloud Monitor console', async () => {
    await page.goto(signInLink(cloudbell));
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await expectAccessible(page, 'Overview, empty');
  });

  test('who is to be told: a person with a mailbox and a robot, in a group', async () => {
    await choose('Contacts');
    await page.getByRole('button', { name: 'Create contact' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Ada <b>');
    await dialog.getByRole('textbox', { name: 'E-mail' }).fill('no address');
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByRole('textbox', { name: 'E-mail' }).fill(MAILBOX);
    await dialog.getByLabel('DingTalk robot (webhook URL)').fill(robot.webhook);
    await dialog.getByRole('textbox', { name: 'DingTalk secret' }).fill(ROBOT_SECRET);
    await expectAccessible(page, 'contact form');
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('cell', { name: MAILBOX }).waitFor();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Create group' }).click();
    await dialog.getByRole('textbox', { name: 'Name' }).fill('night');
    await dialog.getByRole('combobox', { name: 'Contacts of the group' }).click();
    await page.getByRole('option', { name: 'Ada <b>' }).click();
    await dialog.getByRole('textbox', { name: 'Name' }).click();
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('row').filter({ hasText: 'night' }).getByText('Ada <b>').waitFor();
    await dialog.waitFor({ state: 'detached' });
    await expectAccessible(page, 'Contacts');
  });

  test('2. In the left-side navigation pane, choose Alerts > Alert Rules', async () => {
    const alerts = page.getByRole('navigation').getByRole('region', { name: 'Alerts' });
    await alerts.getByRole('link', { name: 'Alert Rules' }).click();
  });

  test('3. On the Threshold Value Alert tab … you can also create an alert rule', async () => {
    await page.getByRole('tab', { name: 'Threshold Value Alert', exact: true }).click();
    await createRule();
    await page.getByLabel('Rule name').fill(NAME);
    await page.getByRole('combobox', { name: 'Metric name' }).fill(METRIC.metricName);
    await page.getByLabel('Period', { exact: true }).selectOption('1 s');
    await page.getByLabel('Threshold, Warn').fill('95');
    await page.getByLabel('Periods in a row, Warn').fill('1');
    await page.getByRole('combobox', { name: 'Contact groups' }).click();
    await page.getByRole('option', { name: 'night' }).click();
    await expectAccessible(page, 'rule form, new');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await rowOfRule().waitFor();
    await expectAccessible(page, 'Alert Rules');
  });

  test('3. … find the alert rule that you want to modify and click Modify in the Actions column', async () => {
    await page.getByRole('columnheader', { name: 'Actions' }).waitFor();
    await rowOfRule().getByText('Modify', { exact: true }).click();
  });

  test('4. Enter the prepared callback URL in the HTTP Callback field; 5. Click Confirm', async () => {
    await page.getByLabel('HTTP Callback', { exact: true }).fill(`${receiver.url}/hook`);
    await expectAccessible(page, 'rule form, stored');
    await page.getByRole('button', { name: 'Confirm', exact: true }).click();
    await rowOfRule().getByText('/hook').waitFor();
  });

  test('samples above the threshold: callback, mail and message come, each once', async () => {
    await pushUntil(97.39, () => receiver.received.length > 0 && mail.received.length > 0 && robot.messages.length > 0);
    expect(formOf(receiver.received[0]!)).toMatchObject({
      alertName: NAME,
      alertState: 'ALERT',
      triggerLevel: 'WARN',
      expression: '$Average>=95',
      curValue: '97.39',
    });
    expect(mail.received[0]).toMatchObject({ to: [MAILBOX], user: SMTP_USER, secure: true });
    expect(headerOf(mail.received[0]!, 'Subject')).toBe(`[WARN] ${NAME}: i-12: 97.39 (Average>=95)`);
    expect(robot.messages[0]?.text).toContain('97.39');
    // The stand-in has verified its signature, or it would have answered 310000.
    expect(robot.answers).toEqual([{ errcode: 0, errmsg: 'ok' }]);
    expect([receiver.received.length, mail.received.length]).toEqual([1, 1]);
  });

  test('the pages show it: the alert, what was sent for it, and every byte', async () => {
    await choose('Alerts');
    const alert = page.getByRole('listitem').filter({ hasText: NAME });
    await alert.getByText('97.39').waitFor();
    await alert.getByText('WARN').waitFor();
    await expectAccessible(page, 'Alerts');
    await alert.getByRole('link').click();
    await page.getByRole('heading', { name: 'What it did' }).waitFor();
    await page.getByText('threshold reached').waitFor();
    const sent = page.getByRole('listitem').filter({ hasText: 'delivered' });
    for (const channel of ['callback', 'e-mail', 'DingTalk']) await sent.getByText(channel).first().waitFor();
    await expectAccessible(page, 'alert');

    await choose('Deliveries');
    await page.getByRole('link').filter({ hasText: '/hook' }).click();
    await page.getByRole('cell', { name: 'accepted 200' }).waitFor();
    await page.getByText(receiver.received[0]!.body).waitFor();
    await expectAccessible(page, 'delivery');
  });

  test('replay sends the same bytes under the same id', async () => {
    await page.getByRole('button', { name: 'Replay' }).click();
    const [first, second] = await receiver.until(2);
    expect(second?.body).toBe(first?.body);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    await page.getByRole('cell', { name: 'accepted' }).nth(1).waitFor();
  });

  test('mail and message lead to the alert; from there, two clicks to an hour of quiet; and somebody knows', async () => {
    const link = /https?:\/\/\S+\/alerts\/[^\s"<]+/.exec(partOf(mail.received[0]!, 'text/plain'))?.[0] ?? '';
    expect(partOf(mail.received[0]!, 'text/html')).toContain(`href="${link}"`);
    expect(robot.messages[0]?.text).toContain(`(${link})`);
    await page.goto(link);
    await page.getByRole('heading', { name: NAME }).waitFor();
    await page.getByRole('button', { name: 'Silence' }).click();
    await page.getByRole('menuitem', { name: 'for 1 h' }).click();
    await page.getByText('Silenced: nobody is told').waitFor();
    await expectAccessible(page, 'alert, silenced');
    await page.getByRole('button', { name: 'End now' }).click();
    await page.getByText('Silenced: nobody is told').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByRole('textbox', { name: 'Note' }).fill('on it');
    await page.getByRole('dialog').getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('Acknowledged by admin').waitFor();
    await page.getByText('on it').waitFor();
  });

  test('what is wrong with a rule is said at its field, and what was typed stays', async () => {
    await choose('Alert Rules');
    await createRule();
    await page.getByLabel('Rule name').fill('نظام <img src=x onerror=alert(1)> הפוך');
    await page.getByRole('combobox', { name: 'Metric name' }).fill('m');
    await page.getByLabel('Threshold, Warn').fill('much');
    await page.getByLabel('HTTP Callback', { exact: true }).fill('ftp://example.com');
    await page.getByRole('button', { name: 'Confirm' }).click();
    const threshold = page.getByLabel('Threshold, Warn');
    await page.getByText('2 things are wrong.').waitFor();
    await expectAccessible(page, 'rule form, refused');
    expect(await threshold.getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByLabel('HTTP Callback', { exact: true }).getAttribute('aria-invalid')).toBe('true');
    expect(await threshold.inputValue()).toBe('much');
    await threshold.fill('1');
    await page.getByLabel('HTTP Callback', { exact: true }).fill('');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('row').filter({ hasText: '<img src=x onerror=alert(1)>' }).waitFor();
  });

  test('two people edit one rule: the second is shown the conflict, and decides', async () => {
    const [rule] = (await cloudbell.call('GET', '/api/v1/rules?search=basic')).body.items;
    const path = `/api/v1/rules/${rule.ruleId}`;
    await rowOfRule().getByText('Modify', { exact: true }).click();
    await page.getByLabel('Threshold, Warn').fill('80');
    await cloudbell.call('PUT', path, { ...rule, silenceTime: 300 });
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText(`Somebody changed this rule (version ${rule.version + 1}).`).waitFor();
    expect(await page.getByLabel('Threshold, Warn').inputValue()).toBe('80');
    await page.getByRole('cell', { name: 'silenceTime' }).waitFor();
    await expectAccessible(page, 'rule form, conflict');
    expect((await cloudbell.call('GET', path)).body.escalations.warn.threshold).toBe(95);
    await page.getByRole('button', { name: 'Overwrite with mine' }).click();
    await page.getByRole('heading', { name: 'Alert Rules', exact: true }).waitFor();
    expect((await cloudbell.call('GET', path)).body.escalations.warn.threshold).toBe(80);
  });

  test('the tab Event Alert offers no callback and says so', async () => {
    await page.getByRole('tab', { name: 'Event Alert', exact: true }).click();
    await page.getByText('Event alerts do not support the alert callback feature.').waitFor();
    expect(await page.getByLabel('HTTP Callback').count()).toBe(0);
    await expectAccessible(page, 'Event Alert');
  });

  test('nothing is out of reach at 380 px, light and dark', async () => {
    await page.setViewportSize({ width: 380, height: 780 });
    const expectWithin = async (what: string): Promise<void> => {
      await page.getByRole('listitem').or(page.getByRole('row')).first().waitFor();
      expect([what, await overflowOf(page)]).toEqual([what, 0]);
      await expectAccessibleInEachScheme(page, `${what} at 380 px`);
    };
    for (const name of ['Overview', 'Alert Rules', 'Deliveries', 'Alerts']) {
      await page.getByRole('button', { name: 'Open navigation' }).click();
      await choose(name);
      await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
      await expectWithin(name);
    }
    await page.getByRole('tab', { name: 'History' }).click();
    await page.getByText('threshold reached').first().waitFor();
    await expectWithin('history');
    await page.getByRole('main').getByRole('link').first().click();
    await page.getByRole('heading', { name: 'What it did' }).waitFor();
    await expectWithin('alert');
    await page.getByRole('main').getByRole('link').filter({ hasText: '/hook' }).first().click();
    await page.getByRole('heading', { name: 'Attempts' }).waitFor();
    await expectWithin('delivery');
  });

  test('by keyboard alone: to the rules, and into one', async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await choose('Overview');
    const tabTo = async (name: string): Promise<void> => {
      for (let presses = 0; presses < 60; presses++) {
        await page.keyboard.press('Tab');
        if (await page.evaluate(`document.activeElement?.textContent === ${JSON.stringify(name)}`)) return;
      }
      throw new Error(`Tab never came to ${name}`);
    };
    await tabTo('Alert Rules');
    await page.keyboard.press('Enter');
    await page.getByRole('row').nth(1).waitFor();
    await tabTo('Modify');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Modify Alert Rule' }).waitFor();
  });

  test('the recovery: by all three again, each once', async () => {
    await pushUntil(50, () => receiver.received.length > 2 && mail.received.length > 1 && robot.messages.length > 1);
    expect(formOf(receiver.received[2]!)).toMatchObject({ alertState: 'OK', preTriggerLevel: 'WARN' });
    expect(headerOf(mail.received[1]!, 'Subject')).toMatch(/^\[OK\] /);
    expect(robot.messages[1]?.title).toContain('OK');
    expect([receiver.received.length, mail.received.length, robot.answers.length]).toEqual([3, 2, 2]);
  });

  test('no secret is shown, neither in the console nor in what was printed', async () => {
    for (const name of ['Contacts', 'Deliveries', 'Overview']) {
      await choose(name);
      await page.getByRole('heading', { level: 1, name }).waitFor();
      expect(await page.content()).not.toContain(ROBOT_SECRET);
    }
    expect(cloudbell.output).not.toContain(ROBOT_SECRET);
    expect(cloudbell.output).not.toContain(SMTP_PASSWORD);
  });

  test('the browser had nothing to complain about: no refused style or script, no error', () => {
    expect(open.complaints).toEqual([]);
  });
});
