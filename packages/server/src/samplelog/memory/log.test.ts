import { describeSampleLogContract } from '../../ports/sample-log.contract.ts';
import { createMemorySampleLog } from './log.ts';

describeSampleLogContract('memory', async () => {
  const log = createMemorySampleLog();
  return { log, reopen: async () => log };
});
