/**
 * Goal: who fills in a callback, a mailbox or a robot finds out beside the field whether it arrives, and if not, why and what
 * to do; and sees the exact bytes. Method: a real process and a real Chromium, a receiver, an SMTP server with TLS and login,
 * and a robot that verifies signatures.
 */
import { join } from 'node:path';
import { Robot } from '@cloudbell/server/channel/dingtalk/robot-fixture.contract.ts';
import { headerOf, MailServer } from '@cloudbell/server/channel/email/smtp-fixture.contract.ts';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CloudbellProcess } from '../end-to-end/cloudbell-process.ts';
import { formOf, Receiver } from '../end-to-end/receiver.ts';
import { expectAccessible } from './console-page.ts';
import { describeInBrowser, OpenConsole } from './open-console.ts';
import { smtpStart } from './smtp-start.ts';

const ROBOT_SECRET = 'SECtest-send-in-browser-0123456789';
describeInBrowser('tests from the console', () => {
  let open: OpenConsole;
  let cloudbell: CloudbellProcess;
  let receiver: Receiver;
  let mail: MailServer;
  let robot: Robot;
  let page: Page;

  beforeAll(async () => {
    [receiver, mail, robot] = await Promise.all([Receiver.open(), MailServer.open(), Robot.open(ROBOT_SECRET)]);
    open = await OpenConsole.signedIn(smtpStart(mail));
    ({ cloudbell, page } = open);
  });
  afterAll(async () => {
    await open?.close();
    await Promise.all([receiver?.close(), mail?.close(), robot?.close()]);
  });

  const resultOf = (what: string): Locator => page.getByRole('region', { name: `Result of the test: ${what}` });
  /** Where `CLOUDBELL_PICTURES` names a folder, what is on the screen is kept to be looked at. */
  async function picture(name: string): Promise<void> {
    const folder = process.env.CLOUDBELL_PICTURES;
    if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  }

  test('a callback, from a rule that is not finished, by keyboard alone', async () => {
    await page.goto(`${cloudbell.url}/alert-rules/create`);
    await page.getByLabel('Rule name').fill('Memory of “web”');
    const button = page.getByRole('button', { name: 'Send test: HTTP Callback' });
    expect(await button.isDisabled()).toBe(true);
    await page.getByLabel('HTTP Callback', { exact: true }).fill(`${receiver.url}/hook`);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const result = resultOf('HTTP Callback');
    await result.getByText('It arrived').waitFor();
    const [request] = receiver.received;
    expect(request?.headers['cloudbell-test']).toBe('true');
    expect(formOf(request!)).toMatchObject({ alertName: 'Memory of “web”', alertState: 'ALERT', curValue: '97.39' });

    const summary = result.getByText(/^The exact \d+ bytes that were sent$/);
    await summary.focus();
    await page.keyboard.press('Enter');
    const bytes = result.getByLabel(/^The exact \d+ bytes that were sent$/);
    expect(await bytes.textContent()).toContain(request?.body);
    await result.getByText('What webhook-signature signs').click();
    expect(await result.getByLabel('What webhook-signature signs').textContent()).toContain(request?.body);
    await result.getByText('What signature signs', { exact: true }).click();
    await expectAccessible(page, 'rule form with the result of a test');
    await picture('test-send-rule');
    // Nothing was saved by it.
    expect((await cloudbell.call('GET', '/api/v1/rules')).body.items).toEqual([]);
  });

  test('one that does not arrive says what to do; another address takes the result away', async () => {
    await page.getByLabel('HTTP Callback', { exact: true }).fill('http://127.0.0.1:1/hook');
    await resultOf('HTTP Callback').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Send test: HTTP Callback' }).click();
    await resultOf('HTTP Callback').getByText('It did not arrive').waitFor();
    await resultOf('HTTP Callback').getByText('Start the receiver').waitFor();
    await resultOf('HTTP Callback').getByText('Nothing was sent').waitFor();
    await page.getByLabel('HTTP Callback', { exact: true }).fill('ftp://ops.example');
    await page.getByRole('button', { name: 'Send test: HTTP Callback' }).click();
    await page.getByText('Callbacks are sent by http or https.').waitFor();
  });

  test('a mailbox and a robot, before the contact is there', async () => {
    await page.goto(`${cloudbell.url}/contacts`);
    await page.getByRole('button', { name: 'Create contact' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Ada');
    await dialog.getByRole('textbox', { name: 'E-mail' }).fill('ada@ops.example');
    await dialog.getByRole('button', { name: 'Send test: E-mail' }).click();
    await resultOf('E-mail').getByText('It arrived').waitFor();
    expect(headerOf(mail.received[0]!, 'Subject')).toMatch(/^\[TEST\] /);
    await dialog.getByLabel('DingTalk robot (webhook URL)').fill(robot.webhook);
    await dialog.getByRole('textbox', { name: 'DingTalk secret' }).fill('SECwrong-0123456789');
    const sendToRobot = dialog.getByRole('button', { name: 'Send test: DingTalk robot' });
    await sendToRobot.click();
    await resultOf('DingTalk robot').getByText('The signature does not match').waitFor();
    await picture('test-send-robot-refused');
    await dialog.getByRole('textbox', { name: 'DingTalk secret' }).fill(ROBOT_SECRET);
    await sendToRobot.click();
    await resultOf('DingTalk robot').getByText('It arrived').waitFor();
    expect(robot.messages.map(({ title: said }) => said)).toEqual(['[TEST] [WARN] Test of Cloudbell']);
    await expectAccessible(page, 'contact form with results of tests');
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await dialog.waitFor({ state: 'detached' });
  });

  test('the robot of a stored contact, whose webhook and secret this page never sees', async () => {
    await page.setViewportSize({ width: 380, height: 780 });
    await page.getByRole('button', { name: 'Edit Ada' }).click();
    await page.getByRole('button', { name: 'Send test: DingTalk robot' }).click();
    await resultOf('DingTalk robot').getByText('It arrived').waitFor();
    expect(robot.messages).toHaveLength(2);
    await resultOf('DingTalk robot').getByText('What sign signs').click();
    await resultOf('DingTalk robot')
      .getByText(/^The exact \d+ bytes that were sent$/)
      .first()
      .click();
    expect(await page.content()).not.toContain(ROBOT_SECRET);
    expect(await page.content()).not.toContain(new URL(robot.webhook).searchParams.get('access_token'));
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    await expectAccessible(page, 'contact form at 380 px');
    await picture('test-send-380');
  });

  test('the browser had nothing to complain about', () => {
    expect(open.complaints).toEqual([]);
  });
});
