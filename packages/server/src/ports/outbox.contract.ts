import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Outbox } from './outbox.ts';
import {
  again,
  type Bench,
  delivered,
  exhausted,
  ids,
  type NewDelivery,
  NOW,
  newDelivery,
} from './outbox-bench.contract.ts';
import { describeBornClaims } from './outbox-born.contract.ts';
import { describeRecover, describeReplay } from './outbox-recovery.contract.ts';
import { describeClaimTogether } from './outbox-together.contract.ts';

export interface OutboxEngine {
  readonly outbox: Outbox;
  /** Puts deliveries in as one commit does: `sequence` grows in the order given. */
  add(deliveries: readonly NewDelivery[]): Promise<void>;
  close(): Promise<void>;
}

/** What every engine of the outbox must do (ports/outbox.ts); the courier is built on nothing else. */
export function describeOutboxContract(name: string, makeEngine: () => Promise<OutboxEngine>): void {
  describe(`outbox contract: ${name}`, () => {
    let engine: OutboxEngine;
    beforeEach(async () => {
      engine = await makeEngine();
    });
    afterEach(() => engine.close());
    const bench: Bench = {
      outbox: () => engine.outbox,
      add: (...deliveries) => engine.add(deliveries),
      claim: (request = {}) => engine.outbox.claim({ now: NOW, limit: 100, room: {}, defaultRoom: 100, ...request }),
      claimTogether: (request = {}) =>
        engine.outbox.claimTogether({ now: NOW, endpoint: 'http://a.example/hook', limit: 100, ...request }),
    };
    describeClaim(bench);
    describeBornClaims(bench);
    describeClaimTogether(bench);
    describeLanes(bench);
    describeSettle(bench);
    describeRecover(bench);
    describeReplay(bench);
    describeStatus(bench);
  });
}

function describeClaim({ add, claim, outbox }: Bench): void {
  test('a claim hands out the delivery as it was put in, with an attempt begun', async () => {
    await add(newDelivery('d1', { endpoint: 'a', alert: 'x' }));
    const [claimed] = await claim();
    expect(claimed).toMatchObject({
      deliveryId: 'd1',
      channel: 'callback',
      endpoint: 'http://a.example/hook',
      lane: 'http://a.example/hook alert-x',
      contentType: 'application/x-www-form-urlencoded; charset=UTF-8',
      alertId: 'alert-x',
      ruleId: 'r1',
      triggerLevel: 'WARN',
      createdAt: NOW,
      judgedAttempts: 0,
      replay: false,
    });
    expect(new TextDecoder().decode(claimed?.body)).toBe('id=d1&curValue=97.39');
    expect(Number.isSafeInteger(claimed?.attemptId)).toBe(true);
  });

  test('what is claimed is not handed out again', async () => {
    await add(newDelivery('d1'), newDelivery('d2'));
    expect(ids(await claim({ limit: 1 }))).toEqual(['d1']);
    expect(ids(await claim())).toEqual(['d2']);
    expect(ids(await claim())).toEqual([]);
  });

  test('oldest due first; due is inclusive; what is not due yet stays', async () => {
    await add(
      newDelivery('late', { createdAt: NOW }),
      newDelivery('early', { createdAt: NOW - 5000 }),
      newDelivery('future', { createdAt: NOW + 1 }),
      newDelivery('middle', { createdAt: NOW - 1000 }),
    );
    expect(ids(await claim({ limit: 2 }))).toEqual(['early', 'middle']);
    expect(ids(await claim())).toEqual(['late']);
    expect(ids(await claim({ now: NOW + 1 }))).toEqual(['future']);
  });

  test('equally due: in the order they were put in, and sequence says so', async () => {
    await add(newDelivery('d1'), newDelivery('d2'));
    await add(newDelivery('d3'));
    const claimed = await claim();
    expect(ids(claimed)).toEqual(['d1', 'd2', 'd3']);
    const sequences = claimed.map((each) => each.sequence);
    expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
    expect(new Set(claimed.map((each) => each.attemptId)).size).toBe(3);
  });

  test('room limits an endpoint, defaultRoom those that are not named, 0 means none', async () => {
    for (const endpoint of ['a', 'b', 'c']) {
      await add(...[1, 2, 3, 4].map((n) => newDelivery(`${endpoint}${n}`, { endpoint })));
    }
    const room = { 'http://a.example/hook': 3, 'http://b.example/hook': 0 };
    expect(ids(await claim({ room, defaultRoom: 2 }))).toEqual(['a1', 'a2', 'a3', 'c1', 'c2']);
    expect(ids(await claim({ room, defaultRoom: 0 }))).toEqual(['a4']);
    expect(ids(await claim({ room: { 'http://c.example/hook': 1 }, defaultRoom: 0 }))).toEqual(['c3']);
  });

  test('a long backlog of an endpoint without room hides nobody behind it', async () => {
    const backlog = Array.from({ length: 3000 }, (_, n) =>
      newDelivery(`dead${n}`, { endpoint: 'dead', createdAt: NOW - 10_000 }),
    );
    await add(...backlog, newDelivery('healthy', { endpoint: 'healthy' }));
    expect(ids(await claim({ limit: 4, room: { 'http://dead.example/hook': 0 } }))).toEqual(['healthy']);
    expect(ids(await claim({ limit: 2, room: { 'http://dead.example/hook': 1 } }))).toEqual(['dead0']);
  });

  test('a limit of 0 claims none', async () => {
    await add(newDelivery('d1'));
    expect(await claim({ limit: 0 })).toEqual([]);
    expect(await outbox().status(NOW, [])).toMatchObject({ pending: 1, sending: 0 });
  });
}

function describeLanes({ add, claim, outbox }: Bench): void {
  const lane = { endpoint: 'a', alert: 'x' };

  test('one of a lane at a time, in order, whatever room there is', async () => {
    await add(
      newDelivery('d1', lane),
      newDelivery('d2', lane),
      newDelivery('d3', lane),
      newDelivery('other', { alert: 'y' }),
    );
    const [first, other] = await claim();
    expect(ids([first!, other!])).toEqual(['d1', 'other']);
    expect(await claim()).toEqual([]);
    await outbox().settle([delivered(first)]);
    expect(ids(await claim())).toEqual(['d2']);
  });

  test('a head that waits for its retry holds its lane, and only its lane', async () => {
    await add(
      newDelivery('d1', lane),
      newDelivery('d2', lane),
      newDelivery('other', { alert: 'y', createdAt: NOW + 10 }),
    );
    const [first] = await claim();
    await outbox().settle([again(first, 'status', NOW + 5000)]);
    expect(ids(await claim({ now: NOW + 4999 }))).toEqual(['other']);
    expect(ids(await claim({ now: NOW + 5000 }))).toEqual(['d1']);
  });

  test('the head is the one put in first, even where a later one is due earlier', async () => {
    await add(
      newDelivery('d1', { ...lane, createdAt: NOW + 100 }),
      newDelivery('d2', { ...lane, createdAt: NOW - 100 }),
    );
    expect(await claim()).toEqual([]);
    expect(ids(await claim({ now: NOW + 100 }))).toEqual(['d1']);
  });

  test('a claim called right after a settle sees the lanes that it frees', async () => {
    await add(newDelivery('d1', lane), newDelivery('d2', lane));
    const [first] = await claim();
    const [, claimed] = await Promise.all([outbox().settle([delivered(first)]), claim()]);
    expect(ids(claimed)).toEqual(['d2']);
  });

  test('an exhausted delivery frees its lane', async () => {
    await add(newDelivery('d1', lane), newDelivery('d2', lane));
    const [first] = await claim();
    await outbox().settle([exhausted(first)]);
    expect(ids(await claim())).toEqual(['d2']);
    expect(await claim({ now: NOW + 3_600_000 })).toEqual([]);
  });
}

function describeSettle({ add, claim, outbox }: Bench): void {
  test('judged failures are counted, interrupted and stale_socket are not', async () => {
    await add(newDelivery('d1'));
    const seen: number[] = [];
    const attemptIds = new Set<number>();
    for (const outcome of ['timeout', 'stale_socket', 'status', 'interrupted', 'reset'] as const) {
      const [claimed] = await claim();
      seen.push(claimed!.judgedAttempts);
      attemptIds.add(claimed!.attemptId);
      await outbox().settle([again(claimed, outcome, NOW)]);
    }
    const [last] = await claim();
    expect([...seen, last?.judgedAttempts]).toEqual([0, 1, 1, 2, 2, 3]);
    expect(attemptIds.size).toBe(5);
  });

  test('settling an attempt twice counts it once, and never undoes what came after', async () => {
    await add(newDelivery('d1'));
    const [first] = await claim();
    const settlement = again(first, 'timeout', NOW);
    await outbox().settle([settlement]);
    await outbox().settle([settlement]);
    const [second] = await claim();
    expect(second?.judgedAttempts).toBe(1);
    await outbox().settle([settlement]);
    expect(await claim()).toEqual([]);
    await outbox().settle([delivered(second)]);
    await outbox().settle([settlement]);
    expect(await claim({ now: NOW + 1_000_000 })).toEqual([]);
    expect(await outbox().status(NOW, [])).toEqual({
      pending: 0,
      sending: 0,
      oldestDueAt: null,
      oldestHealthyDueAt: null,
    });
  });

  test('a batch settles many; an empty one is no error', async () => {
    await add(newDelivery('d1'), newDelivery('d2'), newDelivery('d3'));
    const [a, b, c] = await claim();
    await outbox().settle([delivered(a), again(b, 'refused', NOW + 1000), exhausted(c)]);
    await outbox().settle([]);
    expect(ids(await claim({ now: NOW + 1000 }))).toEqual(['d2']);
  });
}

function describeStatus({ add, claim, outbox }: Bench): void {
  test('nextDueAt is the earliest time still to come', async () => {
    expect(await outbox().nextDueAt(NOW)).toBeNull();
    await add(newDelivery('d1'), newDelivery('d2'), newDelivery('d3', { createdAt: NOW + 9000 }));
    expect(await outbox().nextDueAt(NOW)).toBe(NOW + 9000);
    const [a, b] = await claim();
    await outbox().settle([again(a, 'status', NOW + 1100), delivered(b)]);
    expect(await outbox().nextDueAt(NOW)).toBe(NOW + 1100);
    expect(await outbox().nextDueAt(NOW + 1100)).toBe(NOW + 9000);
    expect(await outbox().nextDueAt(NOW + 9000)).toBeNull();
  });

  test('status counts what waits and what is under way, and since when the oldest is due', async () => {
    expect(await outbox().status(NOW, [])).toEqual({
      pending: 0,
      sending: 0,
      oldestDueAt: null,
      oldestHealthyDueAt: null,
    });
    await add(
      newDelivery('d1', { createdAt: NOW - 3000 }),
      newDelivery('d2', { createdAt: NOW - 2000 }),
      newDelivery('d3', { createdAt: NOW + 1 }),
    );
    expect(await outbox().status(NOW, [])).toEqual({
      pending: 3,
      sending: 0,
      oldestDueAt: NOW - 3000,
      oldestHealthyDueAt: NOW - 3000,
    });
    const [claimed] = await claim({ limit: 1 });
    expect(await outbox().status(NOW, [])).toEqual({
      pending: 2,
      sending: 1,
      oldestDueAt: NOW - 2000,
      oldestHealthyDueAt: NOW - 2000,
    });
    await outbox().settle([again(claimed, 'timeout', NOW + 1000)]);
    expect(await outbox().status(NOW, [])).toEqual({
      pending: 3,
      sending: 0,
      oldestDueAt: NOW - 2000,
      oldestHealthyDueAt: NOW - 2000,
    });
  });
}
