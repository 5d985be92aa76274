/**
 * Goal: whatever a name holds, it is shown as text, in its place, whole for who asks, and breaks no layout, also at
 * 380 px. Method: rule, event rule, contact, group, dimensions, event and silence named with HTML, with signs that turn
 * the direction of writing, and as long as they may be; every page is looked at in a real Chromium.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CloudbellProcess, pause } from '../end-to-end/cloudbell-process.ts';
import { expectAccessible } from './console-page.ts';
import { describeInBrowser, OpenConsole } from './open-console.ts';
import { signInLink } from './sign-in-link.ts';

const HTML = '<img src=x onerror="document.title=1"><script>document.title=1</script>';
/** As a person sees it, it could claim to be something else: what follows the sign is written backwards. */
const TURNED = 'invoice \u202Efdp.exe\u202C\u2067נכון\u2069';
const LONG = 'Wordless'.repeat(31);
const NAMES = { html: HTML, turned: TURNED, long: LONG };

describeInBrowser('names', () => {
  let open: OpenConsole;
  let cloudbell: CloudbellProcess;
  let page: Page;
  const ids = { alert: '', delivery: '' };

  beforeAll(async () => {
    open = await OpenConsole.open();
    ({ cloudbell, page } = open);
    for (const [id, name] of Object.entries(NAMES)) await fill(id, name);
    while (ids.alert === '' || ids.delivery === '') {
      for (const value of Object.values(NAMES)) await push(value);
      ids.alert = (await cloudbell.call('GET', '/api/v1/alerts?state=ALERT&ruleId=html')).body.items[0]?.alertId ?? '';
      ids.delivery = (await cloudbell.call('GET', '/api/v1/deliveries')).body.items[0]?.deliveryId ?? '';
      await pause(100);
    }
    await page.goto(signInLink(cloudbell));
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  });
  afterAll(() => open?.close());

  async function put(path: string, body: unknown): Promise<void> {
    const answer = await cloudbell.call('PUT', path, body);
    expect([path, answer.status < 300 ? null : answer.body]).toEqual([path, null]);
  }

  async function fill(id: string, name: string): Promise<void> {
    const key = encodeURIComponent(name);
    await put(`/api/v1/contacts/${key}`, { email: `${id}@ops.example` });
    await put(`/api/v1/contact-groups/${key}`, { contacts: [name] });
    const level = { statistics: 'Average', comparisonOperator: 'GreaterThanThreshold', threshold: 1, times: 1 };
    const watched = { namespace: 'n', metricName: 'm', period: 1, resources: [{ host: name }] };
    const whom = { contactGroups: [name, `${id} missing`], labels: { team: name } };
    await put(`/api/v1/rules/${id}`, { ruleName: name, ...watched, escalations: { warn: level }, ...whom });
    await put(`/api/v1/event-rules/${id}`, { ruleName: name, names: [name], keyword: name, contactGroups: [name] });
    const event = { product: name, type: name, level: 'WARN', name, status: name, instanceName: name };
    const content = `${name} ${'x'.repeat(10_240)}`;
    expect((await cloudbell.call('POST', '/api/v1/events', { ...event, content, resourceId: name })).status).toBe(200);
    const silence = {
      by: { dimensions: { host: `${name}-other` } },
      until: Date.now() + 3_600_000,
      why: name.repeat(3),
    };
    expect((await cloudbell.call('POST', '/api/v1/silences', silence)).status).toBe(201);
  }

  const push = (host: string) =>
    cloudbell.call('POST', '/api/v1/samples', [
      { namespace: 'n', metricName: 'm', dimensions: { host }, instanceName: host, timestamp: Date.now(), value: 5 },
    ]);

  const PAGES = [
    ...['/', '/alerts', '/alerts?tab=history', ':alert', '/alert-rules', '/alert-rules?tab=event', '/events'],
    ...['/silences', '/deliveries', ':delivery', '/contacts', '/alert-rules/rule/long', '/alert-rules/event/rule/html'],
  ];

  test.each(PAGES)('%s shows them harmlessly, wide and at 380 px', async (path) => {
    const [kind, id] = [path.slice(1), path === ':alert' ? ids.alert : ids.delivery];
    const at = path.startsWith(':') ? `/${kind === 'alert' ? 'alerts' : 'deliveries'}/${id}` : path;
    await page.goto(`${cloudbell.url}${at}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.locator('.rows li, tbody tr, fieldset').filter({ visible: true }).first().waitFor();
    for (const details of await page.locator('details > summary').all()) await details.click();
    for (const width of [1280, 380]) {
      await page.setViewportSize({ width, height: 800 });
      // What a page lays out anew by script comes a moment after the width.
      const seen = (): Promise<unknown> =>
        page.evaluate(`({
        overflow: document.documentElement.scrollWidth - innerWidth,
        foreign: document.querySelectorAll('main img, main script').length,
        title: document.title.length,
        outside: [...document.querySelectorAll('main *')].filter((one) =>
          one.closest('.scroll-x, .bytes') === null && one.getBoundingClientRect().right > innerWidth + 1).length,
      })`);
      await expect
        .poll(seen, { message: `${path} at ${width} px` })
        .toMatchObject({ overflow: 0, foreign: 0, outside: 0 });
    }
    await expectAccessible(page, `${path} with odd names`);
  });

  test('what is cut can be read whole, and what turns the direction turns nothing beside it', async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(`${cloudbell.url}/alert-rules`);
    const cell = page.getByRole('cell').getByText(LONG).first();
    await cell.waitFor();
    expect(await cell.getAttribute('title')).toBe(LONG);
    const turned = page.getByText(TURNED, { exact: true }).first();
    await turned.waitFor();
    const bidi = `getComputedStyle([...document.querySelectorAll('.cut')].find((one) => one.textContent === ${JSON.stringify(TURNED)})).unicodeBidi`;
    expect(await page.evaluate(bidi)).toMatch(/isolate/);
  });

  test('deleting asks with a name that fits', async () => {
    await page.getByRole('button', { name: /^Delete Wordless/ }).click();
    await page
      .getByRole('dialog')
      .getByText(/Delete “Wordless/)
      .waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('nothing of it ran', () => {
    expect(open.complaints).toEqual([]);
  });
});
