import { expect, test } from 'vitest';
import type { CommitRequest, CommitStore } from '../ports/commit-store.ts';
import { createMemorySampleLog } from '../samplelog/memory/log.ts';
import { createDeployment, type Deployment, ruleRecord, START, samplesOf, seriesOf } from './simulated-deployment.ts';

// How the fold's decisions reach the store, from the outside: through an evaluator on simulated time.

/** An evaluator with the rule and so many series, each of which breaches in every window that it is fed. */
async function breaching(series: number, over: Parameters<Deployment['start']>[0] = {}) {
  const deployment = createDeployment(createMemorySampleLog());
  const evaluator = await deployment.start(over);
  await evaluator.appendRecords([ruleRecord({ silenceTime: 1 })]);
  const ids = Array.from({ length: series }, (_, id) => id);
  await evaluator.appendSamples(0, { series: ids.map((id) => seriesOf(id)), samples: samplesOf() });
  const feed = (ms: number): Promise<void> =>
    evaluator.appendSamples(0, { series: [], samples: samplesOf(...ids.map((id) => [id, START + ms, 99] as const)) });
  return { ...deployment, evaluator, feed };
}

/** Holds each commit until it is let go. */
function held(store: CommitStore) {
  const waiting: { request: CommitRequest; go: () => void }[] = [];
  const commit: CommitStore['commit'] = async (request) => {
    await new Promise<void>((go) => waiting.push({ request, go }));
    return store.commit(request);
  };
  return { waiting, commits: { ...store, commit } };
}

test('one commit is in flight; what arises meanwhile goes into the next, in one', async () => {
  const deployment = createDeployment(createMemorySampleLog());
  const { waiting, commits } = held(deployment.commits);
  const evaluator = await deployment.start({ commits });
  await evaluator.appendRecords([ruleRecord({ silenceTime: 1 })]);
  const feed = (ms: number, define = false): Promise<void> =>
    evaluator.appendSamples(0, { series: define ? [seriesOf(0)] : [], samples: samplesOf([0, START + ms, 99]) });
  await feed(0, true);
  for (let s = 1; s <= 5; s++) {
    await deployment.clock.advance(1_000);
    await feed(s * 1_000);
  }
  await deployment.clock.advance(0);
  expect(waiting.map(({ request }) => request.effects.length)).toEqual([1]);
  waiting[0]?.go();
  await deployment.clock.advance(0);
  expect(waiting.map(({ request }) => request.effects.length)).toEqual([1, 3]);
  expect(waiting[1]?.request.from).toBe(waiting[0]?.request.to);
});

test('the status tells how long the last commit took', async () => {
  const deployment = createDeployment(createMemorySampleLog());
  const { waiting, commits } = held(deployment.commits);
  const evaluator = await deployment.start({ commits });
  await evaluator.appendRecords([ruleRecord()]);
  await evaluator.appendSamples(0, { series: [seriesOf(0)], samples: samplesOf([0, START, 99]) });
  expect((await evaluator.status()).commitMs).toBe(0);
  await deployment.clock.advance(1_500);
  await deployment.clock.advance(300);
  waiting[0]?.go();
  await deployment.clock.advance(200);
  expect((await evaluator.status()).commitMs).toBe(300);
});

test('a commit takes whole entries, up to its limit', async () => {
  const deployment = await breaching(3, { limits: { commitEffectsMax: 4 } });
  deployment.commits.failing = true;
  for (let s = 0; s < 5; s++) {
    await deployment.feed(s * 1_000);
    await deployment.clock.advance(1_000);
  }
  deployment.commits.requests.length = 0;
  deployment.commits.failing = false;
  await deployment.clock.advance(10_000);
  expect(deployment.commits.requests.map(({ effects }) => effects.length)).toEqual([3, 3, 3, 3, 3]);
});

test('a commit that fails is sent again as it was, after 0.1, 0.2, … at most 5 s', async () => {
  const deployment = await breaching(1);
  const { commits, clock } = deployment;
  commits.failing = true;
  await deployment.feed(0);
  await clock.advance(1_500);
  const sentAt: number[] = [];
  for (let ms = 0; ms < 30_000; ms += 100) {
    const before = commits.requests.length;
    await clock.advance(100);
    if (commits.requests.length > before) sentAt.push(ms + 100);
  }
  expect(sentAt.slice(0, 8)).toEqual([100, 300, 700, 1_500, 3_100, 6_300, 11_300, 16_300]);
  expect(new Set(commits.requests).size, 'one request, many times').toBe(1);
  commits.failing = false;
  await clock.advance(5_000);
  expect(commits.effects).toHaveLength(1);
  expect(deployment.deliveries).toEqual([1]);
});

test('while the store fails, appends go on until a bounded number of effects waits, then they are refused', async () => {
  const deployment = await breaching(3, { limits: { uncommittedEffectsMax: 6 } });
  const { commits, clock, evaluator } = deployment;
  commits.failing = true;
  await deployment.feed(0);
  await clock.advance(1_500);
  await deployment.feed(1_000);
  expect((await evaluator.status()).refusing).toBeNull();
  await clock.advance(1_000);
  await expect(deployment.feed(2_000)).rejects.toMatchObject({ code: 'log_unavailable' });
  await expect(deployment.feed(2_000)).rejects.toThrow('The store cannot write.');
  expect((await evaluator.status()).refusing).toBe('The store cannot write.');
  const { length } = deployment.log.entries;
  await clock.advance(3_000);
  expect(deployment.log.entries, 'no tick adds to what waits').toHaveLength(length);
  commits.failing = false;
  await clock.advance(5_000);
  expect((await evaluator.status()).refusing).toBeNull();
  await deployment.feed(10_000);
  expect(commits.effects).toHaveLength(6);
});

test('stale_owner stops evaluation for good', async () => {
  const deployment = await breaching(1);
  await deployment.commits.claimPartition(0);
  await deployment.feed(0);
  await deployment.clock.advance(1_500);
  expect(deployment.fatal).toHaveLength(1);
  expect((await deployment.evaluator.status()).refusing).toContain('Another process');
  await expect(deployment.feed(2_000)).rejects.toMatchObject({ code: 'log_unavailable' });
  const { length } = deployment.log.entries;
  await deployment.clock.advance(60_000);
  expect(deployment.log.entries).toHaveLength(length);
  expect(deployment.commits.effects).toEqual([]);
  await deployment.evaluator.stop();
});

test('a fold that throws stops evaluation for good: skipping an entry would be a guess', async () => {
  const deployment = await breaching(1, {
    digest: () => {
      throw new Error('no digest today');
    },
  });
  await deployment.feed(0);
  await deployment.clock.advance(1_500);
  expect(deployment.fatal.map(({ message }) => message)).toEqual([
    expect.stringContaining('the fold failed at position'),
  ]);
  await expect(deployment.feed(2_000)).rejects.toMatchObject({ code: 'log_unavailable' });
});

test('stop commits what waits, also in the middle of a pause between tries', async () => {
  const deployment = await breaching(1);
  deployment.commits.failing = true;
  await deployment.feed(0);
  await deployment.clock.advance(5_000);
  deployment.commits.failing = false;
  await deployment.evaluator.stop();
  expect(deployment.commits.effects).toHaveLength(1);
});

test('a store that fails until the end keeps stop from nothing; the next start commits', async () => {
  const deployment = await breaching(1);
  deployment.commits.failing = true;
  await deployment.feed(0);
  await deployment.clock.advance(1_500);
  await deployment.evaluator.stop();
  expect(deployment.commits.effects).toEqual([]);
  deployment.commits.failing = false;
  await deployment.start();
  await deployment.clock.advance(0);
  expect(deployment.commits.effects).toHaveLength(1);
});
