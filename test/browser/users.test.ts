/**
 * Goal: people come in by name and password and find what their role lets them do; admins say who may come in. Method:
 * a real process and a real Chromium with two people's browsers, in which one after the other signs in.
 */
import type { Page, Response } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CloudbellProcess } from '../end-to-end/cloudbell-process.ts';
import { expectAccessible, expectAccessibleInEachScheme, overflowOf } from './console-page.ts';
import { describeInBrowser, OpenConsole } from './open-console.ts';
import { signInLink } from './sign-in-link.ts';

const ADMIN_PASSWORD = 'the admin’s password';
const VIEWER_PASSWORD = 'the viewer’s password';
const NARROW = { width: 380, height: 780 };
const RULE = {
  ruleName: 'Memory',
  namespace: 'acs_ecs',
  metricName: 'Host.mem.usedutilization',
  period: 60,
  escalations: {
    warn: { statistics: 'Average', comparisonOperator: 'GreaterThanOrEqualToThreshold', threshold: 95, times: 3 },
  },
};

describeInBrowser('users', () => {
  let open: OpenConsole;
  let cloudbell: CloudbellProcess;
  let here: Page;
  let there: Page;

  beforeAll(async () => {
    open = await OpenConsole.open({ env: { CLOUDBELL_ADMIN_PASSWORD: ADMIN_PASSWORD } });
    ({ cloudbell, page: here } = open);
    there = await open.anotherPage();
    await cloudbell.call('PUT', '/api/v1/users/vera', { role: 'viewer', password: VIEWER_PASSWORD });
    await cloudbell.call('PUT', '/api/v1/rules/memory', RULE);
    await Promise.all([here, there].map((page) => page.goto(cloudbell.url)));
    await Promise.all([isSignedOut(here), isSignedOut(there)]);
  });
  afterAll(() => open?.close());

  const isSignedOut = (page: Page): Promise<void> =>
    page.getByRole('heading', { name: 'You are signed out' }).waitFor();

  async function fillIn(page: Page, user: string, password: string): Promise<void> {
    await page.getByRole('textbox', { name: 'User' }).fill(user);
    await page.getByLabel(/^Password/).fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  async function signIn(page: Page, user: string, password: string): Promise<void> {
    await fillIn(page, user, password);
    await page.getByRole('link', { name: `${user} (` }).waitFor();
  }

  async function settings(page: Page, tab: string): Promise<void> {
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('tab', { name: tab }).click();
  }

  async function signOut(page: Page): Promise<void> {
    await settings(page, 'You');
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await isSignedOut(page);
  }

  async function answerTo(page: Page, password: string): Promise<Response> {
    const [answer] = await Promise.all([
      page.waitForResponse('**/api/v1/signin'),
      fillIn(page, 'guessed-at', password),
    ]);
    return answer;
  }

  /** Asks as the page does, past everything that it hides. */
  const ask = (page: Page, method: string, path: string, body: unknown) =>
    page.evaluate(
      async ([method, path, body]) => {
        const headers = { 'content-type': 'application/json', 'x-cloudbell-csrf': '1' };
        const answer = await fetch(path!, { method: method!, headers, body: body! });
        return { status: answer.status, code: (await answer.json()).error?.code };
      },
      [method, path, JSON.stringify(body)] as const,
    );

  test('a wrong password is told, the right one lets in, signing out leads back', async () => {
    await expectAccessible(here, 'sign in');
    await fillIn(here, 'admin', 'a guess');
    await here.getByRole('alert').getByText('User or password is wrong.').waitFor();
    await expectAccessible(here, 'sign in, refused');
    await signIn(here, 'admin', ADMIN_PASSWORD);
    await settings(here, 'You');
    await here.getByText('admin: you see and change everything').waitFor();
    await expectAccessible(here, 'Settings, You');
    await signOut(here);
  });

  test('who guesses on is told how long to wait', async () => {
    // On a machine so slow that guesses are forgotten meanwhile, it takes more than five.
    let guesses = 0;
    let answer = await answerTo(here, 'guess');
    while (answer.status() === 401) {
      guesses += 1;
      answer = await answerTo(here, `guess ${guesses}`);
    }
    expect(guesses).toBeGreaterThanOrEqual(5);
    expect([answer.status(), Number(answer.headers()['retry-after']) > 0]).toEqual([429, true]);
    await here
      .getByRole('alert')
      .getByText(/Too many wrong passwords\. Try again in \d+ s\./)
      .waitFor();
  });

  test('an admin creates an editor, who then comes in and changes a rule but sees no users', async () => {
    await signIn(here, 'admin', ADMIN_PASSWORD);
    await settings(here, 'Users');
    await here.getByRole('button', { name: 'Create user' }).click();
    await here.getByRole('textbox', { name: 'Name' }).fill('edith');
    await here.getByLabel(/^Password/).fill('short');
    await here.getByLabel('editor').check();
    await here.getByRole('button', { name: 'Confirm' }).click();
    await here.getByRole('dialog').getByRole('alert').waitFor();
    await expectAccessible(here, 'user form, refused');
    await here.getByLabel(/^Password/).fill('long enough');
    await here.getByRole('button', { name: 'Confirm' }).click();
    await here.getByRole('row').filter({ hasText: 'edith' }).getByText('editor').waitFor();
    await here.getByRole('dialog').waitFor({ state: 'detached' });
    await expectAccessible(here, 'Settings, Users');

    await signIn(there, 'edith', 'long enough');
    expect((await ask(there, 'PUT', '/api/v1/rules/of-edith', RULE)).status).toBe(201);
    await settings(there, 'Users');
    await there.getByText('This needs the role admin; yours is editor.').waitFor();
    await expectAccessible(there, 'Settings, Users, as editor');

    await here.getByRole('button', { name: 'Edit edith' }).click();
    await here.getByRole('checkbox', { name: 'Enabled' }).uncheck();
    await here.getByRole('button', { name: 'Confirm' }).click();
    await here.getByRole('row').filter({ hasText: 'edith' }).getByText('Disabled').waitFor();
    await here.getByRole('dialog').waitFor({ state: 'detached' });
    await isSignedOut(there);
  });

  test('a viewer sees rules and contacts and no way to change them, is told so, and is refused all the same', async () => {
    await cloudbell.call('PUT', '/api/v1/contacts/ada', { email: 'ada@ops.example' });
    await signIn(there, 'vera', VIEWER_PASSWORD);
    await there.getByText('You are a viewer').waitFor();
    await there.getByRole('link', { name: 'Alert Rules' }).click();
    const row = there.getByRole('row').filter({ hasText: 'Memory' }).first();
    await row.waitFor();
    for (const action of ['Modify', 'Delete', 'Disable', 'Copy', 'Create Alert Rule']) {
      expect([action, await there.getByRole('main').getByText(action, { exact: true }).count()]).toEqual([action, 0]);
    }
    await expectAccessible(there, 'Alert Rules, as viewer');
    await row.getByText('View', { exact: true }).click();
    await there.getByText('This needs the role editor; yours is viewer.').waitFor();
    expect(await there.getByLabel('Rule name').isDisabled()).toBe(true);
    expect(await there.getByRole('button', { name: 'Confirm' }).count()).toBe(0);
    await expectAccessible(there, 'rule, as viewer');
    await there.getByRole('link', { name: 'Contacts' }).click();
    await there.getByRole('cell', { name: 'ada@ops.example' }).waitFor();
    expect(await there.getByRole('main').getByRole('button').count()).toBe(0);

    const refused = { status: 403, code: 'role_insufficient' };
    expect(await ask(there, 'PUT', '/api/v1/rules/memory', RULE)).toEqual(refused);
    expect(await ask(there, 'DELETE', '/api/v1/contacts/ada', {})).toEqual(refused);
    expect(await ask(there, 'PUT', '/api/v1/users/vera', { role: 'admin' })).toEqual(refused);
  });

  test('the last admin stays, and the page says why', async () => {
    await here.getByRole('button', { name: 'Delete admin' }).click();
    const dialog = here.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByText('This is the last admin who can sign in.').waitFor();
    await expectAccessible(here, 'last admin');
    await here.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  test('an access key: its secret is shown once, works with Basic, and is no more after it was deleted', async () => {
    await settings(here, 'Access keys');
    await here.getByRole('button', { name: 'Create access key' }).click();
    await here.getByRole('textbox', { name: 'Name' }).fill('dashboard');
    await here.getByLabel('viewer').check();
    await expectAccessible(here, 'key form');
    await here.getByRole('button', { name: 'Confirm' }).click();
    await here.getByText('This is the only time the secret is shown.').waitFor();
    const id = await here.getByRole('group', { name: 'Id' }).textContent();
    const secret = await here.getByRole('group', { name: 'Secret' }).textContent();
    await here.keyboard.press('Escape');
    await expectAccessible(here, 'key, made');
    await here.getByRole('button', { name: 'Done, I have it' }).click();
    await here.getByRole('row').filter({ hasText: 'dashboard' }).getByText('viewer').waitFor();
    expect(await here.content()).not.toContain(secret);

    const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
    const status = async (method: string): Promise<number> =>
      (await fetch(`${cloudbell.url}/api/v1/rules/memory`, { method, headers: { authorization } })).status;
    expect([await status('GET'), await status('DELETE')]).toEqual([200, 403]);
    await here.getByRole('dialog').waitFor({ state: 'detached' });
    await expectAccessible(here, 'Settings, Access keys');
    await here.getByRole('button', { name: 'Delete dashboard' }).click();
    await here.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await here.getByRole('row').filter({ hasText: 'dashboard' }).waitFor({ state: 'detached' });
    expect(await status('GET')).toBe(401);
  });

  test('one’s own password: a wrong one is told, the new one counts, other sessions end', async () => {
    await signOut(here);
    await signIn(here, 'vera', VIEWER_PASSWORD);
    await settings(there, 'You');
    const change = async (current: string): Promise<void> => {
      await there.getByRole('textbox', { name: 'Current password' }).fill(current);
      await there.getByRole('textbox', { name: 'New password' }).fill('another password');
      await there.getByRole('button', { name: 'Change password' }).click();
    };
    await change('a guess');
    await there.getByRole('alert').getByText('The current password is wrong.').waitFor();
    await change(VIEWER_PASSWORD);
    await there.getByText('Password changed').waitFor();
    await isSignedOut(here);
    await signIn(here, 'vera', 'another password');
    await signOut(here);
  });

  test('the printed link signs in admin, without a password', async () => {
    await here.goto(signInLink(cloudbell));
    await settings(here, 'Users');
    await here.getByRole('row').filter({ hasText: 'admin' }).getByText('(you)').waitFor();
  });

  test('at 380 px, light and dark: Settings and sign-in stay within the screen', async () => {
    await here.setViewportSize(NARROW);
    for (const tab of ['Users', 'Access keys', 'About', 'You']) {
      await here.getByRole('tab', { name: tab }).click();
      await here.getByRole('heading', { level: 2 }).first().waitFor();
      expect([tab, await overflowOf(here)]).toEqual([tab, 0]);
      await expectAccessibleInEachScheme(here, `Settings ${tab} at 380 px`);
    }
    await here.getByRole('button', { name: 'Sign out', exact: true }).click();
    await isSignedOut(here);
    expect(await overflowOf(here)).toBe(0);
    await expectAccessibleInEachScheme(here, 'sign-in at 380 px');
  });

  test('the browser had nothing to complain about', () => expect(open.complaints).toEqual([]));
});
