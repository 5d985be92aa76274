/**
 * Goal: whatever keeps a notification from arriving is told on the Overview, on the delivery and in the list of endpoints,
 * within 10 s, with what to do, and without the token of a robot. Method: a real process whose SMTP password is wrong,
 * robots that refuse as DingTalk's do; the Overview is open before anything fails and never loaded again. An attempt ends
 * within 5 s (channel/http/exchange.ts); that pages ask in the other 5 is seen with a clock of theirs that is moved.
 */
import { ACCESS_TOKEN, Robot } from '@cloudbell/server/channel/dingtalk/robot-fixture.contract.ts';
import { MailServer } from '@cloudbell/server/channel/email/smtp-fixture.contract.ts';
import type { Page, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CloudbellProcess, type Json, pause } from '../end-to-end/cloudbell-process.ts';
import { expectAccessible } from './console-page.ts';
import { describeInBrowser, OpenConsole } from './open-console.ts';
import { signInLink } from './sign-in-link.ts';
import { smtpStart } from './smtp-start.ts';

const ROBOT_SECRET = 'SECfailing-endpoints-0123456789ab';
const WRONG_SECRET = 'SECof-another-robot-0123456789abc';
const NOBODY = '127.0.0.1:9';

/** Of the 10 s in which it has to be told, what an attempt leaves that uses up its 5 s. */
const PAGE_MS = 5_000;

describeInBrowser('trouble', () => {
  let open: OpenConsole;
  let cloudbell: CloudbellProcess;
  let page: Page;
  let mail: MailServer;
  const robots: Robot[] = [];
  const underWay = new Set<Request>();

  beforeAll(async () => {
    mail = await MailServer.open();
    open = await OpenConsole.open(smtpStart(mail, 'not the password'));
    ({ cloudbell, page } = open);
    await page.clock.install();
    page.on('request', (request) => underWay.add(request));
    page.on('requestfinished', (request) => underWay.delete(request));
    page.on('requestfailed', (request) => underWay.delete(request));
    await page.goto(signInLink(cloudbell));
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  });
  afterAll(async () => {
    await open?.close();
    await cloudbell?.end('SIGTERM');
    await Promise.all(robots.map((robot) => robot.close()));
  });

  async function put(path: string, body: unknown): Promise<void> {
    const answer = await cloudbell.call('PUT', path, body);
    expect([path, answer.status < 300 ? null : answer.body]).toEqual([path, null]);
  }

  /** An event that reaches this contact and nobody else. */
  async function tell(name: string, contact: object): Promise<void> {
    await put(`/api/v1/contacts/${name}`, contact);
    await put(`/api/v1/contact-groups/${name}`, { contacts: [name] });
    await put(`/api/v1/event-rules/${name}`, { names: [name], contactGroups: [name] });
    const event = { product: 'ECS', type: 'Exception', level: 'CRITICAL', name, status: 'Failed', content: name };
    expect((await cloudbell.call('POST', '/api/v1/events', event)).status).toBe(200);
  }

  async function robotThat(refuse: (robot: Robot) => void): Promise<Robot> {
    const robot = await Robot.open(ROBOT_SECRET);
    refuse(robot);
    robots.push(robot);
    return robot;
  }

  /** Told on the Overview that is open already, then on the delivery that it leads to: both ask by themselves, in time. */
  async function isTold(words: RegExp): Promise<void> {
    while (!(await endpoints()).items.some((one: Json) => words.test(one.lastError))) await pause(50);
    await asksInTime('/api/v1/endpoints');
    const failing = page.getByRole('listitem').filter({ hasText: words });
    await failing.first().waitFor();
    await failing.first().getByRole('link', { name: 'Latest delivery' }).click();
    await page.getByRole('heading', { name: 'Attempts' }).waitFor();
    await page.getByText(words).first().waitFor();
    await asksInTime('/api/v1/deliveries/');
    expect(await page.content()).not.toContain(ACCESS_TOKEN);
    await page.goBack();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  }

  /**
   * The page asks for a path again, by itself, within a time of its own: its clock stands still and is then moved, so
   * that no slow minute makes this fail and no fast one makes it hold. What it had asked before does not count.
   */
  async function asksInTime(path: string): Promise<void> {
    const isIt = (request: Request): boolean => new URL(request.url()).pathname.startsWith(path);
    await page.clock.pauseAt(((await page.evaluate('Date.now()')) as number) + 1_000);
    while ([...underWay].some(isIt)) await pause(20);
    await page.evaluate('0');
    await Promise.all([page.waitForRequest(isIt), page.clock.runFor(PAGE_MS)]);
    await page.clock.resume();
  }

  const endpoints = async (): Promise<Json> => (await cloudbell.call('GET', '/api/v1/endpoints')).body;

  test('a callback that nothing listens to', async () => {
    const level = { statistics: 'Average', comparisonOperator: 'GreaterThanThreshold', threshold: 1, times: 1 };
    const rule = { namespace: 'n', metricName: 'm', period: 1, escalations: { warn: level } };
    await put('/api/v1/rules/down', { ...rule, webhook: `http://${NOBODY}/alert?token=${ACCESS_TOKEN}` });
    for (;;) {
      const sample = { namespace: 'n', metricName: 'm', dimensions: { a: '1' }, timestamp: Date.now(), value: 5 };
      await cloudbell.call('POST', '/api/v1/samples', [sample]);
      if ((await cloudbell.call('GET', '/api/v1/deliveries')).body.items.length > 0) break;
      await pause(100);
    }
    await isTold(/refused the connection\./);
    await page.getByText('Nothing listens there. Start the receiver').waitFor();
    await page.getByText(`${NOBODY}/alert?token=0a1b…`).first().waitFor();
  });

  test('the robot’s secret is wrong: 310000', async () => {
    const robot = await robotThat(() => undefined);
    await tell('signature', { dingtalk: { webhook: robot.webhook, secret: WRONG_SECRET } });
    await isTold(/Copy the robot's secret into the contact again\. \(errcode 310000/);
  });

  test('the robot takes no more: 130101', async () => {
    const robot = await robotThat((one) => {
      one.answer = () => ({ errcode: 130101, errmsg: 'send too fast' });
    });
    await tell('throttle', { dingtalk: { webhook: robot.webhook, secret: ROBOT_SECRET } });
    await isTold(/The robot takes no more messages for now\..*130101/);
  });

  test('the robot’s token was revoked: 300005', async () => {
    const robot = await robotThat((one) => {
      one.answer = () => ({ errcode: 300005, errmsg: 'token is not exist' });
    });
    await tell('revoked', { dingtalk: { webhook: robot.webhook, secret: ROBOT_SECRET } });
    await isTold(/There is no robot with this access token\. Make a new robot/);
  });

  test('the SMTP password is wrong', async () => {
    await tell('mail', { email: 'ada@ops.example' });
    await isTold(/refused the login .*Check CLOUDBELL_SMTP_USER and CLOUDBELL_SMTP_PASSWORD\./);
  });

  test('all of them on one Overview, which axe has nothing against, in light, dark and at 380 px', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: colorScheme === 'dark' ? 380 : 1280, height: 900 });
      await expectAccessible(page, `Overview with failing endpoints, ${colorScheme}`);
    }
    const told = await endpoints();
    expect(told).toMatchObject({ failing: 4, waiting: 1 });
    expect(JSON.stringify(told)).not.toContain(ACCESS_TOKEN);
    expect(await page.content()).not.toContain(ACCESS_TOKEN);
  });

  test('no mail server is where it should be', async () => {
    await mail.close();
    await tell('post', { email: 'grace@ops.example' });
    await isTold(/localhost:\d+ refused the connection\. Check --smtp-host/);
  });

  test('the page of endpoints tells how each is doing, and gives one settings of its own', async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.getByRole('link', { name: 'Endpoints' }).click();
    await page.getByRole('row').filter({ hasText: 'fails' }).first().waitFor();
    await page.getByRole('button', { name: 'Create settings' }).click();
    await page.getByLabel(/^Name/).fill('down');
    await page.getByLabel(/^Callback URL/).fill(`http://${NOBODY}/alert?token=${ACCESS_TOKEN}`);
    await page.getByLabel('Retries').selectOption('86400');
    await page.getByLabel('Sign in to the receiver').selectOption('bearer');
    await page.getByLabel('Token').fill('planted-bearer-token-9f2c');
    await page.getByLabel('Headers').fill('Content-Type: text/plain');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('Cloudbell sets this header itself.').waitFor();
    await page.getByLabel('Headers').fill('X-Team: ops');
    await expectAccessible(page, 'Endpoint settings, as they are written');
    await page.getByRole('button', { name: 'Confirm' }).click();
    const row = page.getByRole('row').filter({ hasText: 'retried for 1 d, 1 header, bearer auth' });
    await row.waitFor();
    for (const turn of [0, 1]) {
      await row.getByRole('button', { name: 'Rotate secret down' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Rotate secret' }).click();
      await page.getByText(/^whsec_/).waitFor();
      await page.getByRole('button', { name: 'Done' }).click();
      if (turn === 1) await row.getByRole('button', { name: 'Promote down' }).click();
    }
    await page.getByRole('row').filter({ hasText: 'own secret, rotating' }).waitFor();
    expect(await page.content()).not.toMatch(/planted|whsec_/);
    expect(await page.content()).not.toContain(ACCESS_TOKEN);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: colorScheme === 'dark' ? 380 : 1280, height: 900 });
      await expectAccessible(page, `Endpoints, ${colorScheme}`);
    }
  });

  test('a lost connection is said, with how old is what one sees, and heals when Cloudbell is back', async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.getByRole('navigation').getByRole('link', { name: 'Contacts' }).click();
    await page.getByRole('heading', { name: 'Contacts', level: 1 }).waitFor();
    await page.getByRole('cell', { name: 'grace@ops.example' }).waitFor();
    await page.evaluate('window.neverLoadedAnew = true');
    await cloudbell.end('SIGTERM');
    await page.getByText(/Cloudbell does not answer\. What you see is from/).waitFor();
    await expectAccessible(page, 'lost connection');
    // What was seen stays to be read.
    await page.getByRole('cell', { name: 'grace@ops.example' }).waitFor();
    // A page whose code is not loaded yet waits for it; meanwhile this one stays.
    await page.getByRole('navigation').getByRole('link', { name: 'Inbox' }).click();
    await page.getByRole('cell', { name: 'grace@ops.example' }).waitFor();

    const { host } = new URL(cloudbell.url);
    cloudbell = await CloudbellProcess.start({ dataDir: cloudbell.dataDir, listen: host });
    await cloudbell.call('PUT', '/api/v1/contacts/Ada', { email: 'ada@theirs.example' });
    await page.getByRole('heading', { name: 'Inbox', level: 1 }).waitFor();
    await page.getByText('Cloudbell does not answer.').first().waitFor({ state: 'detached' });
    await page.getByRole('navigation').getByRole('link', { name: 'Contacts' }).click();
    await page.getByRole('cell', { name: 'ada@theirs.example' }).waitFor();
    expect(await page.evaluate('window.neverLoadedAnew')).toBe(true);
  });

  test('what failed before the restart is told after it', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Overview' }).click();
    await page
      .getByRole('listitem')
      .filter({ hasText: /refused the connection\./ })
      .first()
      .waitFor();
  });

  test('the browser had nothing to complain about', () => {
    expect(open.complaints).toEqual([]);
  });
});
