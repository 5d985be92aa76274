import { expect, test } from 'vitest';
import { AttemptWindow } from './recent-attempts.ts';

const MINUTE = 60_000;

function windowOf(...attempts: readonly (readonly [at: number, durationMs: number | 'failed'])[]): AttemptWindow {
  const window = new AttemptWindow();
  for (const [at, how] of attempts)
    window.add(at, { isAccepted: how !== 'failed', durationMs: how === 'failed' ? 5000 : how });
  return window;
}

test('nothing yet: no latency, no failures', () => {
  expect(windowOf().snapshot(0)).toEqual({ accepted: 0, failed: 0, p50Ms: null, p99Ms: null });
});

test('latencies are of what was accepted, each as the bound above it', () => {
  const fast = Array.from({ length: 97 }, (_, n) => [n, 7] as const);
  const window = windowOf(...fast, [98, 400], [99, 400], [100, 400], [101, 'failed']);
  expect(window.snapshot(200)).toEqual({ accepted: 100, failed: 1, p50Ms: 8, p99Ms: 700 });
  expect(windowOf([0, 60_000]).snapshot(0)).toMatchObject({ p50Ms: 5000, p99Ms: 5000 });
});

test('what is told is of the last five to ten minutes', () => {
  const window = windowOf([0, 1], [4 * MINUTE, 'failed'], [6 * MINUTE, 100]);
  expect(window.snapshot(9 * MINUTE)).toMatchObject({ accepted: 2, failed: 1 });
  expect(window.snapshot(11 * MINUTE)).toMatchObject({ accepted: 1, failed: 0, p50Ms: 125 });
  expect(window.snapshot(17 * MINUTE)).toMatchObject({ accepted: 0, failed: 0 });
});
