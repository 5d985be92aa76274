/**
 * Goal: events, event rules, silences and contacts are looked after in the console, also by two people at once. Method: a
 * real process and a real Chromium; the other person writes by API.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CloudbellProcess } from '../end-to-end/cloudbell-process.ts';
import { expectAccessibleInEachScheme } from './console-page.ts';
import { describeInBrowser, OpenConsole } from './open-console.ts';

const EVENT = {
  ...{ product: 'ECS', type: 'StatusNotification', level: 'CRITICAL', name: 'Instance:SystemFailure.Reboot' },
  ...{ status: 'Executed', resourceId: 'i-12', content: { reason: 'hardware <b>fault</b>' } },
};

describeInBrowser('events, silences and contacts', () => {
  let open: OpenConsole;
  let cloudbell: CloudbellProcess;
  let page: Page;

  beforeAll(async () => {
    open = await OpenConsole.signedIn();
    ({ cloudbell, page } = open);
  });
  afterAll(() => open?.close());

  test('an event rule is created on the tab Event Alert, which says why there is no callback', async () => {
    await page.goto(`${cloudbell.url}/alert-rules`);
    await page.getByRole('tab', { name: 'Event Alert', exact: true }).click();
    await page.getByText('There is no event rule yet.').waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Create Event Rule' }).first().click();
    await page.getByText('Event alerts do not support the alert callback feature.').waitFor();
    await page.getByText('a rule on the tab Threshold Value Alert').waitFor();
    expect(await page.getByLabel('HTTP Callback').count()).toBe(0);
    await page.getByRole('textbox', { name: 'Rule name' }).fill('Failures of instances');
    await page.getByRole('textbox', { name: 'Product' }).fill('ECS');
    await page.getByRole('combobox', { name: 'Names' }).fill('Instance:SystemFailure.*');
    await page.keyboard.press('Enter');
    await page.getByRole('combobox', { name: 'Statuses' }).fill('*');
    await page.keyboard.press('Enter');
    await page.getByRole('combobox', { name: 'Contact groups' }).fill('nobody made it');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Confirm' }).click();
    // A lone * lets nothing pass: refused at its field, and the rest stays.
    await page.getByRole('combobox', { name: 'Statuses' }).and(page.locator('[aria-invalid="true"]')).waitFor();
    await expectAccessibleInEachScheme(page, 'event rule form, refused');
    await page.getByRole('combobox', { name: 'Statuses' }).focus();
    await page.keyboard.press('Backspace');
    await page.getByRole('button', { name: 'Confirm' }).click();
    const row = page.getByRole('row').filter({ hasText: 'Failures of instances' });
    await row.getByText('ECS · Instance:SystemFailure.*').waitFor();
    await row.getByText('There is no contact group "nobody made it" now').waitFor();
    await expectAccessibleInEachScheme(page, 'Event Alert');
  });

  test('events show what each rule made of them', async () => {
    const other = { ...EVENT, name: 'Disk:Full', product: 'EBS', level: 'INFO', content: 'x'.repeat(10_000) };
    expect((await cloudbell.call('POST', '/api/v1/events', [EVENT, other])).status).toBe(200);
    await page.getByRole('navigation').getByRole('link', { name: 'Events' }).click();
    await page.getByText('Instance:SystemFailure.Reboot').click();
    await page.getByText('nobody was told: the rule names no endpoint').waitFor();
    await page.getByText('hardware <b>fault</b>').waitFor();
    await page.getByText('Disk:Full').click();
    await page.getByText('No enabled event rule matched it, so nobody was told.').waitFor();
    await expectAccessibleInEachScheme(page, 'Events');
    await page.getByRole('textbox', { name: 'Product' }).fill('EBS');
    await page.getByText('Instance:SystemFailure.Reboot').waitFor({ state: 'detached' });
  });

  test('the group that a rule names and nobody made is told, and made', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Contacts' }).click();
    await page.getByText('Rules name groups that do not exist').waitFor();
    await page.getByText('“nobody made it”, named by Failures of instances').waitFor();
    await expectAccessibleInEachScheme(page, 'Contacts, a group is missing');
    await page.getByRole('button', { name: 'Create nobody made it' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Confirm' }).click();
    const row = page.getByRole('row').filter({ hasText: 'nobody made it' });
    await row.getByText('Failures of instances').waitFor();
    await page.getByText('Rules name groups that do not exist').waitFor({ state: 'detached' });
  });

  test('two people edit one event rule: the second is shown what differs, and decides', async () => {
    const path = '/api/v1/event-rules/failures-of-instances';
    await page.goto(`${cloudbell.url}/alert-rules/event/rule/failures-of-instances`);
    await page.getByRole('textbox', { name: 'Keyword' }).fill('hardware');
    const { body: rule } = await cloudbell.call('GET', path);
    await cloudbell.call('PUT', path, { ...rule, silenceTime: 300 });
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText(`Somebody changed this rule (version ${rule.version + 1}).`).waitFor();
    await page.getByRole('cell', { name: 'silenceTime' }).waitFor();
    await expectAccessibleInEachScheme(page, 'event rule form, conflict');
    expect((await cloudbell.call('GET', path)).body.keyword).toBeNull();
    await page.getByRole('button', { name: `Take version ${rule.version + 1}, drop mine` }).click();
    expect(await page.getByRole('textbox', { name: 'Keyword' }).inputValue()).toBe('');
    await page.getByRole('textbox', { name: 'Keyword' }).fill('fault');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('row').filter({ hasText: 'Keyword: fault' }).waitFor();
    expect((await cloudbell.call('GET', path)).body).toMatchObject({ keyword: 'fault', silenceTime: 300 });
  });

  test('an event rule is disabled, copied and deleted in its row', async () => {
    const row = page.getByRole('row').filter({ hasText: 'Failures of instances' });
    await row.getByRole('button', { name: 'Disable Failures of instances' }).click();
    await row.getByRole('button', { name: 'Enable Failures of instances' }).waitFor();
    await row.getByRole('link', { name: 'Copy Failures of instances' }).click();
    await page.getByRole('textbox', { name: 'Rule name' }).fill('A copy');
    await page.getByRole('button', { name: 'Confirm' }).click();
    const copy = page.getByRole('row').filter({ hasText: 'A copy' });
    await copy.getByRole('button', { name: 'Delete A copy' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await copy.waitFor({ state: 'detached' });
  });

  test('two people edit one contact: nothing is silently lost', async () => {
    await cloudbell.call('PUT', '/api/v1/contacts/Ada', { email: 'ada@ops.example' });
    await page.goto(`${cloudbell.url}/contacts`);
    await page.getByRole('button', { name: 'Edit Ada' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'E-mail' }).fill('ada@mine.example');
    await cloudbell.call('PUT', '/api/v1/contacts/Ada', { email: 'ada@theirs.example' });
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await dialog.getByText('Somebody changed this meanwhile.').waitFor();
    await dialog.getByRole('cell', { name: 'ada@theirs.example' }).waitFor();
    await expectAccessibleInEachScheme(page, 'contact form, conflict');
    await dialog.getByRole('button', { name: 'Overwrite with mine' }).click();
    await page.getByRole('cell', { name: 'ada@mine.example' }).waitFor();
  });

  test('a silence on dimensions is made, seen with who and why, and ended', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Silences' }).click();
    await page.getByText('There is no silence.').waitFor();
    await page.getByRole('button', { name: 'Create silence' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByRole('textbox', { name: 'Dimensions' }).fill('instanceId=i-12');
    await dialog.getByRole('textbox', { name: 'Why' }).fill('new disks');
    await expectAccessibleInEachScheme(page, 'silence form');
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    const row = page.getByRole('row').filter({ hasText: 'instanceId=i-12' });
    await row.getByText('new disks').waitFor();
    await row.getByText('admin').waitFor();
    await row.getByText('active').waitFor();
    await expectAccessibleInEachScheme(page, 'Silences');
    await row.getByRole('button', { name: 'End now' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End now' }).click();
    await row.waitFor({ state: 'detached' });
    await page.getByText('Past', { exact: true }).click();
    await row.getByText('over').waitFor();
  });

  test('the browser had nothing to complain about', () => {
    expect(open.complaints).toEqual([]);
  });
});
