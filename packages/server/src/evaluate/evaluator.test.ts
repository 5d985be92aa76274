import type { LogRecord } from '@cloudbell/core/alert/log-record.ts';
import { expect, test } from 'vitest';
import { createMemorySampleLog } from '../samplelog/memory/log.ts';
import { createDeployment, type Deployment, ruleRecord, START, samplesOf, seriesOf } from './simulated-deployment.ts';

const at = (ms: number): number => START + ms;
const newDeployment = (): Deployment => createDeployment(createMemorySampleLog());
const kinds = (records: readonly LogRecord[]): string[] => records.map(({ kind }) => kind);
const kindsOf = ({ log }: Deployment): string[] => log.entries.map(({ records }) => kinds(records).join(' '));
/** `12.5 s: ALERT WARN` per committed effect, log time since the start. */
const transcript = ({ commits }: Deployment): string[] =>
  commits.effects.map(({ effect }) => {
    const { alert, logTime, suppressed } = effect;
    return `${(logTime - START) / 1_000} s: ${alert.state} ${alert.level}${suppressed === null ? '' : ` (${suppressed})`}`;
  });

/** A deployment that has the rule and the series 0 since START. */
async function watching(over: Parameters<typeof ruleRecord>[0] = {}) {
  const deployment = newDeployment();
  const evaluator = await deployment.start();
  await evaluator.appendRecords([ruleRecord(over)]);
  deployment.commits.rules.set('r1', ruleRecord(over));
  await evaluator.appendSamples(0, { series: [seriesOf(0)], samples: samplesOf([0, at(0), 97.39]) });
  // A call resolves when it is durable; a turn later it is folded.
  await deployment.clock.advance(0);
  return { ...deployment, evaluator, append: (ms: number, value: number) => appendAt(ms, value) };
  function appendAt(ms: number, value: number): Promise<void> {
    return evaluator.appendSamples(0, { series: [], samples: samplesOf([0, at(ms), value]) });
  }
}

test('calls that arrive together become one entry, in order of arrival, and share its position', async () => {
  const deployment = newDeployment();
  const evaluator = await deployment.start();
  const calls = [
    evaluator.appendSamples(0, { series: [seriesOf(0)], samples: samplesOf([0, at(0), 1]) }),
    evaluator.appendRecords([ruleRecord()]),
    evaluator.appendSamples(0, { series: [seriesOf(1)], samples: samplesOf([1, at(0), 2], [0, at(1), 3]) }),
  ];
  await Promise.all(calls);
  expect(kindsOf(deployment)).toEqual(['series samples rule series samples']);
  expect(await calls[1]).toEqual([deployment.log.entries[0]?.position]);
});

test('an entry takes only so many samples; a larger batch goes alone', async () => {
  const deployment = newDeployment();
  const evaluator = await deployment.start({ limits: { entrySamplesMax: 3 } });
  const batch = (count: number) => ({ series: [], samples: samplesOf(...Array(count).fill([0, at(0), 1])) });
  await evaluator.appendSamples(0, { series: [seriesOf(0)], samples: samplesOf() });
  await Promise.all([1, 2, 2, 9, 1].map((count) => evaluator.appendSamples(0, batch(count))));
  const sizes = deployment.log.entries.map(({ records }) =>
    records.map((record) => (record.kind === 'samples' ? record.seriesIds.length : record.kind)),
  );
  expect(sizes).toEqual([['series'], [1, 2], [2], [9], [1]]);
});

test('a window closes at its deadline, to the ms; the effect is committed and the courier woken', async () => {
  const deployment = await watching();
  await deployment.clock.advance(1_499);
  expect(transcript(deployment)).toEqual([]);
  await deployment.clock.advance(1);
  expect(transcript(deployment)).toEqual(['1.5 s: ALERT WARN']);
  expect(deployment.deliveries).toEqual([1]);
  await deployment.append(1_600, 12);
  await deployment.clock.advance(1_000);
  expect(transcript(deployment)).toEqual(['1.5 s: ALERT WARN', '2.5 s: OK OK']);
});

test('while anything is open a tick comes at least every second; with nothing open the log rests', async () => {
  const deployment = newDeployment();
  const evaluator = await deployment.start();
  await deployment.clock.advance(10_000);
  expect(kindsOf(deployment)).toEqual([]);
  await evaluator.appendRecords([ruleRecord({ period: 60, grace: 10 })]);
  await evaluator.appendSamples(0, { series: [seriesOf(0)], samples: samplesOf([0, at(10_000), 1]) });
  await deployment.clock.advance(5_500);
  expect(kindsOf(deployment)).toEqual(['rule', 'series samples', 'tick', 'tick', 'tick', 'tick', 'tick']);
});

test('an append that carries the time closes windows itself: no tick beside it', async () => {
  const deployment = await watching();
  await deployment.clock.advance(1_499);
  deployment.clock.freeze(1, 'both');
  await deployment.append(1_500, 12);
  await deployment.clock.advance(0);
  expect(kindsOf(deployment).slice(-1)).toEqual(['samples']);
  expect(transcript(deployment)).toEqual(['1.5 s: ALERT WARN']);
});

test('a batch whose series are out of step is rejected alone; the others of its entry are kept', async () => {
  const deployment = newDeployment();
  const evaluator = await deployment.start();
  const results = await Promise.allSettled([
    evaluator.appendSamples(0, { series: [seriesOf(0)], samples: samplesOf([0, at(0), 1]) }),
    evaluator.appendSamples(0, { series: [seriesOf(7)], samples: samplesOf([7, at(0), 1]) }),
    evaluator.appendSamples(0, { series: [], samples: samplesOf([1, at(0), 1]) }),
    evaluator.appendSamples(0, { series: [seriesOf(1)], samples: samplesOf([1, at(0), 1]) }),
  ]);
  const outcomes = results.map((result) => (result.status === 'fulfilled' ? 'kept' : result.reason.code));
  expect(outcomes).toEqual(['kept', 'series_out_of_step', 'series_out_of_step', 'kept']);
  expect((await evaluator.series(0, 0, 9)).map(({ id }) => id)).toEqual([0, 1]);
});

test('a batch that gives a known id to another series is rejected alone; the others of its entry are kept', async () => {
  const deployment = newDeployment();
  const evaluator = await deployment.start();
  await evaluator.appendSamples(0, { series: [seriesOf(0)], samples: samplesOf([0, at(0), 1]) });
  const renamed = { ...seriesOf(0), instanceName: 'web' };
  const results = await Promise.allSettled([
    evaluator.appendSamples(0, { series: [seriesOf(1)], samples: samplesOf([1, at(1), 1]) }),
    evaluator.appendSamples(0, { series: [seriesOf(0, { instanceId: 'other' })], samples: samplesOf([0, at(1), 1]) }),
    evaluator.appendSamples(0, { series: [seriesOf(1, { instanceId: 'other' })], samples: samplesOf([1, at(2), 1]) }),
    evaluator.appendSamples(0, { series: [renamed], samples: samplesOf([0, at(2), 1]) }),
  ]);
  const outcomes = results.map((result) => (result.status === 'fulfilled' ? 'kept' : result.reason.code));
  expect(outcomes).toEqual(['kept', 'series_out_of_step', 'series_out_of_step', 'kept']);
  expect(await evaluator.series(0, 0, 9)).toEqual([renamed, seriesOf(1)]);
});

test('series() waits for appends under way, so that an index read from it is in step', async () => {
  const deployment = newDeployment();
  const evaluator = await deployment.start();
  void evaluator.appendSamples(0, { series: [seriesOf(0)], samples: samplesOf() });
  expect(await evaluator.series(0, 0, 9)).toEqual([seriesOf(0)]);
});

test('while the log refuses, every joined call rejects, nothing is folded, and the next try may succeed', async () => {
  const deployment = await watching();
  deployment.log.refusing = true;
  const results = await Promise.allSettled([deployment.append(100, 1), deployment.append(200, 1)]);
  expect(results.map((result) => (result as PromiseRejectedResult).reason.code)).toEqual(
    Array(2).fill('log_unavailable'),
  );
  expect((await deployment.evaluator.status()).refusing).toBe('The disk is full.');
  await deployment.clock.advance(5_000);
  expect(transcript(deployment)).toEqual([]);
  deployment.log.refusing = false;
  await deployment.append(4_900, 12);
  await deployment.clock.advance(0);
  expect((await deployment.evaluator.status()).refusing).toBeNull();
  expect(transcript(deployment)).toEqual(['1.5 s: ALERT WARN']);
});

test('a refusal of more than 30 s is a gap', async () => {
  const deployment = await watching();
  deployment.log.refusing = true;
  await deployment.clock.advance(40_000);
  deployment.log.refusing = false;
  await deployment.clock.advance(1_000);
  const gap = deployment.log.entries.flatMap(({ records }) => records).find(({ kind }) => kind === 'gap');
  expect(gap).toEqual({ kind: 'gap', from: at(0), to: at(41_000) });
});

test('with nothing open, the heartbeat finds out that the log can be written again', async () => {
  const deployment = newDeployment();
  const evaluator = await deployment.start();
  deployment.log.refusing = true;
  await expect(evaluator.appendRecords([ruleRecord()])).rejects.toMatchObject({ code: 'log_unavailable' });
  deployment.log.refusing = false;
  await deployment.clock.advance(1_000);
  expect((await evaluator.status()).refusing).toBeNull();
});

test.each<[string, (deployment: Deployment) => void, LogRecord]>([
  [
    'stopped for 40 s (SIGSTOP)',
    ({ clock }) => clock.freeze(40_000, 'both'),
    { kind: 'gap', from: at(0), to: at(40_000) },
  ],
  [
    'suspended for 6 h',
    ({ clock }) => clock.freeze(21_600_000, 'wall'),
    { kind: 'gap', from: at(0), to: at(21_601_000) },
  ],
  ['the wall an hour ahead', ({ clock }) => clock.stepWall(3_600_000), { kind: 'gap', from: at(0), to: at(3_601_000) }],
  [
    'the wall an hour back',
    ({ clock }) => clock.stepWall(-3_600_000),
    { kind: 'clock', from: at(1_000), to: at(-3_599_000) },
  ],
])('%s: the log says so, and no alert is raised or cleared by it', async (_, happens, record) => {
  const deployment = newDeployment();
  const evaluator = await deployment.start();
  await evaluator.appendRecords([ruleRecord({ period: 60, noDataPolicy: 'INSUFFICIENT_DATA', noDataPeriods: 1 })]);
  await evaluator.appendSamples(0, { series: [seriesOf(0)], samples: samplesOf([0, at(0), 12]) });
  await deployment.clock.advance(0);
  happens(deployment);
  await deployment.clock.advance(1_000);
  const said = deployment.log.entries
    .flatMap(({ records }) => records)
    .filter(({ kind }) => kind === 'gap' || kind === 'clock');
  expect(said).toEqual([record]);
  expect(deployment.commits.effects.filter(({ effect }) => effect.notification !== null)).toEqual([]);
  const status = await evaluator.status();
  expect([status.gaps, status.clockSteps]).toEqual(record.kind === 'gap' ? [1, 0] : [0, 1]);
});

test('stop serves what waits and refuses what comes after', async () => {
  const deployment = newDeployment();
  const evaluator = await deployment.start();
  const call = evaluator.appendRecords([ruleRecord()]);
  const stop = evaluator.stop();
  await expect(evaluator.appendRecords([ruleRecord()])).rejects.toMatchObject({ code: 'log_unavailable' });
  await call;
  await stop;
  expect(kindsOf(deployment)).toEqual(['rule']);
});

test('more samples than may wait are refused at once', async () => {
  const deployment = newDeployment();
  const evaluator = await deployment.start({ limits: { backlogSamplesMax: 3 } });
  await evaluator.appendSamples(0, { series: [seriesOf(0)], samples: samplesOf() });
  const batch = { series: [], samples: samplesOf([0, at(0), 1], [0, at(1), 1]) };
  const [first, second] = await Promise.allSettled([
    evaluator.appendSamples(0, batch),
    evaluator.appendSamples(0, batch),
  ]);
  expect([first?.status, second?.status]).toEqual(['fulfilled', 'rejected']);
});

test('arrays of unequal lengths are a mistake of the caller and touch nobody else', async () => {
  const deployment = newDeployment();
  const evaluator = await deployment.start();
  const samples = { ...samplesOf([0, at(0), 1]), values: new Float64Array(2) };
  await expect(evaluator.appendSamples(0, { series: [seriesOf(0)], samples })).rejects.toThrow('equal lengths');
  expect(kindsOf(deployment)).toEqual([]);
});

test('status tells positions, counts, and how far the fold is behind', async () => {
  const deployment = await watching();
  const status = await deployment.evaluator.status();
  expect(status).toMatchObject({
    position: '2',
    committedPosition: '0',
    series: 1,
    pairs: 1,
    samples: 1,
    openWindows: 1,
  });
  expect(status).toMatchObject({ foldLagMs: 0, backlog: 0, refusing: null, gaps: 0, clockSteps: 0, lateSamples: 0 });
  deployment.clock.freeze(2_000, 'both');
  expect((await deployment.evaluator.status()).foldLagMs).toBe(500);
  await deployment.clock.advance(1_000);
  expect(await deployment.evaluator.status()).toMatchObject({ foldLagMs: 0, transitions: 1, evaluations: 2 });
});
