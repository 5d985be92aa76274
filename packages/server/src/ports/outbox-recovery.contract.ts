import { expect, test } from 'vitest';
import {
  again,
  type Bench,
  delivered,
  exhausted,
  ids,
  NOW,
  newDelivery,
  WAIT_MS_MAX,
} from './outbox-bench.contract.ts';
import { ACCOUNT } from './store-fixtures.contract.ts';

/** The outbox after a crash or a clock that was set back. */
export function describeRecover({ add, claim, outbox }: Bench): void {
  test('after a crash, what was being sent is due at once, not counted, with an attempt of its own', async () => {
    await add(newDelivery('d1', { alert: 'x' }), newDelivery('d2', { alert: 'x' }), newDelivery('d3'));
    const before = await claim();
    await outbox().settle([again(before[1], 'status', NOW + 5000)]);
    expect(await outbox().recover(NOW + 100, { channels: { callback: WAIT_MS_MAX } })).toBe(1);
    expect(await outbox().recover(NOW + 100, { channels: { callback: WAIT_MS_MAX } })).toBe(0);
    const [after, ...others] = await claim({ now: NOW + 100 });
    expect(others).toEqual([]);
    expect(after).toMatchObject({ deliveryId: 'd1', judgedAttempts: 0 });
    expect(after?.attemptId).not.toBe(before[0]?.attemptId);
    const [retry] = await claim({ now: NOW + 5000 });
    expect(retry).toMatchObject({ deliveryId: 'd3', judgedAttempts: 1 });
  });

  test('a result that comes after its attempt was recorded interrupted changes nothing', async () => {
    await add(newDelivery('d1'));
    const [lost] = await claim();
    await outbox().recover(NOW, { channels: { callback: WAIT_MS_MAX } });
    await outbox().settle([delivered(lost)]);
    expect(ids(await claim())).toEqual(['d1']);
  });

  test('after a wall clock that was set back, nothing waits longer than any retry would', async () => {
    await add(newDelivery('d1', { alert: 'x' }), newDelivery('d2', { alert: 'y' }));
    const [first, second] = await claim();
    await outbox().settle([again(first, 'status', NOW + 25_000), again(second, 'status', NOW + 5000)]);
    const hourBack = NOW - 3_600_000;
    expect(await outbox().recover(hourBack, { channels: { callback: WAIT_MS_MAX } })).toBe(0);
    expect(ids(await claim({ now: hourBack + WAIT_MS_MAX - 1 }))).toEqual([]);
    expect(ids(await claim({ now: hourBack + WAIT_MS_MAX })).sort()).toEqual(['d1', 'd2']);
  });

  test('an endpoint that is named may wait longer than others of its channel', async () => {
    await add(newDelivery('d1', { alert: 'x', endpoint: 'a' }), newDelivery('d2', { alert: 'y', endpoint: 'patient' }));
    const hour = NOW + 3_600_000;
    await outbox().settle((await claim()).map((each) => again(each, 'status', hour)));
    await outbox().recover(NOW, {
      channels: { callback: WAIT_MS_MAX },
      endpoints: { 'http://patient.example/hook': 1_800_000 },
    });
    expect(ids(await claim({ now: NOW + WAIT_MS_MAX }))).toEqual(['d1']);
    expect(ids(await claim({ now: NOW + 1_799_999 }))).toEqual([]);
    expect(ids(await claim({ now: NOW + 1_800_000 }))).toEqual(['d2']);
  });

  test('after a wall clock that was set back, the next of a lane is due when the one before is settled', async () => {
    await add(newDelivery('d1', { alert: 'x' }), newDelivery('d2', { alert: 'x' }));
    const hourBack = NOW - 3_600_000;
    const [first] = await claim();
    await outbox().settle([{ ...delivered(first), result: { ...delivered(first).result, startedAt: hourBack } }]);
    expect(ids(await claim({ now: hourBack + 1000 }))).toEqual(['d2']);
  });

  test('an empty outbox recovers nothing', async () => {
    expect(await outbox().recover(NOW, { channels: { callback: WAIT_MS_MAX } })).toBe(0);
  });
}

/** Final deliveries that are sent again on request. */
export function describeReplay({ add, claim, outbox }: Bench): void {
  test('a replay that waited for its lane does not overtake live alerts', async () => {
    await add(newDelivery('old', { alert: 'x' }));
    await outbox().settle([delivered((await claim())[0])]);
    const day = NOW + 86_400_000;
    await add(newDelivery('busy', { alert: 'x', createdAt: day }));
    const [busy] = await claim({ now: day });
    await outbox().replay('old', day);
    await add(newDelivery('live', { alert: 'y', createdAt: day + 10 }));
    const ended = delivered(busy);
    await outbox().settle([{ ...ended, result: { ...ended.result, startedAt: day + 1000 } }]);
    expect(ids(await claim({ now: day + 2000, limit: 1 }))).toEqual(['live']);
  });

  test('only a final delivery is replayed: same id, marked, attempts from 0', async () => {
    await add(newDelivery('d1'));
    expect(await outbox().replay('d1', NOW)).toBe(false);
    const [first] = await claim();
    expect(await outbox().replay('d1', NOW)).toBe(false);
    await outbox().settle([again(first, 'timeout', NOW)]);
    const [second] = await claim();
    await outbox().settle([exhausted(second)]);
    expect(await outbox().replay('d1', NOW + 10)).toBe(true);
    expect(await outbox().replay('d1', NOW + 10)).toBe(false);
    expect(await claim({ now: NOW + 9 })).toEqual([]);
    const [replayed] = await claim({ now: NOW + 10 });
    expect(replayed).toMatchObject({ deliveryId: 'd1', replay: true, judgedAttempts: 0 });
    await outbox().settle([delivered(replayed)]);
    expect(await outbox().replay('d1', NOW + 20)).toBe(true);
  });

  test('a replay goes out behind what waits in its lane', async () => {
    const lane = { endpoint: 'a', alert: 'x' };
    await add(newDelivery('old', lane));
    await outbox().settle([exhausted((await claim({ now: NOW + 1000 }))[0])]);
    await add(newDelivery('live1', lane), newDelivery('live2', lane));
    expect(await outbox().replay('old', NOW - 1000)).toBe(true);
    const order: string[] = [];
    const later = { now: NOW + 1000 };
    for (let [claimed] = await claim(later); claimed !== undefined; [claimed] = await claim(later)) {
      order.push(claimed.deliveryId);
      await outbox().settle([delivered(claimed)]);
    }
    expect(order).toEqual(['live1', 'live2', 'old']);
  });

  test('a replay that fails holds no live alert up, and waits for those that come meanwhile', async () => {
    const lane = { endpoint: 'a', alert: 'x' };
    await add(newDelivery('old', lane), newDelivery('older', lane));
    for (const _ of [1, 2]) await outbox().settle([exhausted((await claim())[0])]);
    await outbox().replay('old', NOW);
    await outbox().replay('older', NOW);
    const [replayed] = await claim();
    await add(newDelivery('live1', lane));
    const [live] = await claim();
    expect([replayed, live].map((each) => each?.deliveryId)).toEqual(['old', 'live1']);
    await outbox().settle([again(replayed, 'status', NOW + 1000), again(live, 'status', NOW + 5000)]);
    await add(newDelivery('live2', lane));
    expect(ids(await claim({ now: NOW + 2000 }))).toEqual([]);
    const order: string[] = [];
    for (let at = NOW + 5000; at < NOW + 10_000; at += 1000) {
      for (const claimed of await claim({ now: at })) {
        order.push(claimed.deliveryId);
        const ended = delivered(claimed);
        await outbox().settle([{ ...ended, result: { ...ended.result, startedAt: at } }]);
      }
    }
    expect(order).toEqual(['live1', 'live2', 'old', 'older']);
  });

  test('a replay is replayed again in the same place', async () => {
    await add(newDelivery('d1'));
    for (const attempts of [1, 2, 3]) {
      await outbox().settle([exhausted((await claim({ now: NOW + attempts }))[0])]);
      expect(await outbox().replay('d1', NOW + attempts + 1)).toBe(true);
    }
    expect(ids(await claim({ now: NOW + 4 }))).toEqual(['d1']);
  });

  test('exhausted ones that match are replayed, oldest first, so many ms apart, and no more than asked for', async () => {
    const at = (endpoint: string, alert: string, createdAt: number) => ({ endpoint, alert, createdAt });
    await add(
      newDelivery('late', at('a', 'x', NOW - 10)),
      newDelivery('early', at('a', 'y', NOW - 30)),
      newDelivery('elsewhere', at('b', 'z', NOW - 20)),
      newDelivery('well', at('a', 'w', NOW - 40)),
      newDelivery('ancient', at('a', 'v', NOW - 5000)),
    );
    for (const claimed of await claim())
      await outbox().settle([claimed.deliveryId === 'well' ? delivered(claimed) : exhausted(claimed)]);
    const query = { account: ACCOUNT, endpoints: ['http://a.example/hook'], since: NOW - 100, now: NOW, everyMs: 100 };
    expect(await outbox().replayExhausted({ ...query, ruleId: 'other', limit: 9 })).toEqual({
      replayed: 0,
      more: false,
    });
    expect(await outbox().replayExhausted({ ...query, limit: 1 })).toEqual({ replayed: 1, more: true });
    expect(await outbox().replayExhausted({ ...query, now: NOW + 100, limit: 2 })).toEqual({
      replayed: 1,
      more: false,
    });
    expect(await outbox().replayExhausted({ ...query, limit: 2 })).toEqual({ replayed: 0, more: false });
    expect(await outbox().status(NOW, [])).toMatchObject({ pending: 2 });
    const [early, ...others] = await claim({ now: NOW + 99 });
    expect([early, ...others].map((each) => [each?.deliveryId, each?.replay, each?.judgedAttempts])).toEqual([
      ['early', true, 0],
    ]);
    expect(ids(await claim({ now: NOW + 100 }))).toEqual(['late']);
    expect(await outbox().replayExhausted({ account: ACCOUNT, now: NOW, everyMs: 1000, limit: 9 })).toEqual({
      replayed: 2,
      more: false,
    });
    expect(ids(await claim({ now: NOW + 1000 }))).toEqual(['ancient', 'elsewhere']);
  });

  test('hastened, the next attempt is due now, and it is that attempt, not one more', async () => {
    await add(newDelivery('d1', { alert: 'x' }), newDelivery('d2', { alert: 'x' }));
    expect(await outbox().hasten('d1', NOW)).toBe(false);
    const [first] = await claim();
    expect(await outbox().hasten('d1', NOW)).toBe(false);
    await outbox().settle([again(first, 'status', NOW + 25_000)]);
    expect(await outbox().hasten('d2', NOW)).toBe(false);
    expect(await outbox().hasten('d1', NOW + 10)).toBe(true);
    expect(await outbox().hasten('d1', NOW + 10)).toBe(false);
    const [second] = await claim({ now: NOW + 10 });
    expect(second).toMatchObject({ deliveryId: 'd1', judgedAttempts: 1, replay: false });
    await outbox().settle([delivered(second)]);
    expect(ids(await claim({ now: NOW + 60_000 }))).toEqual(['d2']);
    expect(await outbox().hasten('d1', NOW)).toBe(false);
    expect(await outbox().hasten('nobody', NOW)).toBe(false);
  });

  test('an unknown delivery is not replayed', async () => {
    expect(await outbox().replay('nobody', NOW)).toBe(false);
  });
}
