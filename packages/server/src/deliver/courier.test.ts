/**
 * Goal: the contract of attempts, order and isolation (design.md §2, §3, §7). Method: timelines on simulated time,
 * against the outbox in memory and receivers that answer as a script says.
 */
import { expect, test } from 'vitest';
import { MemoryOutbox } from '../store/memory/outbox.ts';
import type { CourierOptions } from './courier.ts';
import { type Script, SimulatedDelivery } from './simulated-delivery.ts';

const world = async (script: Script, options: Partial<CourierOptions> = {}) => {
  const made = new SimulatedDelivery(new MemoryOutbox(), script, { random: noJitter, ...options });
  await made.courier.start();
  return made;
};
const noJitter = { fraction: () => 0, bytes: (count: number) => new Uint8Array(count) };
const mostJitter = { ...noJitter, fraction: () => 0.999 };

const accepts: Script = () => ({ outcome: 'accepted', status: 200 });
const answers500: Script = () => ({ outcome: 'status', status: 500, afterMs: 10 });
const hangs: Script = () => ({ outcome: 'timeout', afterMs: 5000 });

test('a delivery goes out as soon as it is committed, once', async () => {
  const run = await world(accepts);
  await run.clock.advance(3210);
  await run.commit('x');
  await run.clock.advance(120_000);
  expect(run.timesOf('d1')).toEqual([3210]);
  expect(run.outbox.ledger('d1')).toMatchObject({ state: 'delivered', judgedAttempts: 1 });
});

test('500: exactly 4 attempts, at 0, +1, +5 and +25 s after the failure before', async () => {
  const run = await world(answers500);
  await run.commit('x');
  await run.clock.advance(120_000);
  expect(run.timesOf('d1')).toEqual([0, 1010, 6020, 31_030]);
  expect(run.outbox.ledger('d1')).toMatchObject({ state: 'exhausted', judgedAttempts: 4 });
  expect(run.seen.map((each) => each.judgedBefore)).toEqual([0, 1, 2, 3]);
});

test('with the most jitter: less than 20 % later', async () => {
  const run = await world(answers500, { random: mostJitter });
  await run.commit('x');
  await run.clock.advance(120_000);
  expect(run.timesOf('d1')).toEqual([0, 1210, 7219, 37_224]);
});

test('a receiver that hangs: the delays count from the end of each attempt', async () => {
  const run = await world(hangs);
  await run.commit('x');
  await run.clock.advance(120_000);
  expect(run.timesOf('d1')).toEqual([0, 6000, 16_000, 46_000]);
  expect(run.outbox.ledger('d1')?.state).toBe('exhausted');
});

test('accepted at the third attempt: no fourth', async () => {
  const run = await world((_, attempt) => (attempt < 3 ? { outcome: 'refused' } : { outcome: 'accepted' }));
  await run.commit('x');
  await run.clock.advance(120_000);
  expect(run.timesOf('d1')).toEqual([0, 1010, 6020]);
  expect(run.outbox.ledger('d1')).toMatchObject({ state: 'delivered', judgedAttempts: 3 });
});

test('Retry-After moves a retry later, to at most 60 s, and adds none', async () => {
  const run = await world((_, attempt) => ({
    outcome: 'status',
    status: 429,
    retryAfterMs: [500, 20_000, 900_000, 0][attempt - 1] ?? 0,
  }));
  await run.commit('x');
  await run.clock.advance(120_000);
  expect(run.timesOf('d1')).toEqual([0, 1010, 21_020, 81_030]);
});

test('order in a lane: the next starts only when the one before is final', async () => {
  const run = await world((delivery, attempt) =>
    delivery.deliveryId === 'd1' || (delivery.deliveryId === 'd2' && attempt === 1)
      ? { outcome: 'timeout', afterMs: 5000 }
      : { outcome: 'accepted' },
  );
  await run.commit('x', 'x', 'x', 'other');
  await run.clock.advance(120_000);
  expect(run.seen.filter((each) => each.lane.endsWith('alert-x')).map((each) => [each.id, each.at])).toEqual([
    ['d1', 0],
    ['d1', 6000],
    ['d1', 16_000],
    ['d1', 46_000],
    ['d2', 51_000],
    ['d2', 57_000],
    ['d3', 57_010],
  ]);
  expect(run.timesOf('d4')).toEqual([0]);
});

test('a dead endpoint costs its neighbour nothing', async () => {
  const run = await world((delivery) =>
    delivery.endpoint.includes('dead') ? { outcome: 'timeout', afterMs: 5000 } : { outcome: 'accepted', afterMs: 10 },
  );
  for (let second = 0; second < 60; second++) {
    await run.commit(...Array.from({ length: 20 }, (_, n) => `x${second}-${n}@dead`), `y${second}@healthy`);
    await run.clock.advance(1000);
  }
  const healthy = run.seen.filter((each) => each.endpoint.includes('healthy'));
  expect(healthy.map((each) => each.at)).toEqual(Array.from({ length: 60 }, (_, second) => second * 1000));
  const { endpoints } = await run.courier.status();
  expect(endpoints.find((each) => each.endpoint.includes('dead'))).toMatchObject({
    cap: 1,
    inFlight: 1,
    failing: true,
    lastSuccessAt: null,
  });
  expect(endpoints.find((each) => each.endpoint.includes('healthy'))).toMatchObject({
    cap: 64,
    inFlight: 0,
    failing: false,
  });
});

test('a thousand dead endpoints leave the reserve to the living', async () => {
  const run = await world((delivery) =>
    delivery.endpoint.includes('dead') ? { outcome: 'timeout', afterMs: 5000 } : { outcome: 'accepted' },
  );
  for (let round = 0; round < 4; round++)
    await run.commit(...Array.from({ length: 1000 }, (_, n) => `x${round}@dead${n}`));
  // What was never tried is not known to be dead: the first tries of all of them take a while.
  await run.clock.advance(30_000);
  for (let second = 0; second < 10; second++) {
    await run.commit(`y${second}@healthy`);
    await run.clock.advance(1000);
  }
  const healthy = run.seen.filter((each) => each.endpoint.includes('healthy'));
  expect(healthy.map((each) => each.at)).toEqual(Array.from({ length: 10 }, (_, second) => 30_000 + second * 1000));
});

test('no endpoint exceeds its cap, and all of them together not what the courier holds at most', async () => {
  const run = await world(() => ({ outcome: 'accepted', afterMs: 1000 }), { inFlightMax: 20 });
  await run.commit(...Array.from({ length: 100 }, (_, n) => `x${n}@e${n % 8}`));
  let most = 0;
  for (let step = 0; step < 40; step++) {
    const { inFlight, endpoints } = await run.courier.status();
    most = Math.max(most, inFlight);
    for (const each of endpoints) expect(each.inFlight).toBeLessThanOrEqual(each.cap);
    await run.clock.advance(250);
  }
  expect(most).toBeLessThanOrEqual(20);
  expect(most).toBeGreaterThan(10);
  await run.clock.advance(20_000);
  expect(await run.outbox.status(run.clock.wallMs(), [])).toMatchObject({ pending: 0, sending: 0 });
});

test('a long backlog does not keep a newcomer waiting', async () => {
  const run = await world(() => ({ outcome: 'accepted', afterMs: 100 }));
  await run.commit(...Array.from({ length: 6000 }, (_, n) => `x${n}@busy${n % 6}`));
  await run.clock.advance(2000);
  await run.commit('y@newcomer');
  await run.clock.advance(300);
  expect(run.timesOf('d6001')).toEqual([2000]);
  expect(await run.outbox.status(run.clock.wallMs(), [])).not.toMatchObject({ pending: 0 });
});

test('a stale socket costs no attempt and is sent again at once; a second in a row is judged as reset', async () => {
  const script = ['stale_socket', 'accepted', 'stale_socket', 'stale_socket', 'stale_socket', 'accepted'] as const;
  let sent = 0;
  const run = await world(() => ({ outcome: script[sent++] ?? 'accepted' }));
  await run.commit('x');
  await run.clock.advance(10_000);
  expect(run.timesOf('d1')).toEqual([0, 10]);
  expect(run.outbox.ledger('d1')).toMatchObject({ state: 'delivered', judgedAttempts: 1 });
  await run.commit('y');
  await run.clock.advance(60_000);
  expect(run.timesOf('d2')).toEqual([10_000, 10_010, 11_020, 11_030]);
  expect(run.outbox.ledger('d2')?.attempts.map((each) => each.result?.outcome)).toEqual([
    'stale_socket',
    'reset',
    'stale_socket',
    'accepted',
  ]);
  expect(run.outbox.ledger('d2')).toMatchObject({ state: 'delivered', judgedAttempts: 2 });
});

test('status: latency, outcomes, health', async () => {
  const run = await world((delivery, attempt) =>
    delivery.deliveryId === 'd2' && attempt === 1
      ? { outcome: 'status', status: 503, afterMs: 3 }
      : { outcome: 'accepted', afterMs: 4 },
  );
  await run.commit('x', 'y');
  await run.clock.advance(2000);
  const status = await run.courier.status();
  expect(status).toMatchObject({
    inFlight: 0,
    unsettled: 0,
    delivered: 2,
    exhausted: 0,
    outcomes: { accepted: 2, status: 1 },
  });
  expect(status.endpoints).toEqual([
    {
      endpoint: 'http://a.example/hook',
      channel: 'callback',
      cap: 6,
      inFlight: 0,
      failing: false,
      failuresInARow: 0,
      failingSince: null,
      lastOutcome: 'accepted',
      lastStatus: null,
      lastSuccessAt: 1_700_000_000_000 + 1007,
      lastFailureAt: 1_700_000_000_000 + 3,
      lastError: null,
      waitingUntil: null,
      recent: { accepted: 2, failed: 1, p50Ms: 5, p99Ms: 5 },
      outcomes: { accepted: 2, status: 1 },
    },
  ]);
  const { boundsMs, counts, sumMs } = status.latency;
  expect(sumMs).toBe(4 + 1007);
  expect(boundsMs.filter((_, bucket) => counts[bucket])).toEqual([5, 2500]);
});

test('an idle endpoint has its whole cap at once', async () => {
  const run = await world(accepts);
  for (let n = 0; n < 40; n++) await run.commit(`x${n}`);
  await run.clock.advance(10_000);
  await run.commit(...Array.from({ length: 40 }, (_, n) => `y${n}`));
  await run.clock.advance(1);
  expect(run.seen.filter((each) => each.at === 10_000)).toHaveLength(40);
});
