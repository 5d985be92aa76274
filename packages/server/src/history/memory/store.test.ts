import { describeHistoryStoreContract } from '../../ports/history-store.contract.ts';
import { createMemoryHistoryStore, newMemoryHistory } from './store.ts';

describeHistoryStoreContract('memory', async () => {
  const durable = newMemoryHistory();
  return { store: createMemoryHistoryStore(durable), crash: async () => createMemoryHistoryStore(durable) };
});
