import { describe, expect, test } from 'vitest';
import { partitionKey, type Series, seriesKey } from './series.ts';

const series = (change: Partial<Series> = {}): Series => ({
  account: '12',
  namespace: 'acs_ecs',
  metricName: 'Host.mem.usedutilization',
  dimensions: { instanceId: 'i-12', userId: '12' },
  ...change,
});

describe('seriesKey', () => {
  test('does not depend on the order of dimensions', () => {
    expect(seriesKey(series({ dimensions: { userId: '12', instanceId: 'i-12' } }))).toBe(seriesKey(series()));
  });

  test.each([
    ['account', { account: '13' }],
    ['namespace', { namespace: 'custom' }],
    ['metric name', { metricName: 'Host.load1' }],
    ['dimensions', { dimensions: { instanceId: 'i-13', userId: '12' } }],
  ])('tells series apart by %s', (_, change) => expect(seriesKey(series(change))).not.toBe(seriesKey(series())));
});

describe('partitionKey', () => {
  test('is 0 where there is one partition', () => expect(partitionKey(series(), 1)).toBe(0));

  test('keeps all metrics of a resource together', () => {
    expect(partitionKey(series({ metricName: 'Host.load1' }), 64)).toBe(partitionKey(series(), 64));
  });

  test('is a stable number: logs of older versions were divided by it', () => {
    expect(partitionKey(series(), 1024)).toBe(261);
  });

  test('spreads resources over all partitions', () => {
    const used = new Set<number>();
    for (let i = 0; i < 400; i++) used.add(partitionKey(series({ dimensions: { instanceId: `i-${i}` } }), 16));
    expect([...used].sort((a, b) => a - b)).toEqual([...Array(16).keys()]);
  });
});
