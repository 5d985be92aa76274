/**
 * Goal: people come in by name and password and find what their role lets them do; admins say who may come in. Method:
 * a real process, a real Chromium, one context of its own for each person.
 */
import type { Browser, Page, Response } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { CloudbellProcess } from '../end-to-end/cloudbell-process.ts';
import { buildConsole } from './build-console.ts';
import { browserPath, launchBrowser, NO_BROWSER } from './chromium.ts';
import { complaintsOf, expectAccessible } from './console-page.ts';
import { signInLink } from './sign-in-link.ts';

/** People come and go here, each with a browser context and a costly check: a slow minute must not end that. */
const PATIENCE_MS = 300_000;
vi.setConfig({ testTimeout: PATIENCE_MS, hookTimeout: PATIENCE_MS });

const ADMIN_PASSWORD = 'the admin’s password';
const VIEWER_PASSWORD = 'the viewer’s password';
const RULE = {
  ruleName: 'Memory',
  namespace: 'acs_ecs',
  metricName: 'Host.mem.usedutilization',
  period: 60,
  escalations: {
    warn: { statistics: 'Average', comparisonOperator: 'GreaterThanOrEqualToThreshold', threshold: 95, times: 3 },
  },
};

describe.skipIf(browserPath === null)(browserPath === null ? `users (${NO_BROWSER})` : 'users', () => {
  let cloudbell: CloudbellProcess;
  let browser: Browser;
  const complaints: string[][] = [];

  beforeAll(async () => {
    await buildConsole();
    cloudbell = await CloudbellProcess.start({ env: { CLOUDBELL_ADMIN_PASSWORD: ADMIN_PASSWORD } });
    browser = await launchBrowser();
    await cloudbell.call('PUT', '/api/v1/users/vera', { role: 'viewer', password: VIEWER_PASSWORD });
    await cloudbell.call('PUT', '/api/v1/rules/memory', RULE);
  });
  afterAll(async () => {
    await browser?.close();
    await cloudbell?.end('SIGTERM');
  });

  async function somebody(): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    complaints.push(complaintsOf(page));
    await page.goto(cloudbell.url);
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    return page;
  }

  async function signIn(page: Page, user: string, password: string): Promise<void> {
    await page.getByRole('textbox', { name: 'User' }).fill(user);
    await page.getByLabel(/^Password/).fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  async function signedIn(user: string, password: string): Promise<Page> {
    const page = await somebody();
    await signIn(page, user, password);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    return page;
  }

  async function answerTo(page: Page, password: string): Promise<Response> {
    const [answer] = await Promise.all([
      page.waitForResponse('**/api/v1/signin'),
      signIn(page, 'guessed-at', password),
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
    const page = await somebody();
    await expectAccessible(page, 'sign in');
    await signIn(page, 'admin', 'a guess');
    await page.getByRole('alert').getByText('User or password is wrong.').waitFor();
    await expectAccessible(page, 'sign in, refused');
    await signIn(page, 'admin', ADMIN_PASSWORD);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByText('admin: you see and change everything').waitFor();
    await expectAccessible(page, 'Settings, You');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  });

  test('who guesses on is told how long to wait', async () => {
    const page = await somebody();
    // On a machine so slow that guesses are forgotten meanwhile, it takes more than five.
    let guesses = 0;
    let answer = await answerTo(page, 'guess');
    while (answer.status() === 401) {
      guesses += 1;
      answer = await answerTo(page, `guess ${guesses}`);
    }
    expect(guesses).toBeGreaterThanOrEqual(5);
    expect([answer.status(), Number(answer.headers()['retry-after']) > 0]).toEqual([429, true]);
    await page
      .getByRole('alert')
      .getByText(/Too many wrong passwords\. Try again in \d+ s\./)
      .waitFor();
  });

  test('an admin creates an editor, who then comes in and changes a rule but sees no users', async () => {
    const admin = await signedIn('admin', ADMIN_PASSWORD);
    await admin.goto(`${cloudbell.url}/settings?tab=users`);
    await admin.getByRole('button', { name: 'Create user' }).click();
    await admin.getByRole('textbox', { name: 'Name' }).fill('edith');
    await admin.getByLabel(/^Password/).fill('short');
    await admin.getByLabel('editor').check();
    await admin.getByRole('button', { name: 'Confirm' }).click();
    await admin.getByRole('dialog').getByRole('alert').waitFor();
    await expectAccessible(admin, 'user form, refused');
    await admin.getByLabel(/^Password/).fill('long enough');
    await admin.getByRole('button', { name: 'Confirm' }).click();
    await admin.getByRole('row').filter({ hasText: 'edith' }).getByText('editor').waitFor();
    await admin.getByRole('dialog').waitFor({ state: 'detached' });
    await expectAccessible(admin, 'Settings, Users');

    const editor = await signedIn('edith', 'long enough');
    expect((await ask(editor, 'PUT', '/api/v1/rules/of-edith', RULE)).status).toBe(201);
    await editor.goto(`${cloudbell.url}/settings?tab=users`);
    await editor.getByText('This needs the role admin; yours is editor.').waitFor();
    await expectAccessible(editor, 'Settings, Users, as editor');

    await admin.getByRole('button', { name: 'Edit edith' }).click();
    await admin.getByRole('checkbox', { name: 'Enabled' }).uncheck();
    await admin.getByRole('button', { name: 'Confirm' }).click();
    await admin.getByRole('row').filter({ hasText: 'edith' }).getByText('Disabled').waitFor();
    await editor.getByRole('heading', { name: 'You are signed out' }).waitFor();
  });

  test('a viewer sees rules and contacts and no way to change them, is told so, and is refused all the same', async () => {
    await cloudbell.call('PUT', '/api/v1/contacts/ada', { email: 'ada@ops.example' });
    const page = await signedIn('vera', VIEWER_PASSWORD);
    await page.getByText('You are a viewer').waitFor();
    await page.getByRole('link', { name: 'Alert Rules' }).click();
    const row = page.getByRole('row').filter({ hasText: 'Memory' }).first();
    await row.waitFor();
    for (const action of ['Modify', 'Delete', 'Disable', 'Copy', 'Create Alert Rule']) {
      expect([action, await page.getByRole('main').getByText(action, { exact: true }).count()]).toEqual([action, 0]);
    }
    await expectAccessible(page, 'Alert Rules, as viewer');
    await row.getByText('View', { exact: true }).click();
    await page.getByText('This needs the role editor; yours is viewer.').waitFor();
    expect(await page.getByLabel('Rule name').isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: 'Confirm' }).count()).toBe(0);
    await expectAccessible(page, 'rule, as viewer');
    await page.getByRole('link', { name: 'Contacts' }).click();
    await page.getByRole('cell', { name: 'ada@ops.example' }).waitFor();
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0);

    const refused = { status: 403, code: 'role_insufficient' };
    expect(await ask(page, 'PUT', '/api/v1/rules/memory', RULE)).toEqual(refused);
    expect(await ask(page, 'DELETE', '/api/v1/contacts/ada', {})).toEqual(refused);
    expect(await ask(page, 'PUT', '/api/v1/users/vera', { role: 'admin' })).toEqual(refused);
  });

  test('the last admin stays, and the page says why', async () => {
    const page = await signedIn('admin', ADMIN_PASSWORD);
    await page.goto(`${cloudbell.url}/settings?tab=users`);
    await page.getByRole('button', { name: 'Delete admin' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByText('This is the last admin who can sign in.').waitFor();
    await expectAccessible(page, 'last admin');
  });

  test('an access key: its secret is shown once, works with Basic, and is no more after it was deleted', async () => {
    const page = await signedIn('admin', ADMIN_PASSWORD);
    await page.goto(`${cloudbell.url}/settings?tab=keys`);
    await page.getByRole('button', { name: 'Create access key' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('dashboard');
    await page.getByLabel('viewer').check();
    await expectAccessible(page, 'key form');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('This is the only time the secret is shown.').waitFor();
    const id = await page.getByRole('group', { name: 'Id' }).textContent();
    const secret = await page.getByRole('group', { name: 'Secret' }).textContent();
    await page.keyboard.press('Escape');
    await expectAccessible(page, 'key, made');
    await page.getByRole('button', { name: 'Done, I have it' }).click();
    await page.getByRole('row').filter({ hasText: 'dashboard' }).getByText('viewer').waitFor();
    expect(await page.content()).not.toContain(secret);

    const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
    const status = async (method: string): Promise<number> =>
      (await fetch(`${cloudbell.url}/api/v1/rules/memory`, { method, headers: { authorization } })).status;
    expect([await status('GET'), await status('DELETE')]).toEqual([200, 403]);
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expectAccessible(page, 'Settings, Access keys');
    await page.getByRole('button', { name: 'Delete dashboard' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('row').filter({ hasText: 'dashboard' }).waitFor({ state: 'detached' });
    expect(await status('GET')).toBe(401);
  });

  test('one’s own password: a wrong one is told, the new one counts, other sessions end', async () => {
    const here = await signedIn('vera', VIEWER_PASSWORD);
    const there = await signedIn('vera', VIEWER_PASSWORD);
    await here.goto(`${cloudbell.url}/settings`);
    const change = async (current: string): Promise<void> => {
      await here.getByRole('textbox', { name: 'Current password' }).fill(current);
      await here.getByRole('textbox', { name: 'New password' }).fill('another password');
      await here.getByRole('button', { name: 'Change password' }).click();
    };
    await change('a guess');
    await here.getByRole('alert').getByText('The current password is wrong.').waitFor();
    await change(VIEWER_PASSWORD);
    await here.getByText('Password changed').waitFor();
    await there.goto(`${cloudbell.url}/alerts`);
    await there.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await signIn(there, 'vera', 'another password');
    await there.getByRole('heading', { name: 'Alerts' }).waitFor();
    await cloudbell.call('PUT', '/api/v1/users/vera', { role: 'viewer', password: VIEWER_PASSWORD });
  });

  test('the printed link signs in admin, without a password', async () => {
    const page = await somebody();
    await page.goto(signInLink(cloudbell));
    await page.goto(`${cloudbell.url}/settings?tab=users`);
    await page.getByRole('row').filter({ hasText: 'admin' }).getByText('(you)').waitFor();
  });

  test.each(['light', 'dark'] as const)(
    '%s at 380 px: Settings and sign-in stay within the screen',
    async (colorScheme) => {
      const page = await somebody();
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: 380, height: 780 });
      const overflow = () => page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect(await overflow()).toBe(0);
      await expectAccessible(page, `sign-in ${colorScheme}`);
      await signIn(page, 'admin', ADMIN_PASSWORD);
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      for (const tab of ['own', 'users', 'keys', 'about']) {
        await page.goto(`${cloudbell.url}/settings?tab=${tab}`);
        await page.getByRole('heading', { level: 2 }).first().waitFor();
        expect([tab, await overflow()]).toEqual([tab, 0]);
        await expectAccessible(page, `Settings ${tab} ${colorScheme}`);
      }
    },
  );

  test('the browser had nothing to complain about', () => expect(complaints.flat()).toEqual([]));
});
