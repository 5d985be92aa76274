/**
 * `node bench/sender.ts URL SERIES ROUNDS`: a sender of remote write in a process of its own. Batches of 5,000 series
 * over 2 connections, each stamped when it is sent, so that it is folded in an open window. Round 0 brings every series
 * for the first time. Prints a line of JSON, `{"samplesPerSecond":…}`, after round 0 and after the others.
 */
import { Agent, request } from 'undici';
import { AUTHORIZATION } from './process.ts';
import { nodeExporterLabels, StampedBatch } from './stamped-batch.ts';

const BATCH = 5_000;
const CONNECTIONS = 2;
const HEADERS = {
  'content-type': 'application/x-protobuf',
  'content-encoding': 'snappy',
  'x-prometheus-remote-write-version': '0.1.0',
  authorization: AUTHORIZATION,
};

const [url = '', series = '0', rounds = '0'] = process.argv.slice(2);
const labels = nodeExporterLabels(Number(series));
const batches = Array.from({ length: Math.ceil(labels.length / BATCH) }, (_, part) => {
  const own = labels.slice(part * BATCH, (part + 1) * BATCH);
  return new StampedBatch(own, (i) => (((part * BATCH + i) * 7919) % 9_000) / 100);
});
const agent = new Agent({ connections: CONNECTIONS, pipelining: 1 });
await report(1);
await report(Number(rounds));
await agent.close();

async function report(times: number): Promise<void> {
  const started = performance.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < times * batches.length; at = next++) await send(batches[at % batches.length]);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  const seconds = (performance.now() - started) / 1000;
  console.log(JSON.stringify({ samplesPerSecond: (labels.length * times) / seconds }));
}

async function send(batch: StampedBatch | undefined): Promise<void> {
  if (batch === undefined) return;
  const answer = await request(url, {
    method: 'POST',
    headers: HEADERS,
    body: batch.at(Date.now()),
    dispatcher: agent,
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`${url}: ${answer.statusCode} ${text.slice(0, 300)}`);
}
