/**
 * Goal: a rule's form and an alert's page draw what was measured, and say it in text. Method: a real process, a real
 * Chromium; the canvas is looked at point by point.
 */
import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CloudbellProcess, pause } from '../end-to-end/cloudbell-process.ts';
import { expectAccessible } from './console-page.ts';
import { describeInBrowser, OpenConsole } from './open-console.ts';

const METRIC = { namespace: 'acs_ecs', metricName: 'mem' };
/** Set to a folder: pictures of the charts go there, to be looked at. */
const PICTURES = process.env.CLOUDBELL_CHART_PICTURES;

describeInBrowser('charts', () => {
  let open: OpenConsole;
  let cloudbell: CloudbellProcess;
  let page: Page;

  beforeAll(async () => {
    open = await OpenConsole.signedIn();
    ({ cloudbell, page } = open);
    await page.setViewportSize({ width: 1120, height: 900 });
  });
  afterAll(() => open?.close());

  const sample = (agoMs: number, value: number) => ({
    ...METRIC,
    dimensions: { instanceId: 'i-12' },
    timestamp: Date.now() - agoMs,
    value,
  });
  const picture = async (name: string): Promise<void> => {
    if (PICTURES === undefined) return;
    mkdirSync(PICTURES, { recursive: true });
    await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
  };
  /** How many different colors the canvas has, and whether one of them is `wanted` (a custom property). */
  const colorsDrawn = (wanted: string) =>
    page.locator('.plot canvas').evaluate((canvas: HTMLCanvasElement, name) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      const colors = new Set<string>();
      for (let i = 0; i < data.length; i += 4) {
        if (data[i + 3] === 255) colors.add([data[i], data[i + 1], data[i + 2]].join());
      }
      const hex = getComputedStyle(canvas).getPropertyValue(name).trim();
      const rgb = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join();
      return { count: colors.size, hasWanted: colors.has(rgb) };
    }, wanted);

  test('the form of a rule shows what it would have watched, with thresholds as they are typed', async () => {
    const body = Array.from({ length: 60 }, (_, index) => sample((60 - index) * 10_000, 90 + 7 * Math.sin(index / 6)));
    expect((await cloudbell.call('POST', '/api/v1/samples', body)).body).toMatchObject({ accepted: 60 });
    await page.goto(`${cloudbell.url}/alert-rules/create`);
    await page.getByText('No samples in this time').waitFor();
    await page.getByRole('combobox', { name: 'Metric name' }).fill('mem');
    await page.keyboard.press('Escape');
    const chart = page.getByRole('img', { name: /Average over 1 min/ });
    await chart.locator('canvas').waitFor();
    await page.getByLabel('Threshold, Warn').fill('95');
    await page.getByRole('img', { name: /WARN at 95/ }).waitFor();
    expect(await colorsDrawn('--accent')).toMatchObject({ hasWanted: true });
    expect((await colorsDrawn('--amber')).hasWanted).toBe(true);
    await picture('rule-light');
    await expectAccessible(page, 'a rule with its chart');
    await page.setViewportSize({ width: 380, height: 800 });
    await expect
      .poll(() => chart.evaluate((element) => element.querySelector('canvas')!.clientWidth <= element.clientWidth + 1))
      .toBe(true);
    await picture('rule-narrow');
    await page.setViewportSize({ width: 1120, height: 900 });
  });

  test('dark colors are other colors on the canvas', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(async () => (await colorsDrawn('--accent')).hasWanted).toBe(true);
    await picture('rule-dark');
    await expectAccessible(page, 'a rule with its chart, dark');
    await page.emulateMedia({ colorScheme: 'light' });
  });

  test('the page of an alert shows the value around its transition, and the numbers as a table', async () => {
    await cloudbell.call('PUT', '/api/v1/rules/r1', {
      ruleName: 'memory',
      ...METRIC,
      period: 1,
      escalations: {
        warn: { statistics: 'Average', comparisonOperator: 'GreaterThanOrEqualToThreshold', threshold: 95, times: 1 },
      },
    });
    for (let alerts: unknown[] = []; alerts.length === 0; ) {
      await cloudbell.call('POST', '/api/v1/samples', [sample(0, 97.39)]);
      await pause(200);
      const found = await cloudbell.call('GET', '/api/v1/alerts?state=ALERT');
      alerts = (found.body as { items: unknown[] }).items;
      if (alerts.length > 0) await page.goto(`${cloudbell.url}/alerts/${(alerts[0] as { alertId: string }).alertId}`);
    }
    await page
      .getByRole('img', { name: /latest 97.39 .* WARN at 95 · WARN since/ })
      .locator('canvas')
      .waitFor();
    expect((await colorsDrawn('--amber')).hasWanted).toBe(true);
    await page.getByText('Values as a table').click();
    await page.getByRole('cell', { name: '97.39' }).first().waitFor();
    await picture('alert-light');
    await expectAccessible(page, 'an alert with its chart');
    await page.emulateMedia({ colorScheme: 'dark' });
    await picture('alert-dark');
    expect(open.complaints).toEqual([]);
  });
});
