import { expect, test } from 'vitest';
import { again, type Bench, delivered, exhausted, ids, NOW, newDelivery } from './outbox-bench.contract.ts';

/** Several deliveries of one endpoint in one attempt: what channels that merge are sent (ports/outbox.ts). */
export function describeClaimTogether({ add, claim, claimTogether, outbox }: Bench): void {
  const x = { endpoint: 'a', alert: 'x' };
  const y = { endpoint: 'a', alert: 'y' };

  test('together: the due heads of one endpoint and what waits behind them, in order, in one attempt', async () => {
    await add(
      newDelivery('x1', x),
      newDelivery('other', { endpoint: 'b' }),
      newDelivery('y1', y),
      newDelivery('x2', x),
      newDelivery('later', { endpoint: 'a', createdAt: NOW + 1 }),
    );
    const claimed = await claimTogether();
    expect(ids(claimed)).toEqual(['x1', 'y1', 'x2']);
    expect(new Set(claimed.map((each) => each.attemptId)).size).toBe(1);
    expect(await outbox().status(NOW, [])).toMatchObject({ pending: 2, sending: 3 });
    expect(ids(await claimTogether())).toEqual([]);
    const [other] = await claim();
    expect(other?.deliveryId).toBe('other');
    expect(other?.attemptId).not.toBe(claimed[0]?.attemptId);
  });

  test('together: heads come before what waits behind them when the limit is short', async () => {
    await add(newDelivery('x1', x), newDelivery('x2', x), newDelivery('x3', x), newDelivery('y1', y));
    expect(ids(await claimTogether({ limit: 0 }))).toEqual([]);
    const claimed = await claimTogether({ limit: 3 });
    expect(ids(claimed)).toEqual(['x1', 'x2', 'y1']);
    await outbox().settle(claimed.map(delivered));
    expect(ids(await claimTogether())).toEqual(['x3']);
  });

  test('together: a lane of which something is being sent is left alone', async () => {
    await add(newDelivery('x1', x), newDelivery('x2', x), newDelivery('y1', y));
    const [first] = await claim({ limit: 1 });
    expect(first?.deliveryId).toBe('x1');
    expect(ids(await claimTogether())).toEqual(['y1']);
  });

  test('together: all delivered, each with the attempt in its ledger, and the lane goes on', async () => {
    await add(newDelivery('x1', x), newDelivery('x2', x));
    await outbox().settle((await claimTogether()).map(delivered));
    expect(await outbox().status(NOW, [])).toMatchObject({ pending: 0, sending: 0 });
    await add(newDelivery('x3', x));
    expect(ids(await claim())).toEqual(['x3']);
  });

  test('together: after a failure the lane is in order again, and only its head has a time', async () => {
    await add(newDelivery('x1', x), newDelivery('x2', x), newDelivery('y1', y));
    const claimed = await claimTogether();
    await outbox().settle(claimed.map((each) => again(each, 'status', NOW + 1000)));
    expect(ids(await claim({ now: NOW + 999 }))).toEqual([]);
    const retried = await claim({ now: NOW + 1000 });
    expect(retried.map((each) => [each.deliveryId, each.judgedAttempts])).toEqual([
      ['x1', 1],
      ['y1', 1],
    ]);
    await outbox().settle([delivered(retried[0])]);
    expect((await claim({ now: NOW + 1000 })).map((each) => [each.deliveryId, each.judgedAttempts])).toEqual([
      ['x2', 1],
    ]);
  });

  test('together: when the first of a lane is exhausted, the next keeps the time of its own retry', async () => {
    await add(newDelivery('x1', x));
    const [alone] = await claim();
    await outbox().settle([again(alone, 'timeout', NOW)]);
    await add(newDelivery('x2', x));
    const [first, second] = await claimTogether();
    await outbox().settle([exhausted(first), again(second, 'timeout', NOW + 5000)]);
    expect(ids(await claim({ now: NOW + 4999 }))).toEqual([]);
    expect(ids(await claim({ now: NOW + 5000 }))).toEqual(['x2']);
  });

  test('together: a crash gives all of them back, in order and not counted', async () => {
    await add(newDelivery('x1', x), newDelivery('x2', x), newDelivery('y1', y));
    await claimTogether();
    expect(await outbox().recover(NOW + 10, { channels: {} })).toBe(3);
    expect(ids(await claim({ now: NOW + 10 }))).toEqual(['x1', 'y1']);
    await outbox().recover(NOW + 20, { channels: {} });
    expect((await claimTogether({ now: NOW + 20 })).map((each) => [each.deliveryId, each.judgedAttempts])).toEqual([
      ['x1', 0],
      ['x2', 0],
      ['y1', 0],
    ]);
  });

  test('together: settling twice changes nothing', async () => {
    await add(newDelivery('x1', x), newDelivery('x2', x));
    const claimed = await claimTogether();
    const settlements = claimed.map((each) => again(each, 'status', NOW));
    await outbox().settle(settlements);
    const retried = await claimTogether();
    await outbox().settle(settlements);
    await outbox().settle(retried.map(delivered));
    expect(retried.map((each) => each.judgedAttempts)).toEqual([1, 1]);
    expect(await outbox().status(NOW, [])).toMatchObject({ pending: 0, sending: 0 });
  });
}
