/**
 * Goal: what was acknowledged is folded, each sample once, whatever moment the process dies at. Method: remote write at
 * 200,000 samples/s, kill -9 at random moments, start again on the same folder; in the end read the fold itself. Every
 * sample has a timestamp of its own within its series, and one window holds them all, so it can be asked for each.
 * `CLOUDBELL_CRASHES` sets the number of kills (default 2; test:long runs 20).
 */
import { join } from 'node:path';
import { loadFold } from '@cloudbell/core/alert/checkpoint.ts';
import { type FoldState, foldCounters } from '@cloudbell/core/alert/fold.ts';
import { firstPair, LINK_WORDS, SLOT } from '@cloudbell/core/alert/pair-table.ts';
import { earlierSlot, samplesIn } from '@cloudbell/core/alert/window-pool.ts';
import { expect, test } from 'vitest';
import { encodeLabels } from '../../bench/remote-write.ts';
import { StampedBatch } from '../../bench/stamped-batch.ts';
import { sha256Hex } from '../../packages/server/src/base/digest.ts';
import { openSqliteSampleLog } from '../../packages/server/src/samplelog/sqlite/log.ts';
import { ACCESS_KEY_ID, ACCESS_KEY_SECRET, CloudbellProcess, pause } from './cloudbell-process.ts';

const KILLS = Number(process.env.CLOUDBELL_CRASHES ?? 2);
const SERIES = 2_000;
const RATE = 200_000;
const BATCHES_IN_FLIGHT = 16;

test(`kill -9 ${KILLS} times under load: what was acknowledged is folded, once`, {
  timeout: 60_000 + KILLS * 60_000,
}, async () => {
  let cloudbell = await CloudbellProcess.start();
  const { dataDir } = cloudbell;
  const start = Date.now();
  await cloudbell.call('PUT', '/api/v1/rules/r1', {
    ruleName: 'all',
    namespace: 'prometheus',
    metricName: 'm',
    period: longPeriod(start),
    escalations: {
      warn: { statistics: 'SampleCount', comparisonOperator: 'LessThanThreshold', threshold: 0, times: 1 },
    },
  });
  const load = new Load(start);
  for (let kill = 0; kill < KILLS; kill++) {
    const sending = load.send(() => cloudbell.url);
    // Not after a time: on a slow machine nothing may have happened by then.
    await load.until(load.acknowledged.size + 3 + Math.floor(Math.random() * 60));
    await pause(Math.random() * 50);
    await cloudbell.end('SIGKILL');
    load.stop();
    await sending;
    cloudbell = await CloudbellProcess.start({ dataDir });
  }
  expect(await cloudbell.end('SIGTERM'), cloudbell.output).toBe(0);

  const fold = await savedFold(dataDir);
  console.log(
    `${load.acknowledged.size * SERIES} samples acknowledged, ${load.unknown.size * SERIES} cut off, ${load.refused} batches refused, ` +
      `${Math.round((load.acknowledged.size * SERIES) / load.seconds)} samples/s`,
  );
  expect(load.acknowledged.size).toBeGreaterThanOrEqual(3 * KILLS);
  expect(foldCounters(fold)).toMatchObject({ series: SERIES, pairs: SERIES, lateSamples: 0, duplicateSamples: 0 });
  for (let id = 0; id < SERIES; id++) {
    const folded = timestampsOf(fold, id);
    const once = new Set(folded);
    expect(once.size).toBe(folded.length);
    expect(
      [...load.acknowledged].filter((at) => !once.has(at)),
      `series ${id}`,
    ).toEqual([]);
    expect(
      folded.filter((at) => !load.acknowledged.has(at) && !load.unknown.has(at)),
      `series ${id}`,
    ).toEqual([]);
  }
});

/** s; a window of it that is open now stays so for hours. */
function longPeriod(now: number): number {
  for (let period = 86_400; ; period -= 3_600) if (now % (period * 1000) < period * 500) return period;
}

/** Batches of one sample of every series, each with a timestamp that no other has. */
class Load {
  readonly acknowledged = new Set<number>();
  /** Sent, and never answered: durable or not. */
  readonly unknown = new Set<number>();
  refused = 0;
  seconds = 0;
  readonly #batch: StampedBatch;
  #next: number;
  #stopped = false;

  constructor(start: number) {
    this.#next = start;
    const labels = Array.from({ length: SERIES }, (_, i) => encodeLabels({ __name__: 'm', instance: `i-${i}` }));
    this.#batch = new StampedBatch(labels, (i) => i % 90);
  }

  stop(): void {
    this.#stopped = true;
  }

  async until(acknowledged: number): Promise<void> {
    while (this.acknowledged.size < acknowledged) await pause(1);
  }

  async send(url: () => string): Promise<void> {
    this.#stopped = false;
    const started = performance.now();
    const inFlight = new Set<Promise<void>>();
    for (let sent = 0; !this.#stopped; sent++) {
      const due = started + (sent * SERIES * 1000) / RATE;
      if (due > performance.now()) await pause(due - performance.now());
      if (inFlight.size >= BATCHES_IN_FLIGHT) await Promise.race(inFlight);
      const batch = this.#sendOne(url()).finally(() => inFlight.delete(batch));
      inFlight.add(batch);
    }
    this.seconds += (performance.now() - started) / 1000;
    await Promise.all(inFlight);
  }

  async #sendOne(url: string): Promise<void> {
    const at = this.#next++;
    this.unknown.add(at);
    const answer = await fetch(`${url}/prometheus/api/v1/write`, {
      method: 'POST',
      body: this.#batch.at(at),
      headers: {
        authorization: `Basic ${Buffer.from(`${ACCESS_KEY_ID}:${ACCESS_KEY_SECRET}`).toString('base64')}`,
        'content-type': 'application/x-protobuf',
        'content-encoding': 'snappy',
        'x-prometheus-remote-write-version': '0.1.0',
      },
    }).catch(() => null);
    if (answer === null) return;
    await answer.arrayBuffer().catch(() => undefined);
    // 503 while the log is behind: not taken, and the sender would come again.
    if (answer.status === 204 || answer.status === 200) {
      this.acknowledged.add(at);
      this.unknown.delete(at);
    } else {
      expect(answer.status).toBe(503);
      this.refused++;
      await pause(100);
    }
  }
}

/** After a clean stop the checkpoint is the fold. */
async function savedFold(dataDir: string): Promise<FoldState> {
  const log = openSqliteSampleLog({ path: join(dataDir, 'log.db') });
  const checkpoint = await log.loadCheckpoint(0);
  if (checkpoint === null) throw new Error('there is no checkpoint');
  const fold = loadFold({ partition: 0, digest: sha256Hex }, checkpoint);
  expect(await log.read(0, checkpoint.position, 1), 'a clean stop leaves nothing to replay').toEqual([]);
  await log.close();
  return fold;
}

function timestampsOf(fold: FoldState, seriesId: number): number[] {
  const pair = firstPair(fold.pairs, seriesId);
  const timestamps: number[] = [];
  for (let slot = fold.pairs.links.words[pair * LINK_WORDS + SLOT]!; slot !== -1; slot = earlierSlot(fold.pool, slot)) {
    timestamps.push(...samplesIn(fold.pool, slot).map(({ at }) => at));
  }
  return timestamps;
}
