import { expect, test } from 'vitest';
import { Backoff } from './backoff.ts';
import { SimulatedClock } from './simulated-clock.ts';

function setUp() {
  const clock = new SimulatedClock(0);
  const backoff = new Backoff(clock);
  const retries: number[] = [];
  return { clock, backoff, retries, fail: () => backoff.failed(() => retries.push(clock.monoMs())) };
}

test('waits 100 ms after the first failure, doubled after each one more, 5 s at most', async () => {
  const { clock, backoff, fail } = setUp();
  const waits: number[] = [];
  for (let i = 0; i < 8; i++) {
    waits.push(fail());
    await clock.advance(5_000);
  }
  expect(waits).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
  backoff.succeeded();
  expect([backoff.failures, fail()]).toEqual([0, 100]);
});

test('retries once, when the wait is over', async () => {
  const { clock, backoff, retries, fail } = setUp();
  const begunMs = clock.monoMs();
  fail();
  await clock.advance(99);
  expect([backoff.isWaiting, retries]).toEqual([true, []]);
  await clock.advance(5_000);
  expect([backoff.isWaiting, retries]).toEqual([false, [begunMs + 100]]);
});

test('a wait that is cut short retries at once, and not again', async () => {
  const { clock, backoff, retries, fail } = setUp();
  fail();
  backoff.cutShort();
  expect([backoff.isWaiting, retries]).toEqual([false, [clock.monoMs()]]);
  await clock.advance(5_000);
  backoff.cutShort();
  expect(retries).toHaveLength(1);
});

test('after the close nothing is retried', async () => {
  const { clock, backoff, retries, fail } = setUp();
  fail();
  backoff.close();
  await clock.advance(5_000);
  expect([backoff.isWaiting, retries]).toEqual([false, []]);
});
