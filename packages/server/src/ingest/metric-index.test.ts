import { expect, test } from 'vitest';
import { CloudbellError } from '../base/errors.ts';
import { SimulatedClock } from '../base/simulated-clock.ts';
import type { SeriesQuery } from '../ports/sample-intake.ts';
import { createIngest } from './sample-intake.ts';

/** What pickers are offered, through the door that knows the series. */
const LIMITS = {
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

function open(limits: Partial<typeof LIMITS> = {}) {
  const state = { refuse: false };
  const ingest = createIngest({
    writer: {
      appendSamples: async () => {
        if (state.refuse) throw new CloudbellError('log_unavailable', { message: 'the disk is full' });
      },
      expire: async () => [],
      series: async () => [],
    },
    clock: new SimulatedClock(1_700_000_000_000),
    limits: { ...LIMITS, ...limits },
    partitions: 1,
  });
  const push = (namespace: string, metricName: string, instanceId: string, more: object = {}) =>
    ingest.samples('1', [{ namespace, metricName, dimensions: { instanceId }, value: 1, ...more }]);
  const list = (query: Partial<SeriesQuery> = {}) => ingest.series({ account: '1', limit: 100, ...query });
  const ids = async (query: Partial<SeriesQuery>) =>
    (await list(query)).items.map(({ dimensions }) => dimensions.instanceId);
  return { ...{ ingest, push, list, ids, state } };
}

test('namespaces, their metric names, and the series of both', async () => {
  const { push, list, ids } = open();
  await push('acs_ecs', 'cpu', 'i-1');
  await push('acs_ecs', 'mem', 'i-1', { instanceName: 'web' });
  await push('acs_rds', 'cpu', 'r-1');
  expect(await list()).toMatchObject({
    namespaces: ['acs_ecs', 'acs_rds'],
    metricNames: ['cpu', 'mem'],
    hasMore: false,
  });
  expect(await list({ namespace: 'acs_rds' })).toMatchObject({
    namespaces: ['acs_ecs', 'acs_rds'],
    metricNames: ['cpu'],
  });
  expect((await list({ namespace: 'acs_ecs', metricName: 'mem' })).items).toEqual([
    { namespace: 'acs_ecs', metricName: 'mem', dimensions: { instanceId: 'i-1' }, instanceName: 'web' },
  ]);
  expect(await ids({ metricName: 'cpu' })).toEqual(['i-1', 'r-1']);
  expect(await list({ namespace: 'none' })).toMatchObject({ metricNames: [], items: [] });
  expect(await list({ account: '2' })).toEqual({ namespaces: [], metricNames: [], items: [], hasMore: false });
});

test('where the series come from: most first, with the dimensions that make them many, and what the limit kept out', async () => {
  const { push, ingest } = open({ seriesPerAccountMax: 4 });
  for (const id of ['i-1', 'i-2', 'i-3'])
    await push('acs_ecs', 'cpu', id, { dimensions: { instanceId: id, zone: 'a' } });
  await push('acs_rds', 'cpu', 'r-1');
  expect((await push('acs_rds', 'cpu', 'r-2')).errors[0]?.code).toBe('series_limit_reached');
  expect(ingest.cardinality('1', 10)).toEqual({
    ...{ series: 4, seriesMax: 4, refusedSamples: 1 },
    metrics: [
      {
        ...{ namespace: 'acs_ecs', metricName: 'cpu', series: 3 },
        dimensions: [
          { name: 'instanceId', values: 3 },
          { name: 'zone', values: 1 },
        ],
      },
      { namespace: 'acs_rds', metricName: 'cpu', series: 1, dimensions: [{ name: 'instanceId', values: 1 }] },
    ],
  });
  expect(ingest.cardinality('1', 1).metrics).toEqual([
    { namespace: 'acs_ecs', metricName: 'cpu', series: 3, dimensions: [{ name: 'instanceId', values: 3 }] },
  ]);
  expect(ingest.cardinality('2', 10)).toEqual({ series: 0, seriesMax: 4, refusedSamples: 0, metrics: [] });
});

test('as many as asked for, and whether there are more', async () => {
  const { push, list, ids } = open();
  for (const id of ['i-1', 'i-2', 'i-3']) await push('acs_ecs', 'cpu', id);
  expect((await list({ limit: 3 })).hasMore).toBe(false);
  expect((await list({ limit: 2 })).hasMore).toBe(true);
  expect(await ids({ limit: 2 })).toEqual(['i-1', 'i-2']);
});

test('search looks at values and names, in any case', async () => {
  const { push, ids } = open();
  await push('acs_ecs', 'cpu', 'i-WEB-1');
  await push('acs_ecs', 'cpu', 'i-2', { instanceName: 'the Web server' });
  await push('acs_ecs', 'cpu', 'i-3');
  expect(await ids({ search: 'web' })).toEqual(['i-WEB-1', 'i-2']);
  expect(await ids({ search: 'instanceId' })).toEqual([]);
});

test('what a refused append would have defined is not offered, nor a namespace that only it had', async () => {
  const { push, list, state } = open();
  await push('acs_ecs', 'cpu', 'i-1');
  state.refuse = true;
  await expect(push('acs_rds', 'cpu', 'r-1')).rejects.toThrow('disk is full');
  state.refuse = false;
  await push('acs_ecs', 'cpu', 'i-2');
  expect(await list()).toMatchObject({ namespaces: ['acs_ecs'], items: [{}, {}] });
});
