/**
 * Goal: whatever keeps a notification from arriving is told on the Overview, on the delivery and in the list of endpoints,
 * with what to do, and without the token of a robot. Method: real processes whose settings are wrong, a real SMTP server,
 * and robots that refuse as DingTalk's do; the Overview is open before anything fails.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACCESS_TOKEN, Robot } from '@cloudbell/server/channel/dingtalk/robot-fixture.contract.ts';
import { MailServer, SMTP_USER } from '@cloudbell/server/channel/email/smtp-fixture.contract.ts';
import { TEST_CERTIFICATE } from '@cloudbell/server/channel/http/tls-fixture.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CloudbellProcess, pause } from '../end-to-end/cloudbell-process.ts';
import { buildConsole } from './build-console.ts';
import { browserPath, launchBrowser, NO_BROWSER } from './chromium.ts';
import { expectAccessible } from './console-page.ts';
import { signInLink } from './sign-in-link.ts';

const ROBOT_SECRET = 'SECfailing-endpoints-0123456789ab';
const WRONG_SECRET = 'SECof-another-robot-0123456789abc';
const NOBODY = '127.0.0.1:9';

const title = 'what does not arrive';
describe.skipIf(browserPath === null)(browserPath === null ? `${title} (${NO_BROWSER})` : title, () => {
  let cloudbell: CloudbellProcess;
  let mail: MailServer;
  let browser: Browser;
  let page: Page;
  const robots: Robot[] = [];

  beforeAll(async () => {
    await buildConsole();
    mail = await MailServer.open();
    const authority = join(mkdtempSync(join(tmpdir(), 'cloudbell-mail-')), 'ca.pem');
    writeFileSync(authority, TEST_CERTIFICATE);
    const smtp = ['--smtp-host', 'localhost', '--smtp-port', String(mail.port), '--smtp-ca', authority];
    cloudbell = await CloudbellProcess.start({
      args: ['--collect', 'off', ...smtp, '--smtp-user', SMTP_USER, '--smtp-from', 'cloudbell@ops.example'],
      env: { CLOUDBELL_SMTP_PASSWORD: 'not the password' },
    });
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(signInLink(cloudbell));
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await cloudbell?.end('SIGTERM');
    await Promise.all([mail?.close(), ...robots.map((robot) => robot.close())]);
  });

  async function put(at: CloudbellProcess, path: string, body: unknown): Promise<void> {
    const answer = await at.call('PUT', path, body);
    expect([path, answer.status < 300 ? null : answer.body]).toEqual([path, null]);
  }

  /** An event that reaches this contact and nobody else. */
  async function tell(at: CloudbellProcess, name: string, contact: object): Promise<void> {
    await put(at, `/api/v1/contacts/${name}`, contact);
    await put(at, `/api/v1/contact-groups/${name}`, { contacts: [name] });
    await put(at, `/api/v1/event-rules/${name}`, { names: [name], contactGroups: [name] });
    const event = { product: 'ECS', type: 'Exception', level: 'CRITICAL', name, status: 'Failed', content: name };
    expect((await at.call('POST', '/api/v1/events', event)).status).toBe(200);
  }

  async function robotThat(refuse: (robot: Robot) => void): Promise<Robot> {
    const robot = await Robot.open(ROBOT_SECRET);
    refuse(robot);
    robots.push(robot);
    return robot;
  }

  /** Told on the Overview that is open already, then on the delivery that it leads to. */
  async function isTold(on: Page, words: RegExp): Promise<void> {
    const failing = on.getByRole('listitem').filter({ hasText: words });
    await failing.first().waitFor();
    await failing.first().getByRole('link', { name: 'Latest delivery' }).click();
    await on.getByRole('heading', { name: 'Attempts' }).waitFor();
    await on.getByText(words).first().waitFor();
    expect(await on.content()).not.toContain(ACCESS_TOKEN);
    await on.goBack();
    await on.getByRole('heading', { name: 'Overview' }).waitFor();
  }

  test('a callback that nothing listens to', async () => {
    const level = { statistics: 'Average', comparisonOperator: 'GreaterThanThreshold', threshold: 1, times: 1 };
    const rule = { namespace: 'n', metricName: 'm', period: 1, escalations: { warn: level } };
    await put(cloudbell, '/api/v1/rules/down', { ...rule, webhook: `http://${NOBODY}/alert?token=${ACCESS_TOKEN}` });
    for (;;) {
      const sample = { namespace: 'n', metricName: 'm', dimensions: { a: '1' }, timestamp: Date.now(), value: 5 };
      await cloudbell.call('POST', '/api/v1/samples', [sample]);
      if ((await cloudbell.call('GET', '/api/v1/deliveries')).body.items.length > 0) break;
      await pause(100);
    }
    await isTold(page, /refused the connection\./);
    await page.getByText('Nothing listens there. Start the receiver').waitFor();
    await page.getByText(`${NOBODY}/alert?token=0a1b…`).first().waitFor();
  });

  test('the robot’s secret is wrong: 310000', async () => {
    const robot = await robotThat(() => undefined);
    await tell(cloudbell, 'signature', { dingtalk: { webhook: robot.webhook, secret: WRONG_SECRET } });
    await isTold(page, /Copy the robot's secret into the contact again\. \(errcode 310000/);
  });

  test('the robot takes no more: 130101', async () => {
    const robot = await robotThat((one) => {
      one.answer = () => ({ errcode: 130101, errmsg: 'send too fast' });
    });
    await tell(cloudbell, 'throttle', { dingtalk: { webhook: robot.webhook, secret: ROBOT_SECRET } });
    await isTold(page, /The robot takes no more messages for now\..*130101/);
  });

  test('the robot’s token was revoked: 300005', async () => {
    const robot = await robotThat((one) => {
      one.answer = () => ({ errcode: 300005, errmsg: 'token is not exist' });
    });
    await tell(cloudbell, 'revoked', { dingtalk: { webhook: robot.webhook, secret: ROBOT_SECRET } });
    await isTold(page, /There is no robot with this access token\. Make a new robot/);
  });

  test('the SMTP password is wrong', async () => {
    await tell(cloudbell, 'mail', { email: 'ada@ops.example' });
    await isTold(page, /refused the login .*Check CLOUDBELL_SMTP_USER and CLOUDBELL_SMTP_PASSWORD\./);
  });

  test('all of them on one Overview, which axe has nothing against, in light, dark and at 380 px', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: colorScheme === 'dark' ? 380 : 1280, height: 900 });
      await expectAccessible(page, `Overview with failing endpoints, ${colorScheme}`);
    }
    const { body } = await cloudbell.call('GET', '/api/v1/endpoints');
    expect(body).toMatchObject({ failing: 4, waiting: 1 });
    expect(JSON.stringify(body)).not.toContain(ACCESS_TOKEN);
    expect(await page.content()).not.toContain(ACCESS_TOKEN);
  });

  test('the SMTP host is wrong, and after a restart it is still known', async () => {
    const smtp = ['--smtp-host', '127.0.0.1', '--smtp-port', '9', '--smtp-from', 'cloudbell@ops.example'];
    const args = ['--collect', 'off', ...smtp];
    const first = await CloudbellProcess.start({ args });
    await tell(first, 'mail', { email: 'ada@ops.example' });
    while ((await first.call('GET', '/api/v1/endpoints')).body.failing === 0) await pause(50);
    await first.end('SIGTERM');
    const second = await CloudbellProcess.start({ args, dataDir: first.dataDir });
    try {
      const other = await (await browser.newContext()).newPage();
      await other.goto(signInLink(second));
      await isTold(other, /127\.0\.0\.1:9 refused the connection\. Check --smtp-host/);
      await other.close();
    } finally {
      await second.end('SIGTERM');
    }
  });
});
