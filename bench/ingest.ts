import { AUTHORIZATION, type Peer, startCloudbell } from './process.ts';
import { encodeLabels, encodeWriteRequest } from './remote-write.ts';
import { inBatches, type SampleLoad, sendAll, startPrometheus, WRITE_HEADERS } from './samples.ts';

/**
 * Remote write, the same bytes to Cloudbell and to Prometheus' own receiver: series as a node exporter has them, some
 * 170 bytes of labels each, compressed as a sender does it, batches of 5,000 over 2 connections. `cold`: the first
 * round, in which every series is new. `warm`: the rounds after it. Cloudbell answers when a sample is durable, and
 * folds it: one rule over every series, in windows that are open.
 */
const METRIC = 'node_cpu_seconds';
let made: { readonly load: SampleLoad; readonly cold: Buffer[]; readonly warm: Buffer[] } | null = null;

function bodiesOf(load: SampleLoad): { readonly cold: Buffer[]; readonly warm: Buffer[] } {
  if (made?.load === load) return made;
  const labels = Array.from({ length: load.series }, (_, i) =>
    encodeLabels({
      ...{ __name__: METRIC, cluster: 'production-a', cpu: String(i % 64), datacenter: 'eu-central-1', job: 'node' },
      ...{ instance: `10.0.${i >> 8}.${i & 255}:9100`, mode: ['idle', 'user', 'system', 'iowait'][i % 4] ?? '' },
    }),
  );
  // A minute that is still ahead when the last round comes: its windows are open.
  const start = (Math.floor(Date.now() / 60_000) + 4) * 60_000;
  const all = inBatches(load, (from, count, round) =>
    encodeWriteRequest(
      labels.slice(from, from + count),
      (i) => (((from + i) * 7919 + round * 104_729) % 9_000) / 100,
      start + round * 1_000,
    ),
  );
  const perRound = all.length / load.rounds;
  made = { load, cold: all.slice(0, perRound), warm: all.slice(perRound) };
  return made;
}

export type Temper = 'cold' | 'warm';

export async function cloudbellRemoteWrite(load: SampleLoad, temper: Temper): Promise<number> {
  const cloudbell = await startCloudbell();
  await fetch(`${cloudbell.url}/api/v1/rules/bench`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', authorization: AUTHORIZATION },
    body: JSON.stringify({
      ruleName: 'bench',
      namespace: 'prometheus',
      metricName: METRIC,
      period: 60,
      escalations: {
        warn: { statistics: 'Average', comparisonOperator: 'GreaterThanThreshold', threshold: 95, times: 1 },
      },
    }),
  });
  return measured(cloudbell, '/prometheus/api/v1/write', { load, temper });
}

export async function prometheusRemoteWrite(load: SampleLoad, temper: Temper): Promise<number> {
  return measured(await startPrometheus(METRIC), '/api/v1/write', { load, temper });
}

async function measured(
  peer: Peer,
  path: string,
  { load, temper }: { readonly load: SampleLoad; readonly temper: Temper },
): Promise<number> {
  const { cold, warm } = bodiesOf(load);
  const headers = { ...WRITE_HEADERS, authorization: AUTHORIZATION };
  try {
    const first = await sendAll(peer, path, cold, headers, { ...load, rounds: 1 });
    if (temper === 'cold') return first;
    return await sendAll(peer, path, warm, headers, { ...load, rounds: load.rounds - 1 });
  } finally {
    await peer.stop();
  }
}
