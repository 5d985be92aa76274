import { type Endpoint, percentile, streamAlerts } from './alert-stream.ts';
import { startCloudbell } from './process.ts';

const SECONDS = 15;
const ENDPOINTS = 20;

/** From when a notification is due to its 2xx, at a steady rate to 20 endpoints, in ms; and of durable accepts. */
export async function deliveryLatency(perSecond: number): Promise<Readonly<Record<string, number>>> {
  return streamed(
    Array.from({ length: ENDPOINTS }, () => ({ perSecond: perSecond / ENDPOINTS, behaviour: 'answers' })),
  );
}

/** 80 endpoints that answer, 500/s in all, beside 10 that hang and 10 that drip with 20/s each: the same of the 80, and their retries. */
export async function isolatedLatency(): Promise<Readonly<Record<string, number>>> {
  const healthy = Array.from(
    { length: 80 },
    (_, at): Endpoint => ({ perSecond: at < 20 ? 7 : 6, behaviour: 'answers' }),
  );
  const ill = (['hangs', 'drips'] as const).flatMap((behaviour) =>
    Array.from({ length: 10 }, (): Endpoint => ({ perSecond: 20, behaviour })),
  );
  return streamed([...healthy, ...ill]);
}

async function streamed(endpoints: readonly Endpoint[]): Promise<Readonly<Record<string, number>>> {
  const cloudbell = await startCloudbell();
  try {
    const { latencies, accepts, retries, missing } = await streamAlerts(cloudbell, endpoints, SECONDS);
    if (missing > 0) throw new Error(`${missing} notifications did not arrive`);
    return {
      'p50, ms': percentile(latencies, 0.5),
      'p99, ms': percentile(latencies, 0.99),
      'accept p99, ms': percentile(accepts, 0.99),
      retries,
    };
  } finally {
    await cloudbell.stop();
  }
}
