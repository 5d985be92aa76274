/**
 * Goal: what an endpoint's settings change of when it is tried, and that they change nothing for others. Method: timelines on
 * simulated time, against the outbox in memory, as in courier.test.ts.
 */
import type { EndpointSettings } from '@cloudbell/core/notify/endpoint-settings.ts';
import { expect, test } from 'vitest';
import { MemoryOutbox } from '../store/memory/outbox.ts';
import { SettingsBook } from './settings-book.ts';
import { type Script, SimulatedDelivery } from './simulated-delivery.ts';

const urlOf = (host: string): string => `http://${host}.example/hook`;
const PLAIN: EndpointSettings = {
  ...{ account: '12', name: 'a', endpoint: urlOf('a'), retryFor: null, rateLimit: null, callbackProfile: null },
  ...{ headers: {}, auth: null, signing: null, createdAt: 0, updatedAt: 0 },
};
const refuses: Script = () => ({ outcome: 'refused', afterMs: 0 });
const MINUTE = 60_000;

async function world(script: Script, ...settings: readonly Partial<EndpointSettings>[]) {
  const stored = settings.map((fields) => ({ ...PLAIN, ...fields }));
  const random = { fraction: () => 0, bytes: (count: number) => new Uint8Array(count) };
  const book = new SettingsBook(async () => stored);
  const run = new SimulatedDelivery(new MemoryOutbox(), script, { random, settings: book });
  await run.courier.start();
  return { run, stored };
}

test('patience: the documented four attempts, then further ones as long as asked for; others have four', async () => {
  const { run } = await world(refuses, { retryFor: 2 * 3600 });
  await run.commit('x@a', 'y@b');
  await run.clock.advance(3 * 60 * MINUTE);
  const four = [0, 1000, 6000, 31_000];
  const further = [31_000 + MINUTE, 31_000 + 5 * MINUTE, 31_000 + 21 * MINUTE, 31_000 + 85 * MINUTE];
  expect(run.timesOf('d1')).toEqual([...four, ...further]);
  expect(run.timesOf('d2')).toEqual(four);
  expect(run.outbox.ledger('d1')).toMatchObject({ state: 'exhausted', judgedAttempts: 8 });
});

test('patience outlives a restart: what waits for hours is not tried at once', async () => {
  const { run } = await world(refuses, { retryFor: 86_400 });
  await run.commit('x@a');
  await run.clock.advance(22 * MINUTE);
  const before = run.timesOf('d1');
  run.kill();
  await run.restart();
  await run.clock.advance(60 * MINUTE);
  expect(run.timesOf('d1')).toEqual(before);
  await run.clock.advance(4 * MINUTE);
  expect(run.timesOf('d1')).toHaveLength(before.length + 1);
});

test('a rate limit: no second has more attempts, what is too much waits, and others do not', async () => {
  const { run } = await world(() => ({ outcome: 'accepted', afterMs: 1 }), { rateLimit: { attempts: 3, period: 1 } });
  await run.commit(
    ...Array.from({ length: 10 }, (_, n) => `x${n}@a`),
    ...Array.from({ length: 10 }, (_, n) => `y${n}@b`),
  );
  await run.clock.advance(10_000);
  const times = (endpoint: string) => run.seen.filter((each) => each.endpoint === urlOf(endpoint)).map(({ at }) => at);
  expect(times('a')).toHaveLength(10);
  for (const at of times('a')) expect(times('a').filter((one) => one >= at && one < at + 1000).length).toBeLessThan(4);
  expect(Math.max(...times('a'))).toBeLessThan(3100);
  expect(Math.max(...times('b'))).toBeLessThan(100);
});

test('settings that change are sent by as soon as that is told', async () => {
  const { run, stored } = await world(() => ({ outcome: 'accepted', afterMs: 1 }), {
    rateLimit: { attempts: 1, period: 3600 },
  });
  await run.commit('x@a', 'y@a');
  await run.clock.advance(2000);
  expect(run.seen).toHaveLength(1);
  stored.length = 0;
  await run.courier.settingsChanged();
  await run.clock.advance(10);
  expect(run.seen).toHaveLength(2);
});
