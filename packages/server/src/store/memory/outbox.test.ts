import { expect, test } from 'vitest';
import { describeOutboxContract, newDelivery } from '../../ports/outbox.contract.ts';
import { MemoryOutbox } from './outbox.ts';

describeOutboxContract('memory', async () => {
  const outbox = new MemoryOutbox();
  return { outbox, add: async (deliveries) => outbox.add(deliveries), close: async () => undefined };
});

test('a replay goes out behind what waits in its lane', async () => {
  const outbox = new MemoryOutbox();
  const lane = { endpoint: 'a', alert: 'x', createdAt: 0 };
  const next = async (): Promise<string | undefined> => {
    const [claimed] = await outbox.claim({ now: 10, limit: 1, room: {}, defaultRoom: 4 });
    if (claimed === undefined) return undefined;
    const result = {
      outcome: 'accepted',
      startedAt: 10,
      durationMs: 1,
      status: 204,
      error: null,
      answer: null,
      retryAfterMs: null,
    } as const;
    await outbox.settle([
      { deliveryId: claimed.deliveryId, attemptId: claimed.attemptId, result, state: 'delivered', nextAttemptAt: null },
    ]);
    return claimed.deliveryId;
  };
  outbox.add([newDelivery('old', lane)]);
  expect(await next()).toBe('old');
  outbox.add([newDelivery('live1', lane), newDelivery('live2', lane)]);
  expect(await outbox.replay('old', 5)).toBe(true);
  expect([await next(), await next(), await next(), await next()]).toEqual(['live1', 'live2', 'old', undefined]);
});
