import { expect, test } from 'vitest';
import { drainMs } from './drain.ts';

test.each<[string, Parameters<typeof drainMs>[0], number | null]>([
  ['nothing queued', { queued: 0, failing: true, cap: 1, p50Ms: null }, 0],
  ['at 20 ms and 4 at once: 200 a second', { queued: 1000, failing: false, cap: 4, p50Ms: 20 }, 5000],
  ['it fails', { queued: 1, failing: true, cap: 1, p50Ms: 20 }, null],
  ['it took nothing lately', { queued: 1, failing: false, cap: 4, p50Ms: null }, null],
])('%s', (_, of, wanted) => {
  expect(drainMs(of)).toBe(wanted);
});
