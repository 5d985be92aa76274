import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadPage } from './load-page.ts';

/** Cloudbell as it is at each request in turn; then as it was last. */
let steps: ('away' | 'there' | 'updated')[] = [];
const next = () => (steps.length > 1 ? steps.shift() : steps[0]);
const load = vi.fn(async () => {
  if (next() === 'there') return 'the page';
  throw new TypeError('Failed to fetch dynamically imported module');
});

beforeEach(() => {
  vi.useFakeTimers();
  load.mockClear();
  vi.stubGlobal('fetch', async () => {
    if (next() === 'away') throw new TypeError('Failed to fetch');
    return new Response();
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test.each<[string, typeof steps, loads: number]>([
  ['at once', ['there'], 1],
  ['once Cloudbell is back', ['away', 'away', 'away', 'away', 'there'], 3],
  ['when it came back between load and question', ['away', 'there'], 2],
])('the page comes %s', async (_, given, loads) => {
  steps = given;
  const page = loadPage(load);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await page).toBe('the page');
  expect(load).toHaveBeenCalledTimes(loads);
});

test('one that an updated Cloudbell does not have is told', async () => {
  steps = ['updated'];
  await expect(loadPage(load)).rejects.toThrow('dynamically imported');
  expect(load).toHaveBeenCalledTimes(2);
});
