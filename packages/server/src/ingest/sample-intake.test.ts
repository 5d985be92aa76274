import { expect, test } from 'vitest';
import { CloudbellError } from '../base/errors.ts';
import { SimulatedClock } from '../base/simulated-clock.ts';
import type { IntakeLimits } from './deps.ts';
import { makeLog } from './log-fixture.contract.ts';
import { createIngest } from './sample-intake.ts';

const NOW = 1_700_000_000_000;
const LIMITS: IntakeLimits = {
  nameBytesMax: 255,
  dimensionsMax: 64,
  dimensionValueBytesMax: 1024,
  batchSamplesMax: 10_000,
  seriesPerAccountMax: 1_000_000,
  errorsMax: 100,
  futureMaxMs: 600_000,
  retentionMs: 7 * 86_400_000,
  samplesUnderWayMax: 500_000,
};

function makeIngest(log: ReturnType<typeof makeLog>, limits: Partial<IntakeLimits> = {}, partitions = 1) {
  return createIngest({
    writer: log.writer,
    clock: new SimulatedClock(NOW),
    limits: { ...LIMITS, ...limits },
    partitions,
  });
}

const sample = (metricName: string, change: object = {}): object => ({
  namespace: 'acs_ecs',
  metricName,
  dimensions: { userId: '12', instanceId: 'i-12' },
  timestamp: NOW,
  value: 97.39,
  ...change,
});
const code = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof CloudbellError ? error.code : String(error)),
  );

test('one append per request: new series first, each defined once', async () => {
  const log = makeLog();
  const ingest = makeIngest(log);
  const answer = await ingest.samples('1', [sample('a'), sample('b'), sample('a', { timestamp: NOW + 1, value: 12 })]);
  expect(answer).toEqual({ accepted: 3, rejected: 0, errors: [] });
  await ingest.samples('1', [sample('b'), sample('c')]);
  expect(log.sentSeries).toEqual([2, 1]);
  expect(log.series[0]?.map((each) => [each.id, each.account, each.metricName])).toEqual([
    [0, '1', 'a'],
    [1, '1', 'b'],
    [2, '1', 'c'],
  ]);
  expect(log.samples.map((each) => each.value)).toEqual([97.39, 97.39, 12, 97.39, 97.39]);
});

test('dimensions in another order are the same series, another account is another', async () => {
  const log = makeLog();
  const ingest = makeIngest(log);
  await ingest.samples('1', [sample('a'), sample('a', { dimensions: { instanceId: 'i-12', userId: '12' } })]);
  await ingest.samples('2', [sample('a')]);
  expect(log.series[0]?.map((each) => each.account)).toEqual(['1', '2']);
});

test('no text can imitate the border between two dimensions', async () => {
  const log = makeLog();
  await makeIngest(log).samples('1', [
    sample('a', { dimensions: { a: 'b1:c1:d' } }),
    sample('a', { dimensions: { a: 'b', c: 'd' } }),
  ]);
  expect(log.series[0]).toHaveLength(2);
});

test('bad samples are refused one by one, with their place; the rest is kept', async () => {
  const log = makeLog();
  const ingest = makeIngest(log);
  const answer = await ingest.samples('1', [
    sample('a'),
    sample('a', { value: 'NaN' }),
    sample('a', { timestamp: NOW + 600_001 }),
    sample('a', { dimensions: { path: 'x'.repeat(1025) } }),
    sample('b'),
  ]);
  expect([answer.accepted, answer.rejected]).toEqual([2, 3]);
  expect(answer.errors.map((each) => [each.index, each.code, each.field])).toEqual([
    [1, 'sample_value_invalid', 'value'],
    [2, 'sample_timestamp_future', 'timestamp'],
    [3, 'sample_dimensions_invalid', 'dimensions.path'],
  ]);
  expect(log.samples.map((each) => each.series.slice(0, 1))).toEqual(['a', 'b']);
  expect(ingest.status()).toMatchObject({ accepted: 2, rejected: { sample_value_invalid: 1 }, series: 2 });
});

test('a sample without a timestamp is of now; nothing to store appends nothing', async () => {
  const log = makeLog();
  const ingest = makeIngest(log);
  await ingest.samples('1', [sample('a', { timestamp: undefined })]);
  expect(log.samples[0]?.timestamp).toBe(NOW);
  await ingest.samples('1', []);
  await ingest.samples('1', [null]);
  expect(log.sentSeries).toHaveLength(1);
});

test('a new display name repeats the definition, once; none leaves it as it is', async () => {
  const log = makeLog();
  const ingest = makeIngest(log);
  for (const instanceName of ['web-1', 'web-1', undefined, 'web-2', 'web-2'])
    await ingest.samples('1', [sample('a', { instanceName })]);
  expect(log.sentSeries).toEqual([1, 0, 0, 1, 0]);
  expect(log.series[0]?.map((each) => each.instanceName)).toEqual(['web-2']);
});

test('at most 100 errors are told, all are counted', async () => {
  const answer = await makeIngest(makeLog()).samples('1', new Array(250).fill(null));
  expect([answer.accepted, answer.rejected, answer.errors.length]).toEqual([0, 250, 100]);
});

test('a batch over the limit is refused whole and counted', async () => {
  const log = makeLog();
  const ingest = makeIngest(log, { batchSamplesMax: 2 });
  expect(await code(ingest.samples('1', [sample('a'), sample('a'), sample('a')]))).toBe('batch_too_large');
  expect([ingest.status().batchesTooLarge, log.samples.length]).toEqual([1, 0]);
});

test('at the series limit known series go on, new ones are refused, and other accounts are not touched', async () => {
  const log = makeLog();
  const ingest = makeIngest(log, { seriesPerAccountMax: 2 });
  const answer = await ingest.samples('1', [sample('a'), sample('b'), null, sample('c'), sample('a')]);
  expect(answer.errors.map((each) => [each.index, each.code])).toEqual([
    [2, 'sample_invalid'],
    [3, 'series_limit_reached'],
  ]);
  expect((await ingest.samples('2', [sample('c')])).accepted).toBe(1);
  expect(ingest.status().rejected).toMatchObject({ series_limit_reached: 1 });
  const again = makeIngest(log, { seriesPerAccountMax: 2 });
  expect((await again.samples('1', [sample('d'), sample('b')])).accepted).toBe(1);
});

test('ids are learnt from the log at start, over many pages', async () => {
  const log = makeLog();
  await makeIngest(log, { batchSamplesMax: 30_000 }).samples(
    '1',
    Array.from({ length: 25_000 }, (_, i) => sample(`m${i}`)),
  );
  const again = makeIngest(log);
  await again.open();
  expect(log.state.reads).toBe(1 + 3);
  await again.samples('1', [sample('m24999'), sample('new')]);
  expect(log.sentSeries.at(-1)).toBe(1);
  expect(log.series[0]?.[25_000]?.metricName).toBe('new');
});

test('a refused append gives its ids back', async () => {
  const log = makeLog();
  const ingest = makeIngest(log);
  await ingest.samples('1', [sample('a')]);
  log.state.refuse = 1;
  expect(await code(ingest.samples('1', [sample('b'), sample('c')]))).toBe('log_unavailable');
  expect(ingest.status()).toMatchObject({ accepted: 1 });
  await ingest.samples('1', [sample('c'), sample('d')]);
  expect(log.series[0]?.map((each) => each.metricName)).toEqual(['a', 'c', 'd']);
});

test('an append that was written although its answer got lost is found in the log', async () => {
  const log = makeLog();
  const ingest = makeIngest(log);
  log.state.lose = 1;
  expect(await code(ingest.samples('1', [sample('a'), sample('b')]))).toBe('log_unavailable');
  await ingest.samples('1', [sample('b'), sample('c')]);
  expect(log.series[0]?.map((each) => each.metricName)).toEqual(['a', 'b', 'c']);
});

test('requests under way when one is refused neither lose a sample nor take an id twice', async () => {
  const log = makeLog();
  const ingest = makeIngest(log);
  await ingest.open();
  const release = log.hold();
  log.state.refuse = 1;
  const first = ingest.samples('1', [sample('a'), sample('b')]);
  const shares = ingest.samples('1', [sample('b')]); // its id 1 lacks id 0 now: out of step, built anew
  const later = ingest.samples('1', [sample('c')]);
  release();
  expect(await code(first)).toBe('log_unavailable');
  expect(await Promise.all([shares, later])).toMatchObject([{ accepted: 1 }, { accepted: 1 }]);
  expect(log.samples.map((each) => each.series.slice(0, 1)).sort()).toEqual(['b', 'c']);
  expect(log.series[0]?.map((each) => each.id)).toEqual([0, 1]);
});

test('while the log cannot be read nothing is taken; the next request tries again', async () => {
  const log = makeLog();
  log.state.refuseReads = 1;
  const ingest = makeIngest(log);
  expect(await code(ingest.samples('1', [sample('a')]))).toBe('log_unavailable');
  expect((await ingest.samples('1', [sample('a')])).accepted).toBe(1);
});

test('partitions have ids of their own; a resource keeps to one of them', async () => {
  const log = makeLog(4);
  const ingest = makeIngest(log, {}, 4);
  const items = Array.from({ length: 40 }, (_, i) =>
    sample(`m${i % 2}`, { dimensions: { instanceId: `i-${i >> 1}` } }),
  );
  log.state.refuse = 2;
  expect(await code(ingest.samples('1', items))).toBe('log_unavailable');
  expect((await ingest.samples('1', items)).accepted).toBe(40);
  expect(log.series.flat()).toHaveLength(40);
  for (const partition of log.series) {
    expect(partition.map((each) => each.id)).toEqual(partition.map((_, at) => at));
    expect(partition.length % 2).toBe(0);
  }
});

test('random refusals under many requests at once: the log and the index agree in the end', async () => {
  const log = makeLog(2);
  const ingest = makeIngest(log, {}, 2);
  let seed = 7;
  const next = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  let accepted = 0;
  for (let round = 0; round < 60; round++) {
    log.state.refuse = next(3) === 0 ? 1 : 0;
    log.state.lose = next(4) === 0 ? 1 : 0;
    const requests = Array.from({ length: 5 }, () =>
      ingest.samples(
        '1',
        Array.from({ length: 3 }, () => sample(`m${next(120)}`, { dimensions: { id: `i-${next(4)}` } })),
      ),
    );
    for (const settled of await Promise.allSettled(requests))
      if (settled.status === 'fulfilled') accepted += settled.value.accepted;
  }
  expect(accepted).toBeGreaterThan(300);
  expect(log.samples.length).toBeGreaterThanOrEqual(accepted);
  for (const partition of log.series) expect(partition.map((each) => each.id)).toEqual(partition.map((_, at) => at));
  expect(new Set(log.series.flat().map((each) => `${each.metricName}${each.dimensions.id}`)).size).toBe(
    log.series.flat().length,
  );
});
