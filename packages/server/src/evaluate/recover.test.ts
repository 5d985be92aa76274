import type { ZoneRecord } from '@cloudbell/core/alert/log-record.ts';
import { expect, test } from 'vitest';
import { createMemorySampleLog } from '../samplelog/memory/log.ts';
import { createDeployment, type Deployment, ruleRecord, START, samplesOf, seriesOf } from './simulated-deployment.ts';

const states = ({ commits }: Deployment): string[] =>
  commits.effects.map(({ effect }) => `${effect.alert.state} ${effect.alert.level}`);
const said = ({ log }: Deployment): string[] =>
  log.entries.flatMap(({ records }) =>
    records.map((record) =>
      record.kind === 'gap' || record.kind === 'clock'
        ? `${record.kind} ${record.from - START} ${record.to - START}`
        : record.kind,
    ),
  );

/** A deployment whose one series has breached: the alert is committed. */
async function alerting(over: Parameters<Deployment['start']>[0] = {}) {
  const deployment = createDeployment(createMemorySampleLog());
  deployment.commits.rules.set('r1', ruleRecord());
  const evaluator = await deployment.start(over);
  await evaluator.appendRecords([ruleRecord()]);
  await evaluator.appendSamples(0, { series: [seriesOf(0)], samples: samplesOf([0, START, 97.39]) });
  await deployment.clock.advance(1_500);
  expect(states(deployment)).toEqual(['ALERT WARN']);
  return { ...deployment, evaluator };
}

/** What a restart makes of one more value: the alert clears only if the fold still knows it. */
async function clears(deployment: Deployment, ms: number): Promise<void> {
  const evaluator = await deployment.start();
  const known = await evaluator.series(0, 0, 10);
  const series = known.length === 0 ? [seriesOf(0)] : [];
  await evaluator.appendSamples(0, { series, samples: samplesOf([0, START + ms, 12]) });
  await deployment.clock.advance(2_000);
  expect(states(deployment)).toEqual(['ALERT WARN', 'OK OK']);
}

test('after a clean stop the log is empty, nothing is replayed, and the fold goes on where it was', async () => {
  const deployment = await alerting();
  await deployment.evaluator.stop();
  expect(await deployment.log.read(0, 0n, 10)).toEqual([]);
  const checkpoint = await deployment.log.loadCheckpoint(0);
  expect(checkpoint?.position).toBe(deployment.commits.position);
  await clears(deployment, 1_600);
});

test('after a crash the log is replayed: what was committed is not committed again, what was not is', async () => {
  const deployment = await alerting();
  const { length } = deployment.commits.requests;
  await clears(deployment, 1_600);
  const committedTwice = deployment.commits.requests.slice(length).flatMap(({ effects }) => effects);
  expect(committedTwice).toHaveLength(1);
});

test('a restart tells the down time as a gap from the last event time', async () => {
  const deployment = await alerting();
  await deployment.evaluator.stop();
  deployment.clock.freeze(21_600_000, 'both');
  await deployment.start();
  expect(said(deployment).at(-1)).toBe('gap 1500 21601500');
});

test('a restart with the wall clock behind the last event time tells a clock step', async () => {
  const deployment = await alerting();
  await deployment.evaluator.stop();
  deployment.clock.stepWall(-3_600_000);
  const evaluator = await deployment.start();
  expect(said(deployment).at(-1)).toBe('clock 1500 -3598500');
  expect((await evaluator.status()).clockSteps).toBe(1);
});

test('a start while the log refuses goes live, and tells the gap once it can', async () => {
  const deployment = await alerting();
  await deployment.evaluator.stop();
  deployment.log.refusing = true;
  deployment.clock.freeze(5_000, 'both');
  const evaluator = await deployment.start();
  expect((await evaluator.status()).refusing).toBe('The disk is full.');
  deployment.log.refusing = false;
  await deployment.clock.advance(1_000);
  expect(said(deployment)).toContain('gap 1500 7500');
});

test('checkpoints come by volume, at committed positions only, and the log is trimmed up to them', async () => {
  const deployment = createDeployment(createMemorySampleLog());
  const checkpoints: [position: bigint, committed: bigint][] = [];
  const log = {
    ...deployment.log,
    saveCheckpoint: async (...args: Parameters<typeof deployment.log.saveCheckpoint>) => {
      checkpoints.push([args[1].position, deployment.commits.position]);
      await deployment.log.saveCheckpoint(...args);
    },
  };
  const evaluator = await deployment.start({ log, limits: { checkpointEntries: 10 } });
  for (let i = 0; i < 25; i++) await evaluator.appendRecords([ruleRecord({ version: i + 1 })]);
  await deployment.clock.advance(0);
  expect(checkpoints).toEqual([
    [0n, 0n],
    [10n, 10n],
    [20n, 20n],
  ]);
  expect((await deployment.log.read(0, 0n, 100)).map(({ position }) => position)).toEqual([21n, 22n, 23n, 24n, 25n]);
});

test('a checkpoint waits for a store that fails, and never passes it', async () => {
  const deployment = await alerting({ limits: { checkpointEntries: 6 } });
  deployment.commits.failing = true;
  for (let i = 2; i < 20; i++) await deployment.evaluator.appendRecords([ruleRecord({ version: i })]);
  await deployment.clock.advance(0);
  expect((await deployment.log.loadCheckpoint(0))?.position).toBe(0n);
  deployment.commits.failing = false;
  await deployment.clock.advance(5_000);
  const position = (await deployment.log.loadCheckpoint(0))?.position ?? 0n;
  expect(position).toBeGreaterThan(0n);
  expect(position).toBeLessThanOrEqual(deployment.commits.position);
});

test('bytes make a checkpoint due as well', async () => {
  const deployment = await alerting({ limits: { checkpointBytes: 100_000 } });
  const many = samplesOf(...Array.from({ length: 6_000 }, (_, i) => [0, START + 1_600 + i / 10, 1] as const));
  await deployment.evaluator.appendSamples(0, { series: [], samples: many });
  await deployment.clock.advance(0);
  expect((await deployment.log.loadCheckpoint(0))?.position).toBe(deployment.commits.position);
});

test.each<[string, (deployment: Deployment) => Promise<void>]>([
  [
    'a checkpoint of another fold version',
    async ({ log }) => {
      const checkpoint = await log.loadCheckpoint(0);
      if (checkpoint !== null) await log.saveCheckpoint(0, { ...checkpoint, foldVersion: 0 });
    },
  ],
  [
    'a checkpoint that cannot be read',
    async ({ log }) => {
      const checkpoint = await log.loadCheckpoint(0);
      if (checkpoint !== null) await log.saveCheckpoint(0, { ...checkpoint, head: Uint8Array.of(1, 2, 3) });
    },
  ],
])('%s: committed alerts win, rules come from the store, series from the log', async (_, spoil) => {
  const deployment = await alerting();
  await deployment.evaluator.stop();
  await spoil(deployment);
  await clears(deployment, 1_600);
  // And the next start has a checkpoint to go by again.
  expect((await deployment.log.loadCheckpoint(0))?.foldVersion).toBeGreaterThan(0);
});

test('a restored store beside an empty log: positions go on after the committed one, alerts are known', async () => {
  const deployment = await alerting();
  await deployment.evaluator.stop();
  const before = deployment.commits.position;
  const fresh = createDeployment(createMemorySampleLog(), deployment.clock);
  const restored: Deployment = {
    ...fresh,
    commits: deployment.commits,
    start: (over) => fresh.start({ commits: deployment.commits, ...over }),
  };
  await clears(restored, 1_600);
  expect(fresh.log.entries[0]?.position).toBeGreaterThan(before);
});

test('an older store beside the log: the checkpoint is past it and not used, committed alerts win', async () => {
  const deployment = await alerting();
  await deployment.evaluator.stop();
  deployment.commits.position = 1n;
  await clears(deployment, 1_600);
});

test('a fold of several partitions: records go to all, samples to theirs, alerts are adopted by theirs', async () => {
  const deployment = createDeployment(createMemorySampleLog());
  const evaluator = await deployment.start({ partitions: 3 });
  expect(await evaluator.appendRecords([ruleRecord()])).toHaveLength(3);
  await evaluator.appendSamples(2, { series: [seriesOf(0)], samples: samplesOf([0, START, 1]) });
  expect(await evaluator.series(2, 0, 9)).toHaveLength(1);
  expect(await evaluator.series(1, 0, 9)).toHaveLength(0);
  await expect(evaluator.appendSamples(3, { series: [], samples: samplesOf([0, START, 1]) })).rejects.toThrow(
    'partition 3',
  );
  expect((await evaluator.status()).position).toBe('1,1,2');
});

test('an alert that only the replay saw begin is notified when it holds: what nobody committed nobody was told', async () => {
  const times = (count: number) =>
    ({ escalations: { warn: { ...ruleRecord().rule!.escalations.warn!, times: count } } }) as const;
  const deployment = createDeployment(createMemorySampleLog());
  const { clock, commits, log } = deployment;
  const [patient, eager] = [ruleRecord(times(3)), ruleRecord({ ...times(1), version: 2 })];
  const first = await deployment.start();
  await first.appendRecords([patient]);
  const breaching = samplesOf([0, START + 100, 97], [0, START + 1_100, 97]);
  await first.appendSamples(0, { series: [seriesOf(0)], samples: breaching });
  await clock.advance(3_000);
  commits.rules.set('r1', eager);
  await first.appendRecords([eager]);
  // Moves the committed position past the two windows that, under the newer version, would have been enough.
  await first.appendSamples(0, { series: [seriesOf(1)], samples: samplesOf([1, START + 3_100, 99]) });
  await clock.advance(2_000);
  const checkpoint = await log.loadCheckpoint(0);
  await log.saveCheckpoint(0, { ...checkpoint!, foldVersion: 0 });
  const second = await deployment.start();
  const toldOfFirst = (): unknown[] =>
    commits.effects
      .filter(({ effect }) => effect.alert.dimensions.instanceId === 'i-0')
      .map(({ effect }) => effect.notification?.triggerLevel);
  expect(toldOfFirst()).toEqual([]);
  const again = samplesOf([0, clock.wallMs() + 1_000, 97], [0, clock.wallMs() + 2_000, 97]);
  await second.appendSamples(0, { series: [], samples: again });
  await clock.advance(6_000);
  expect(toldOfFirst()).toEqual(['WARN']);
});

test('a fold made anew keeps to the zone of the account, also where the log no longer says it', async () => {
  // START is 22:13 UTC, 06:13 in Shanghai.
  const night = ruleRecord({ effectiveInterval: '22:00-23:00' });
  const zone: ZoneRecord = { kind: 'zone', account: '1', timeZone: 'Asia/Shanghai' };
  const deployment = createDeployment(createMemorySampleLog());
  const { clock, commits, log } = deployment;
  commits.rules.set('r1', night);
  commits.zones.set('1', zone);
  const first = await deployment.start();
  await first.appendRecords([zone, night]);
  await first.stop();
  const checkpoint = await log.loadCheckpoint(0);
  await log.saveCheckpoint(0, { ...checkpoint!, foldVersion: 0 });
  const second = await deployment.start();
  await second.appendSamples(0, { series: [seriesOf(0)], samples: samplesOf([0, START + 100, 97]) });
  await clock.advance(2_000);
  expect(commits.effects.map(({ effect }) => effect.suppressed)).toEqual(['outside_interval']);
});

test('without a checkpoint the silences of the store hold, and end', async () => {
  const deployment = createDeployment(createMemorySampleLog());
  deployment.commits.rules.set('r1', ruleRecord());
  const silence = { account: '1', silenceId: 's1', version: 1, by: { ruleId: 'r1' }, from: START, who: 'a', why: '' };
  deployment.commits.storedSilences.push({ ...silence, until: START + 4_000 });
  const evaluator = await deployment.start();
  await evaluator.appendSamples(0, { series: [seriesOf(0)], samples: samplesOf([0, START, 97.39]) });
  await deployment.clock.advance(4_000);
  expect(deployment.commits.effects.map(({ effect }) => effect.suppressed ?? effect.notification?.reason)).toEqual([
    'silenced',
    'catch_up',
  ]);
});

test('without a checkpoint an alert that was acknowledged is not repeated', async () => {
  const deployment = createDeployment(createMemorySampleLog());
  const rule = ruleRecord({ silenceTime: 0 });
  deployment.commits.rules.set('r1', rule);
  const evaluator = await deployment.start();
  await evaluator.appendSamples(0, { series: [seriesOf(0)], samples: samplesOf([0, START, 97.39]) });
  await deployment.clock.advance(1_500);
  const { alert } = deployment.commits.effects[0]!.effect;
  await evaluator.stop();
  const checkpoint = await deployment.log.loadCheckpoint(0);
  await deployment.log.saveCheckpoint(0, { ...checkpoint!, foldVersion: 0 });
  const { account, ruleId, alertId, since } = alert;
  const act = { account, ruleId, alertId, since, number: 1, acknowledged: true, by: 'admin' };
  deployment.commits.acknowledgements.push({ kind: 'acknowledge', ...act });
  const next = await deployment.start();
  for (const ms of [1_600, 2_600, 3_600]) {
    await next.appendSamples(0, { series: [], samples: samplesOf([0, START + ms, 97.39]) });
    await deployment.clock.advance(1_000);
  }
  expect(deployment.commits.effects.slice(1).map(({ effect }) => effect.suppressed)).toEqual(['acknowledged']);
});
