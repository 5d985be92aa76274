/**
 * Goal: mailboxes and robots are not flooded, and nothing is left out: budgets, digests, throttling, one attempt for
 * several deliveries. Method: timelines on simulated time, as in courier.test.ts.
 */
import { type AttemptOutcome, CHANNELS } from '@cloudbell/core/notify/delivery.ts';
import { describe, expect, test } from 'vitest';
import { MemoryOutbox } from '../store/memory/outbox.ts';
import { type Script, type Seen, SimulatedDelivery } from './simulated-delivery.ts';

const noJitter = { fraction: () => 0, bytes: (count: number) => new Uint8Array(count) };
const world = async (script: Script) => {
  const made = new SimulatedDelivery(new MemoryOutbox(), script, { random: noJitter, channelNames: CHANNELS });
  await made.courier.start();
  return made;
};
type World = Awaited<ReturnType<typeof world>>;

const accepts: Script = () => ({ outcome: 'accepted' });
const alerts = (count: number, endpoint: string, from = 0): string[] =>
  Array.from({ length: count }, (_, n) => `x${from + n}@${endpoint}`);
/** What was sent: when, and how many deliveries in it. */
const sizes = (run: World): [at: number, size: number][] => run.seen.map((each) => [each.at, each.ids.length]);
const mostIn60s = (seen: readonly Seen[]): number =>
  Math.max(0, ...seen.map(({ at }) => seen.filter((each) => each.at >= at && each.at < at + 60_000).length));
const everyId = (count: number): string[] => Array.from({ length: count }, (_, n) => `d${n + 1}`);
const sentIds = (run: World): string[] =>
  run.seen.flatMap((each) => [...each.ids]).sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));

describe('a mailbox', () => {
  test('10 mails in 60 s, then one digest a minute, nothing left out', async () => {
    const run = await world(accepts);
    for (let n = 0; n < 25; n++) {
      await run.commit(`x${n}@email-a`);
      await run.clock.advance(1000);
    }
    await run.clock.advance(43_000);
    await run.commit('late@email-a');
    await run.clock.advance(300_000);
    expect(sizes(run)).toEqual([...Array.from({ length: 10 }, (_, n) => [n * 1000, 1]), [69_000, 16]]);
    expect(sentIds(run)).toEqual(everyId(26));
  });

  test('while alerts keep coming, a digest a minute; when they are few again, each goes at once', async () => {
    const run = await world(accepts);
    for (let n = 0; n < 36; n++) {
      await run.commit(`x${n}@email-a`);
      await run.clock.advance(5000);
    }
    await run.clock.advance(120_000);
    await run.commit('calm@email-a');
    await run.clock.advance(1000);
    // The tenth at 45 s; what came before 105, 165, 225 s; then a minute without any.
    expect(sizes(run).slice(9)).toEqual([
      [45_000, 1],
      [105_000, 11],
      [165_000, 12],
      [225_000, 3],
      [300_000, 1],
    ]);
  });

  test('nine in a minute are nine mails, for ever', async () => {
    const run = await world(accepts);
    for (let n = 0; n < 60; n++) {
      await run.commit(`x${n}@email-a`);
      await run.clock.advance(6700);
    }
    expect(run.seen.every((each) => each.ids.length === 1)).toBe(true);
    expect(run.seen.map((each) => each.at)).toEqual(Array.from({ length: 60 }, (_, n) => n * 6700));
  });

  test('one mailbox that is full of digests costs its neighbour nothing, nor a callback', async () => {
    const run = await world(accepts);
    await run.commit(...alerts(100, 'email-a'), 'x@email-b', 'x@c');
    await run.clock.advance(1000);
    expect(run.timesOf('d101')).toEqual([0]);
    expect(run.timesOf('d102')).toEqual([0]);
    expect(run.seen.filter((each) => each.endpoint.includes('email-a'))).toHaveLength(10);
  });

  test('an alert that flaps is told in order, all of it, in one digest', async () => {
    const run = await world(accepts);
    for (let n = 0; n < 30; n++) {
      await run.commit('flap@email-a');
      await run.clock.advance(1000);
    }
    await run.clock.advance(120_000);
    expect(sizes(run).slice(10)).toEqual([[69_000, 20]]);
    expect(run.seen[10]?.ids).toEqual(everyId(30).slice(10));
  });

  test('a digest that fails is tried again; each delivery has the attempt in its ledger', async () => {
    let fails = true;
    const run = await world((_, attempt) => ({ outcome: fails && attempt === 1 ? 'status' : 'accepted' }));
    fails = false;
    await run.commit(...alerts(10, 'email-a'));
    await run.clock.advance(1000);
    fails = true;
    await run.commit(...alerts(5, 'email-a', 10));
    await run.clock.advance(600_000);
    expect(sizes(run).slice(10)).toEqual([[60_010, 5], ...Array.from({ length: 5 }, () => [120_020, 1])]);
    const ledgers = ['d11', 'd15'].map((id) => run.outbox.ledger(id)!);
    for (const { state, attempts } of ledgers) {
      expect(state).toBe('delivered');
      expect(attempts.map((each) => each.result?.outcome)).toEqual(['status', 'accepted']);
    }
    expect(ledgers[0]?.attempts[0]?.attemptId).toBe(ledgers[1]?.attempts[0]?.attemptId);
  });

  test('the times of mail: a minute after the first failure, five after the second', async () => {
    const run = await world(() => ({ outcome: 'refused' }));
    await run.commit('x@email-a');
    await run.clock.advance(7 * 60_000);
    expect(run.timesOf('d1')).toEqual([0, 60_010, 360_020]);
  });

  test('rejected for good: no second attempt, and the next of the alert goes on', async () => {
    const run = await world((delivery) => ({ outcome: delivery.deliveryId === 'd1' ? 'rejected' : 'accepted' }));
    await run.commit('x@email-a', 'x@email-a');
    await run.clock.advance(600_000);
    expect(run.outbox.ledger('d1')).toMatchObject({ state: 'exhausted', judgedAttempts: 1 });
    expect(run.timesOf('d2')).toEqual([10]);
  });

  test('without an SMTP host it waits, longer each time, and goes out once there is one', async () => {
    let outcome: AttemptOutcome = 'not_configured';
    const run = await world(() => ({ outcome, afterMs: 0 }));
    await run.commit('x@email-a');
    await run.clock.advance(20 * 60_000);
    expect(run.timesOf('d1').map((at) => at / 60_000)).toEqual([0, 1, 2, 4, 8, 16]);
    outcome = 'accepted';
    await run.clock.advance(30 * 60_000);
    expect(run.outbox.ledger('d1')).toMatchObject({ state: 'delivered', judgedAttempts: 1 });
  });
});

describe('a robot', () => {
  test('200 alerts in 10 s: at most 20 messages in any minute, every alert in one of them', async () => {
    const run = await world(accepts);
    for (let n = 0; n < 200; n += 2) {
      await run.commit(...alerts(2, 'dingtalk-a', n));
      await run.clock.advance(100);
    }
    await run.clock.advance(300_000);
    expect(mostIn60s(run.seen)).toBeLessThanOrEqual(20);
    expect(sentIds(run)).toEqual(everyId(200));
    // Nobody waits long: ten at once, the rest 40 at a time every 6.5 s.
    expect(run.seen.at(-1)?.at).toBeLessThan(45_000);
  });

  test('however long it rains: never more than 20 in any minute, nothing lost, nobody later than a few messages', async () => {
    const run = await world(accepts);
    for (let n = 0; n < 900; n++) {
      await run.commit(`x${n}@dingtalk-a`);
      await run.clock.advance(337);
    }
    await run.clock.advance(60_000);
    expect(mostIn60s(run.seen)).toBeLessThanOrEqual(20);
    expect(sentIds(run)).toEqual(everyId(900));
    for (let n = 0; n < 900; n++) expect(run.timesOf(`d${n + 1}`)[0]! - n * 337).toBeLessThanOrEqual(6500);
  });

  test('retries count: a robot that fails is not called more often than that', async () => {
    const run = await world(() => ({ outcome: 'status', status: -1 }));
    for (let n = 0; n < 300; n++) {
      await run.commit(`x${n}@dingtalk-a`);
      await run.clock.advance(200);
    }
    await run.clock.advance(600_000);
    expect(mostIn60s(run.seen)).toBeLessThanOrEqual(20);
    for (const id of everyId(300))
      expect(run.outbox.ledger(id)).toMatchObject({ state: 'exhausted', judgedAttempts: 4 });
  });

  test('throttled: not an attempt; left alone as long as it asks, then all in one message', async () => {
    let throttles = true;
    const run = await world(() => {
      const throttled = throttles;
      throttles = false;
      return throttled ? { outcome: 'throttled', retryAfterMs: 600_000 } : { outcome: 'accepted' };
    });
    await run.commit('x@dingtalk-a');
    await run.clock.advance(1000);
    const { endpoints } = await run.courier.status();
    expect(endpoints[0]).toMatchObject({ failing: false, waitingUntil: 1_700_000_000_000 + 600_010 });
    await run.commit(...alerts(20, 'dingtalk-a'));
    await run.clock.advance(700_000);
    expect(sizes(run)).toEqual([
      [0, 1],
      [600_010, 21],
    ]);
    expect(run.outbox.ledger('d1')).toMatchObject({ state: 'delivered', judgedAttempts: 1 });
  });

  test('a crash in a merged attempt: interrupted on each, and sent again, in order', async () => {
    const run = await world((delivery) => ({
      outcome: 'accepted',
      afterMs: delivery.deliveryId === 'd11' ? 4000 : 10,
    }));
    await run.commit(...alerts(10, 'dingtalk-a'));
    await run.clock.advance(100);
    await run.commit('flap@dingtalk-a', 'flap@dingtalk-a');
    await run.clock.advance(8000);
    expect(run.seen.at(-1)?.ids).toEqual(['d11', 'd12']);
    run.kill();
    expect(await run.restart()).toBe(2);
    await run.clock.advance(60_000);
    for (const id of ['d11', 'd12']) {
      const ledger = run.outbox.ledger(id)!;
      expect([ledger.state, ledger.attempts.length, ledger.attempts[0]?.interrupted]).toEqual(['delivered', 2, true]);
    }
    expect(run.timesOf('d12').at(-1)).toBeGreaterThan(run.timesOf('d11').at(-1)!);
  });
});
