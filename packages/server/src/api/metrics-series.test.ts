import { afterAll, beforeAll, expect, test } from 'vitest';
import { NOW } from '../ports/store-fixtures.contract.ts';
import { type Fixture, openFixture } from './api-fixture.contract.ts';

let api: Fixture;
beforeAll(async () => {
  api = await openFixture();
  const sample = (metricName: string, instanceId: string) => ({
    namespace: 'acs_ecs',
    metricName,
    dimensions: { instanceId },
    timestamp: NOW,
    value: 1,
  });
  await api.ask({
    method: 'POST',
    url: '/api/v1/samples',
    body: [sample('cpu', 'i-1'), sample('cpu', 'i-2'), sample('mem', 'i-1')],
  });
});
afterAll(() => api.close());

test('what there is to choose from', async () => {
  const all = (await api.ask({ url: '/api/v1/metrics/series' })).json();
  expect([all.namespaces, all.metricNames, all.items.length, all.hasMore]).toEqual([
    ['acs_ecs'],
    ['cpu', 'mem'],
    3,
    false,
  ]);
  const some = (await api.ask({ url: '/api/v1/metrics/series?namespace=acs_ecs&metricName=cpu&limit=1' })).json();
  expect(some).toEqual({
    namespaces: ['acs_ecs'],
    metricNames: ['cpu', 'mem'],
    items: [{ namespace: 'acs_ecs', metricName: 'cpu', dimensions: { instanceId: 'i-1' }, instanceName: null }],
    hasMore: true,
  });
  expect((await api.ask({ url: '/api/v1/metrics/series?search=I-2' })).json().items).toHaveLength(1);
});

test.each(['limit=0', 'limit=1001', 'metric=cpu'])('%s is refused', async (query) => {
  const answer = await api.ask({ url: `/api/v1/metrics/series?${query}` });
  expect([answer.statusCode, answer.json().error.code]).toEqual([400, 'query_invalid']);
});

test('where the series come from', async () => {
  const answer = (await api.ask({ url: '/api/v1/metrics/cardinality?limit=1' })).json();
  expect(answer).toEqual({
    ...{ series: 3, seriesMax: 1000, refusedSamples: 0 },
    metrics: [{ namespace: 'acs_ecs', metricName: 'cpu', series: 2, dimensions: [{ name: 'instanceId', values: 2 }] }],
  });
});
