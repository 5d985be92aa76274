/**
 * Goal: the five steps of the vendor's document, literally, in a real browser, and what follows from them: the callback in a receiver
 * of our own, the alert on its page, the delivery with its attempt. Method: a real process, a real Chromium; nothing is written by API but
 * the samples.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CloudbellProcess, pause } from '../end-to-end/cloudbell-process.ts';
import { formOf, Receiver } from '../end-to-end/receiver.ts';
import { expectAccessible, expectAccessibleInEachScheme, overflowOf } from './console-page.ts';
import { describeInBrowser, OpenConsole } from './open-console.ts';
import { signInLink } from './sign-in-link.ts';

const METRIC = { namespace: 'acs_ecs', metricName: 'Host.mem.usedutilization' };
const NAME = 'Basic monitoring-ECS-memory usage';

describeInBrowser('the console', () => {
  let open: OpenConsole;
  let cloudbell: CloudbellProcess;
  let page: Page;
  let receiver: Receiver;

  beforeAll(async () => {
    receiver = await Receiver.open();
    open = await OpenConsole.open();
    ({ cloudbell, page } = open);
  });
  afterAll(async () => {
    await open?.close();
    await receiver?.close();
  });

  const choose = (name: string): Promise<void> =>
    page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
  const createRule = async (): Promise<void> => {
    await choose('Alert Rules');
    await page.getByRole('main').getByRole('link', { name: 'Create Alert Rule' }).first().click();
  };

  const push = (value: number) =>
    cloudbell.call('POST', '/api/v1/samples', [
      { ...METRIC, dimensions: { userId: '12', instanceId: 'i-12' }, timestamp: Date.now(), value },
    ]);

  /** Samples until something has happened; the test's own limit is the limit. */
  async function pushUntil(value: number, done: Promise<unknown>): Promise<void> {
    let over = false;
    const end = done.finally(() => {
      over = true;
    });
    while (!over) {
      expect((await push(value)).status).toBe(200);
      await pause(100);
    }
    await end;
  }

  test('who is signed out is told how to get in, at any address', async () => {
    await page.goto(`${cloudbell.url}/alert-rules`);
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await expectAccessible(page, 'signed out');
  });

  test('the five steps', async () => {
    // 1. Log on to the Cloud Monitor console.
    await page.goto(signInLink(cloudbell));
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await expectAccessible(page, 'Overview, empty');

    // 2. In the left-side navigation pane, choose Alerts > Alert Rules.
    const navigation = page.getByRole('navigation');
    await navigation.getByRole('region', { name: 'Alerts' }).getByRole('link', { name: 'Alert Rules' }).click();

    // 3. On the Threshold Value Alert tab … Note: you can also create an alert rule.
    await page.getByRole('tab', { name: 'Threshold Value Alert', exact: true }).click();
    await page.getByRole('main').getByRole('link', { name: 'Create Alert Rule' }).first().click();
    await page.getByLabel('Rule name').fill(NAME);
    await page.getByRole('combobox', { name: 'Metric name' }).fill(METRIC.metricName);
    await page.getByLabel('Period', { exact: true }).selectOption('1 s');
    await page.getByLabel('Threshold, Warn').fill('95');
    await page.getByLabel('Periods in a row, Warn').fill('1');
    await expectAccessible(page, 'rule form, new');
    await page.getByRole('button', { name: 'Confirm' }).click();
    const row = page.getByRole('row').filter({ hasText: NAME });
    await row.waitFor();
    await expectAccessible(page, 'Alert Rules');

    // 3. … find the alert rule that you want to modify and click Modify in the Actions column.
    await page.getByRole('columnheader', { name: 'Actions' }).waitFor();
    await row.getByText('Modify', { exact: true }).click();

    // 4. Enter the prepared callback URL in the HTTP Callback field.
    await page.getByLabel('HTTP Callback', { exact: true }).fill(`${receiver.url}/hook`);
    await expectAccessible(page, 'rule form, stored');

    // 5. Click Confirm.
    await page.getByRole('button', { name: 'Confirm', exact: true }).click();
    await row.waitFor();
    await row.getByText('/hook').waitFor();
  });

  test('samples above the threshold: the callback comes, and the pages show it', async () => {
    await pushUntil(97.39, receiver.until(1));
    expect(formOf(receiver.received[0]!)).toMatchObject({
      alertName: NAME,
      alertState: 'ALERT',
      triggerLevel: 'WARN',
      expression: '$Average>=95',
      curValue: '97.39',
    });
    await choose('Alerts');
    const alert = page.getByRole('listitem').filter({ hasText: NAME });
    await alert.getByText('97.39').waitFor();
    await alert.getByText('WARN').waitFor();
    await expectAccessible(page, 'Alerts');
    await alert.getByRole('link').click();
    await page.getByRole('heading', { name: 'What it did' }).waitFor();
    await page.getByText('threshold reached').waitFor();
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

  test('from the alert: two clicks to an hour of quiet; and somebody says that they know', async () => {
    await choose('Alerts');
    await page.getByRole('listitem').filter({ hasText: NAME }).getByRole('link').click();
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

  test('a contact and a group, which the rule form then offers', async () => {
    await choose('Contacts');
    await page.getByRole('button', { name: 'Create contact' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Ada <b>');
    await page.getByRole('textbox', { name: 'E-mail' }).fill('no address');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    await page.getByRole('textbox', { name: 'E-mail' }).fill('ada@ops.example');
    await expectAccessible(page, 'contact form');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('cell', { name: 'ada@ops.example' }).waitFor();
    await page.getByRole('button', { name: 'Create group' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('night');
    await page.getByRole('combobox', { name: 'Contacts of the group' }).click();
    await page.getByRole('option', { name: 'Ada <b>' }).click();
    await page.getByRole('textbox', { name: 'Name' }).click();
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('row').filter({ hasText: 'night' }).getByText('Ada <b>').waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expectAccessible(page, 'Contacts');
    await createRule();
    await page.getByRole('combobox', { name: 'Contact groups' }).click();
    await page.getByRole('option', { name: 'night' }).waitFor();
  });

  test('what is wrong with a rule is said at its field, and what was typed stays', async () => {
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
    await page.getByRole('row').filter({ hasText: NAME }).getByText('Modify', { exact: true }).click();
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

  test('the browser had nothing to complain about: no refused style or script, no error', () => {
    expect(open.complaints).toEqual([]);
  });
});
