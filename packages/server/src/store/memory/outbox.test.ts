import { describeOutboxContract } from '../../ports/outbox.contract.ts';
import { MemoryOutbox } from './outbox.ts';

describeOutboxContract('memory', async () => {
  const outbox = new MemoryOutbox();
  return { outbox, add: async (deliveries) => outbox.add(deliveries), close: async () => undefined };
});
