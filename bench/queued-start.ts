import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCountingReceiver } from './counting-receiver.ts';
import { startCloudbell } from './process.ts';
import { seedDeliveries } from './seeded-store.ts';

/** s that it delivers before its memory is looked at. */
const AFTER_S = 10;

/** A start with so many deliveries queued for 1,000 endpoints: s to the first request at a receiver, and MB resident a little later. */
export async function startWithQueue(queued: number): Promise<Readonly<Record<string, number>>> {
  const folder = mkdtempSync(join(tmpdir(), 'cloudbell-bench-'));
  const receiver = await openCountingReceiver();
  try {
    await (await startCloudbell(folder)).stop();
    seedDeliveries(folder, { pending: queued, settled: 0, endpoints: 1000, url: receiver.url });
    const arrived = receiver.expect(1);
    const startedAt = performance.now();
    const starting = startCloudbell(folder);
    await arrived;
    const seconds = (performance.now() - startedAt) / 1000;
    const cloudbell = await starting;
    await new Promise((resolve) => setTimeout(resolve, AFTER_S * 1000));
    const megabytes = cloudbell.residentBytes() / 1_000_000;
    await cloudbell.stop();
    return { 'to the first, s': seconds, MB: megabytes };
  } finally {
    await receiver.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
