import { Agent, request } from 'undici';
import { startPrometheus } from './ingest.ts';
import { AUTHORIZATION, type Peer, startCloudbell } from './process.ts';
import { encodeLabels, encodeWriteRequest } from './remote-write.ts';

/**
 * Samples per second that were acknowledged, i.e. are durable: `series` series, one sample each per round, batches of
 * 5,000 over 2 connections, one rule over every series. The senders' bodies are made before the clock starts.
 * The protocols differ: Cloudbell gets JSON here, Prometheus protobuf. `ingest` has the same bytes for both.
 */
const BATCH = 5000;
const CONNECTIONS = 2;

export interface SampleLoad {
  readonly series: number;
  readonly rounds: number;
}

export async function cloudbellSamples(load: SampleLoad): Promise<number> {
  const cloudbell = await startCloudbell();
  try {
    const rule = {
      ruleName: 'bench',
      namespace: 'bench',
      metricName: 'm',
      period: 60,
      escalations: {
        warn: { statistics: 'Average', comparisonOperator: 'GreaterThanThreshold', threshold: 95, times: 1 },
      },
    };
    await fetch(`${cloudbell.url}/api/v1/rules/bench`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', authorization: AUTHORIZATION },
      body: JSON.stringify(rule),
    });
    // Ahead of the clock: the load must fold in open windows, not exercise the late path.
    const start = Date.now() + 60_000;
    const bodies = inBatches(load, (from, count, round) =>
      Buffer.from(
        JSON.stringify(
          Array.from({ length: count }, (_, i) => ({
            namespace: 'bench',
            metricName: 'm',
            dimensions: { instanceId: `i-${from + i}` },
            timestamp: start + round,
            value: (from + i) % 90,
          })),
        ),
      ),
    );
    return await sendAll(
      cloudbell,
      '/api/v1/samples',
      bodies,
      { 'content-type': 'application/json', authorization: AUTHORIZATION },
      load,
    );
  } finally {
    await cloudbell.stop();
  }
}

const WRITE_HEADERS = {
  'content-type': 'application/x-protobuf',
  'content-encoding': 'snappy',
  'x-prometheus-remote-write-version': '0.1.0',
};

export async function prometheusSamples(load: SampleLoad): Promise<number> {
  const prometheus = await startPrometheus('m');
  try {
    const labels = Array.from({ length: load.series }, (_, i) => encodeLabels({ __name__: 'm', instanceId: `i-${i}` }));
    const start = Date.now();
    const bodies = inBatches(load, (from, count, round) =>
      encodeWriteRequest(labels.slice(from, from + count), (i) => (from + i) % 90, start + round),
    );
    return await sendAll(prometheus, '/api/v1/write', bodies, WRITE_HEADERS, load);
  } finally {
    await prometheus.stop();
  }
}

function inBatches(load: SampleLoad, make: (from: number, count: number, round: number) => Buffer): Buffer[] {
  const bodies: Buffer[] = [];
  for (let round = 0; round < load.rounds; round++) {
    for (let from = 0; from < load.series; from += BATCH)
      bodies.push(make(from, Math.min(BATCH, load.series - from), round));
  }
  return bodies;
}

async function sendAll(
  peer: Peer,
  path: string,
  bodies: readonly Buffer[],
  headers: Record<string, string>,
  load: SampleLoad,
): Promise<number> {
  const agent = new Agent({ connections: CONNECTIONS, pipelining: 1 });
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
      const answer = await request(`${peer.url}${path}`, { method: 'POST', headers, body, dispatcher: agent });
      const text = await answer.body.text();
      if (answer.statusCode >= 300) throw new Error(`${path}: ${answer.statusCode} ${text.slice(0, 300)}`);
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  const seconds = (performance.now() - started) / 1000;
  await agent.close();
  return (load.series * load.rounds) / seconds;
}
