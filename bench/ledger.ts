import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Endpoint, percentile, streamAlerts } from './alert-stream.ts';
import { type Peer, send, startCloudbell } from './process.ts';
import { seedDeliveries } from './seeded-store.ts';

const DELIVERIES = 1_000_000;
const DAY = 86_400_000;
const SPAN_MS = 10 * DAY;
const ENDPOINTS = 1000;

/** Searches of a ledger with 2,000,000 attempts over the API: the p95 of each kind, the slowest kind's; ms. */
export async function ledgerSearch(): Promise<Readonly<Record<string, number>>> {
  return withLedger([], async (cloudbell) => {
    const since = Date.now() - 3 * DAY;
    const kinds: ((n: number) => string)[] = [
      (n) => `ruleId=r${n % 200}`,
      (n) => `alertId=alert-${n * 97}`,
      (n) => `endpoint=${encodeURIComponent(`http://127.0.0.1:9/${n % ENDPOINTS}`)}`,
      (n) => `status=exhausted&since=${since + n}`,
      (n) => `status=delivered&ruleId=r${n % 200}`,
      (n) => `status=exhausted&ruleId=r${n % 200}`,
      (n) => `status=exhausted&endpoint=${encodeURIComponent(`http://127.0.0.1:9/${n % ENDPOINTS}`)}`,
      (n) => `since=${since + n * 1000}`,
      () => 'status=pending',
    ];
    const slowest: number[] = [];
    for (const kind of kinds) {
      const took: number[] = [];
      for (let n = 0; n < 100; n++) {
        const startedAt = performance.now();
        await send(cloudbell, 'GET', `/api/v1/deliveries?limit=50&${kind(n)}`);
        took.push(performance.now() - startedAt);
      }
      slowest.push(
        percentile(
          took.sort((a, b) => a - b),
          0.95,
        ),
      );
    }
    return { 'p95, ms': Math.max(...slowest) };
  });
}

/** The latency of 200 deliveries/s beside such a ledger, with nothing to forget, or with all of it past its retention. */
export async function latencyBesideLedger(forgetting: boolean): Promise<Readonly<Record<string, number>>> {
  const retention = forgetting ? '1d' : '100d';
  return withLedger(['--ledger-retention', retention], async (cloudbell) => {
    const endpoints = Array.from({ length: 20 }, (): Endpoint => ({ perSecond: 10, behaviour: 'answers' }));
    const { latencies, missing } = await streamAlerts(cloudbell, endpoints, 20);
    if (missing > 0) throw new Error(`${missing} notifications did not arrive`);
    return { 'p50, ms': percentile(latencies, 0.5), 'p99, ms': percentile(latencies, 0.99) };
  });
}

async function withLedger<T>(options: readonly string[], run: (cloudbell: Peer) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'cloudbell-bench-'));
  try {
    await (await startCloudbell(folder)).stop();
    const seed = { pending: 0, settled: DELIVERIES, endpoints: ENDPOINTS, url: 'http://127.0.0.1:9/' };
    seedDeliveries(folder, { ...seed, spanMs: SPAN_MS });
    const cloudbell = await startCloudbell(folder, options);
    try {
      return await run(cloudbell);
    } finally {
      await cloudbell.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
