import { afterAll, beforeAll, expect, test } from 'vitest';
import { NOW } from '../ports/store-fixtures.contract.ts';
import { type Fixture, openFixture } from './api-fixture.contract.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A whole hour, some time ago. */
const T = Math.floor((NOW - 3 * HOUR) / HOUR) * HOUR;

let api: Fixture;
beforeAll(async () => {
  api = await openFixture();
  const sample = (instanceId: string, at: number, value: number, dimensions = {}) => ({
    namespace: 'acs_ecs',
    metricName: 'Host.mem.usedutilization',
    dimensions: { instanceId, ...dimensions },
    timestamp: T + at,
    value,
  });
  const body = [
    ...Array.from({ length: 240 }, (_, index) => sample('i-1', index * 15_000, 90 + (index % 8))),
    sample('i-1', 0, 50, { disk: 'sda' }),
    sample('i-2', 30_000, 97.39),
    sample('i-2', 90_000, 97.41),
    { ...sample('i-2', 0, 1), timestamp: NOW - 1000 },
  ];
  await api.ask({ method: 'POST', url: '/api/v1/samples', body });
});
afterAll(() => api.close());

const METRIC = 'namespace=acs_ecs&metricName=Host.mem.usedutilization';
const i2 = encodeURIComponent('{"instanceId":"i-2"}');
const i1 = encodeURIComponent('{"instanceId":"i-1"}');
const range = async (query: string, metric = METRIC) =>
  (await api.ask({ url: `/api/v1/metrics/range?${metric}&${query}` })).json();

test('the samples themselves, where they are few; what came late is marked', async () => {
  expect(await range(`dimensions=${i2}&from=${T}&to=${T + HOUR}`)).toEqual({
    from: T,
    to: T + HOUR,
    statistic: 'Average',
    period: null,
    resolution: 'raw',
    series: [
      {
        dimensions: { instanceId: 'i-2' },
        points: [
          [T + 30_000, 97.39],
          [T + 90_000, 97.41],
        ],
        late: [T + 30_000, T + 90_000],
      },
    ],
    hasMore: false,
  });
});

test('without from and to: the last hour', async () => {
  const { from, to, series } = await range(`dimensions=${i2}`);
  expect([to - from, to]).toEqual([HOUR, NOW]);
  expect(series).toEqual([{ dimensions: { instanceId: 'i-2' }, points: [[NOW - 1000, 1]], late: [] }]);
});

test('one value for each whole period, at its end', async () => {
  const { series, period } = await range(`dimensions=${i2}&from=${T}&to=${T + HOUR}&period=60&statistic=Maximum`);
  expect([period, series[0].points]).toEqual([
    60,
    [
      [T + MINUTE, 97.39],
      [T + 2 * MINUTE, 97.41],
    ],
  ]);
});

test('too many samples for the points become periods', async () => {
  const { series, period } = await range(`dimensions=${i1}&from=${T}&to=${T + HOUR}&points=60&exact=true`);
  expect([period, series.length, series[0].points.length]).toEqual([60, 1, 60]);
  expect(series[0].points[0]).toEqual([T + MINUTE, 91.5]);
});

test('several series, as many as asked for; exact takes the one without other dimensions', async () => {
  const all = await range(`from=${T}&to=${T + HOUR}`);
  expect(all.series.map(({ dimensions }: { dimensions: object }) => dimensions)).toEqual([
    { disk: 'sda', instanceId: 'i-1' },
    { instanceId: 'i-1' },
    { instanceId: 'i-2' },
  ]);
  const some = await range(`from=${T}&to=${T + HOUR}&limit=2`);
  expect([some.series.length, some.hasMore]).toEqual([2, true]);
  expect((await range(`dimensions=${i1}&from=${T}&to=${T + HOUR}`)).series).toHaveLength(2);
  expect((await range(`dimensions=${i1}&exact=true&from=${T}&to=${T + HOUR}`)).series).toHaveLength(1);
});

test('nothing there is no error', async () => {
  expect(await range('', 'namespace=acs_ecs&metricName=none')).toMatchObject({ series: [], hasMore: false });
});

test.each([
  ['namespace=acs_ecs', 'query_invalid', 'metricName'],
  [`${METRIC}&from=5&to=5`, 'query_invalid', 'from'],
  [`${METRIC}&dimensions=i-1`, 'query_invalid', 'dimensions'],
  [`${METRIC}&dimensions=%5B1%5D`, 'query_invalid', 'dimensions'],
  [`${METRIC}&statistic=average`, 'query_invalid', 'statistic'],
  [`${METRIC}&period=0`, 'query_invalid', 'period'],
  [`${METRIC}&step=60`, 'query_invalid', 'step'],
  [`${METRIC}&from=0&period=1`, 'range_too_large', 'period'],
])('%s: %s', async (query, code, field) => {
  const answer = await api.ask({ url: `/api/v1/metrics/range?${query}` });
  expect([answer.statusCode, answer.json().error.code, answer.json().error.field]).toEqual([400, code, field]);
});

test('nobody reads without credentials', async () => {
  const answer = await api.ask({ url: `/api/v1/metrics/range?${METRIC}`, isKnown: false });
  expect(answer.statusCode).toBe(401);
});
