/**
 * Goal: nothing is lost, doubled or miscounted by a crash, a stop, an outbox that cannot write, a channel with a fault or
 * a clock that steps. Method: timelines on simulated time, as in courier.test.ts.
 */
import { expect, test } from 'vitest';
import { CloudbellError } from '../base/errors.ts';
import { MemoryOutbox } from '../store/memory/outbox.ts';
import type { CourierOptions } from './courier.ts';
import { type Script, SimulatedDelivery } from './simulated-delivery.ts';

const world = async (script: Script, options: Partial<CourierOptions> = {}) => {
  const made = new SimulatedDelivery(new MemoryOutbox(), script, { random: noJitter, ...options });
  await made.courier.start();
  return made;
};
const noJitter = { fraction: () => 0, bytes: (count: number) => new Uint8Array(count) };
const full = new CloudbellError('store_unavailable', { message: 'the disk is full' });

const accepts: Script = () => ({ outcome: 'accepted', status: 200 });
const answers500: Script = () => ({ outcome: 'status', status: 500, afterMs: 10 });
const hangs: Script = () => ({ outcome: 'timeout', afterMs: 5000 });

test('kill between attempts: 4 judged attempts in all, at the times they were due', async () => {
  const run = await world(answers500);
  await run.commit('x');
  for (let restart = 0; restart < 40; restart++) {
    await run.clock.advance(977);
    await run.restart();
  }
  await run.clock.advance(120_000);
  expect(run.timesOf('d1')).toEqual([0, 1010, 6020, 31_030]);
  expect(run.outbox.ledger('d1')).toMatchObject({ state: 'exhausted', judgedAttempts: 4 });
});

test('kill within an attempt: it is on record as interrupted, is not counted, and is sent again', async () => {
  const run = await world(hangs);
  await run.commit('x', 'x');
  await run.clock.advance(3000);
  run.kill();
  await run.clock.advance(10_000);
  expect(run.timesOf('d1')).toEqual([0]);
  expect(await run.restart()).toBe(1);
  await run.clock.advance(120_000);
  expect(run.timesOf('d1')).toEqual([0, 13_000, 19_000, 29_000, 59_000]);
  const ledger = run.outbox.ledger('d1');
  expect(ledger?.attempts.map((each) => (each.interrupted ? 'interrupted' : each.result?.outcome))).toEqual([
    'interrupted',
    'timeout',
    'timeout',
    'timeout',
    'timeout',
  ]);
  expect(ledger?.judgedAttempts).toBe(4);
  expect(run.timesOf('d2')[0]).toBe(64_000);
});

test('stop claims no more, lets the attempt end, and loses nothing', async () => {
  const run = await world((delivery) => ({
    outcome: delivery.deliveryId === 'd1' ? 'timeout' : 'accepted',
    afterMs: 4000,
  }));
  await run.commit('x', 'y', 'x');
  await run.clock.advance(1000);
  let stopped = false;
  const stopping = run.courier.stop().then(() => {
    stopped = true;
  });
  await run.commit('z');
  await run.clock.advance(2999);
  expect(stopped).toBe(false);
  await run.clock.advance(1);
  expect(stopped).toBe(true);
  await stopping;
  await run.clock.advance(60_000);
  expect(run.seen.map((each) => each.id)).toEqual(['d1', 'd2']);
  expect(run.outbox.ledger('d1')).toMatchObject({ state: 'pending', judgedAttempts: 1 });
  expect(run.outbox.ledger('d2')).toMatchObject({ state: 'delivered' });
  expect(await run.outbox.status(run.clock.wallMs(), [])).toMatchObject({ sending: 0 });
  expect(await run.restart()).toBe(0);
  await run.clock.advance(120_000);
  expect(['d1', 'd2', 'd3', 'd4'].map((id) => run.outbox.ledger(id)?.state)).toEqual([
    'exhausted',
    'delivered',
    'delivered',
    'delivered',
  ]);
});

test('what has not ended by the deadline when stopping is recorded interrupted', async () => {
  const run = await world(() => ({ outcome: 'accepted', afterMs: 1_000_000 }));
  await run.commit('x');
  await run.clock.advance(100);
  const stopping = run.courier.stop();
  await run.clock.advance(6000);
  await stopping;
  expect(run.outbox.ledger('d1')).toMatchObject({ state: 'pending', judgedAttempts: 0 });
  expect(run.outbox.ledger('d1')?.attempts.map((each) => each.result?.outcome)).toEqual(['interrupted']);
});

test('results that cannot be put on record are kept, tried again, and never sent twice', async () => {
  const run = await world(accepts);
  await run.commit('x', 'y', 'x');
  run.outboxFaults.settle = full;
  await run.clock.advance(30_000);
  expect(run.seen.map((each) => each.id)).toEqual(['d1', 'd2']);
  expect(await run.courier.status()).toMatchObject({ inFlight: 0, unsettled: 2 });
  expect((await run.courier.status()).outboxFailures).toBeGreaterThan(3);
  expect(run.complaints).toContain(
    'results could not be put on record; they are kept and tried again: the disk is full',
  );
  delete run.outboxFaults.settle;
  await run.clock.advance(5000);
  expect(run.seen.map((each) => each.id)).toEqual(['d1', 'd2', 'd3']);
  expect(['d1', 'd2', 'd3'].map((id) => run.outbox.ledger(id)?.state)).toEqual(['delivered', 'delivered', 'delivered']);
  expect(await run.courier.status()).toMatchObject({ unsettled: 0, outboxFailures: 0 });
});

test('one result that the outbox cannot take does not hold up the others', async () => {
  const run = await world(accepts);
  const settle = run.outbox.settle.bind(run.outbox);
  run.outbox.settle = async (settlements) => {
    if (settlements.some((each) => each.deliveryId === 'd3')) throw new Error('no such row');
    return settle(settlements);
  };
  await run.commit(...Array.from({ length: 8 }, (_, n) => `x${n}@e${n}`));
  await run.clock.advance(30_000);
  expect(await run.outbox.status(run.clock.wallMs(), [])).toMatchObject({ pending: 0, sending: 1 });
  run.outbox.settle = settle;
  await run.clock.advance(6000);
  expect(await run.outbox.status(run.clock.wallMs(), [])).toMatchObject({ pending: 0, sending: 0 });
});

test.each(['claim', 'nextDueAt'] as const)(
  'while %s fails nothing is lost, and all goes on afterwards',
  async (method) => {
    const run = await world(accepts);
    run.outboxFaults[method] = full;
    await run.commit('x');
    await run.clock.advance(20_000);
    delete run.outboxFaults[method];
    await run.commit('x', 'y');
    await run.clock.advance(6000);
    expect(run.seen.map((each) => each.id).sort()).toEqual(['d1', 'd2', 'd3']);
    expect(await run.courier.status()).toMatchObject({ outboxFailures: 0 });
  },
);

test('a start on an outbox that cannot be read rejects', async () => {
  const run = new SimulatedDelivery(new MemoryOutbox(), accepts);
  run.outboxFaults.recover = full;
  await expect(run.courier.start()).rejects.toThrow('the disk is full');
});

test('a channel that throws has a fault: judged as protocol, named in the ledger, nobody else affected', async () => {
  const run = await world((delivery) => {
    if (delivery.deliveryId === 'd1') throw new TypeError('secret of https://user:pass@host');
    return { outcome: 'accepted' };
  });
  await run.commit('x', 'y');
  await run.clock.advance(120_000);
  const ledger = run.outbox.ledger('d1');
  expect(ledger).toMatchObject({ state: 'exhausted', judgedAttempts: 4 });
  expect(ledger?.attempts[0]?.result).toMatchObject({
    outcome: 'protocol',
    error: 'a fault in the channel callback: TypeError',
  });
  expect(run.outbox.ledger('d2')?.state).toBe('delivered');
});

test('a channel that is not there is such a fault too', async () => {
  const run = await world(accepts, { channels: new Map() });
  await run.commit('x');
  await run.clock.advance(120_000);
  expect(run.outbox.ledger('d1')?.state).toBe('exhausted');
});

test('a channel that never ends its attempt is ended for it, as a timeout', async () => {
  const run = await world((_, attempt) => ({ outcome: 'accepted', afterMs: attempt === 1 ? 90_000_000 : 10 }));
  await run.commit('x', 'x');
  await run.clock.advance(60_000);
  expect(run.outbox.ledger('d1')?.attempts.map((each) => each.result?.outcome)).toEqual(['timeout', 'accepted']);
  expect(run.outbox.ledger('d2')?.attempts.map((each) => each.result?.outcome)).toEqual(['timeout', 'accepted']);
});

test('a retry keeps its time when the wall clock steps back by an hour', async () => {
  const run = await world(answers500);
  await run.commit('x');
  await run.clock.advance(7000);
  run.clock.stepWall(-3_600_000);
  await run.commit('y');
  await run.clock.advance(10);
  expect(run.seen.at(-1)?.id).toBe('d2');
  await run.clock.advance(30_000);
  expect(run.timesOf('d1').at(-1)).toBe(31_030 - 3_600_000);
  expect(run.outbox.ledger('d1')?.state).toBe('exhausted');
});

test('a call to wake that was lost costs at most a second', async () => {
  const run = await world(accepts);
  await run.clock.advance(4500);
  run.courier.wake = async () => undefined;
  await run.commit('x');
  await run.clock.advance(1000);
  expect(run.timesOf('d1')).toHaveLength(1);
});

test('a result that comes after its attempt was ended for the channel changes nothing', async () => {
  const run = await world((_, attempt) => ({ outcome: 'accepted', afterMs: attempt === 1 ? 11_500 : 10 }));
  await run.commit('x');
  await run.clock.advance(60_000);
  expect(await run.courier.status()).toMatchObject({
    delivered: 1,
    inFlight: 0,
    outcomes: { timeout: 1, accepted: 1 },
  });
  expect((await run.courier.status()).endpoints).toMatchObject([{ inFlight: 0 }]);
});

test('results that wait for the outbox count as held: no more is sent than can be remembered', async () => {
  const run = await world(accepts, { inFlightMax: 50 });
  run.outboxFaults.settle = full;
  await run.commit(...Array.from({ length: 300 }, (_, n) => `x@e${n}`));
  await run.clock.advance(60_000);
  // The batch that was being written when the failing began had given its slots up.
  expect(run.seen.length).toBeGreaterThanOrEqual(50);
  expect(run.seen.length).toBeLessThanOrEqual(100);
  delete run.outboxFaults.settle;
  await run.clock.advance(10_000);
  expect(run.seen).toHaveLength(300);
});

test('what is handed out while stopping is not sent, and not counted', async () => {
  const run = await world(accepts);
  const claim = run.outbox.claim.bind(run.outbox);
  run.outbox.claim = async (request) => {
    const claimed = await claim(request);
    await new Promise<void>((resolve) => run.clock.after(200, resolve));
    return claimed;
  };
  await run.commit('x');
  await run.clock.advance(100);
  const stopping = run.courier.stop();
  await run.clock.advance(100);
  await stopping;
  expect(run.seen).toEqual([]);
  expect(run.outbox.ledger('d1')).toMatchObject({ state: 'pending', judgedAttempts: 0 });
  expect(await run.restart()).toBe(0);
});

test('stop waits for an outbox that comes back', async () => {
  const run = await world(accepts);
  await run.commit('x');
  run.outboxFaults.settle = full;
  await run.clock.advance(1000);
  const stopping = run.courier.stop();
  await run.clock.advance(2000);
  delete run.outboxFaults.settle;
  await run.clock.advance(3000);
  await stopping;
  expect(run.outbox.ledger('d1')).toMatchObject({ state: 'delivered' });
});

test('stop gives up on an outbox that does not, and says so; the next start sends again', async () => {
  const run = await world(accepts);
  await run.commit('x');
  run.outboxFaults.settle = full;
  const stopping = run.clock.advance(1000).then(() => run.courier.stop());
  await run.clock.advance(13_000);
  await stopping;
  expect(run.complaints.at(-1)).toBe('stopped with results that could not be recorded');
  delete run.outboxFaults.settle;
  expect(await run.restart()).toBe(1);
});
