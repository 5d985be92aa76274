import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';
import { putRule } from './ingest.ts';
import { AUTHORIZATION, type Peer, startCloudbell } from './process.ts';
import { nodeExporterLabels, StampedBatch } from './stamped-batch.ts';
import type { Figures } from './table.ts';

/**
 * ms from the close of a window, its end + grace, to the callback's arrival: 100,000 series of one rule, of which every
 * hundredth changes its level in each window, so that each window causes 1,000 callbacks. Includes what the log waits
 * for, the fold, the commit, the claim and the way to a receiver on the same cores.
 */
const SERIES = 100_000;
const CHANGING = SERIES / 100;
const WINDOWS = 6;
const PERIOD_S = 10;
const GRACE_S = 1;
const BATCH = 5_000;

export async function windowCloseToCallback(): Promise<Figures> {
  const delays = new Map<number, number[]>();
  const receiver = createServer((incoming, response) => {
    void read(incoming).then((body) => {
      response.end();
      const end = Number(new URLSearchParams(body).get('timestamp')) * 1000;
      delays.set(end, [...(delays.get(end) ?? []), Date.now() - end - GRACE_S * 1000]);
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const cloudbell = await startCloudbell();
  try {
    const webhook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    await putRule(cloudbell, { period: PERIOD_S, grace: GRACE_S, threshold: 95, webhook });
    await sendWindows(cloudbell, () => [...delays.values()].filter((one) => one.length === CHANGING).length);
    // The first that fire wait for all alerts to begin, and find the endpoint's cap at its least.
    const settled = [...delays].sort(([a], [b]) => a - b).slice(1, WINDOWS + 1);
    const sorted = settled.flatMap(([, one]) => one).sort((a, b) => a - b);
    const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
    return { 'p50, ms': at(0.5), 'p99, ms': at(0.99), 'most, ms': at(1) };
  } finally {
    await cloudbell.stop();
    receiver.close();
    receiver.closeAllConnections();
  }
}

/** A round of samples in each window, calm and firing by turns, until enough windows have told all they had to tell. */
async function sendWindows(cloudbell: Peer, told: () => number): Promise<void> {
  const agent = new Agent({ connections: 2 });
  const labels = nodeExporterLabels(SERIES);
  const rounds = [false, true].map((fires) =>
    Array.from({ length: SERIES / BATCH }, (_, part) => {
      const value = (i: number): number => (fires && (part * BATCH + i) % (SERIES / CHANGING) === 0 ? 99 : i % 90);
      return new StampedBatch(labels.slice(part * BATCH, (part + 1) * BATCH), value);
    }),
  );
  const url = `${cloudbell.url}/prometheus/api/v1/write`;
  const headers = { 'content-encoding': 'snappy', authorization: AUTHORIZATION };
  for (let round = 0; told() <= WINDOWS; round++) {
    const start = (Math.floor(Date.now() / 1000 / PERIOD_S) + 1) * PERIOD_S * 1000;
    await new Promise((resolve) => setTimeout(resolve, start - Date.now()));
    // All in the window's first ms, however long sending takes: a round must not lie across two windows.
    for (const batch of rounds[round % 2] ?? []) {
      const answer = await request(url, { method: 'POST', headers, body: batch.at(start), dispatcher: agent });
      await answer.body.dump();
      if (answer.statusCode >= 300) throw new Error(`${url}: ${answer.statusCode}`);
    }
    // 100,000 alerts have begun in the first window, which is a matter of its own: what follows waits for their commit.
    while (round === 1 && told() === 0) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await agent.close();
}

async function read(incoming: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of incoming) body += chunk;
  return body;
}
