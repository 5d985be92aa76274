import { describe, expect, test } from 'vitest';
import { bucketsOf } from './buckets.ts';
import { chooseResolution, type WantedRange } from './choose-resolution.ts';
import { CHART_STATISTICS, pointsOfBuckets, pointsOfSamples } from './statistic-points.ts';

const samples = (rows: readonly (readonly [at: number, value: number])[]) => ({
  timestamps: Float64Array.from(rows, (row) => row[0]),
  values: Float64Array.from(rows, (row) => row[1]),
  late: new Uint8Array(rows.length),
});

describe('a point for each whole period, at its end', () => {
  const rows = samples([
    [60_000, 97.39],
    [75_000, 97.41],
    [119_999, 3],
    [180_000, 5],
    [250_000, 1],
  ]);
  const periods = { periodMs: 60_000, from: 60_000, to: 240_000 };
  test.each([
    ['Average', 65.9333333333, 5],
    ['Minimum', 3, 5],
    ['Maximum', 97.41, 5],
    ['Sum', 197.8, 5],
    ['SampleCount', 3, 1],
    ['LastValue', 3, 5],
    ['Value', 3, 5],
    ['SumPerSecond', 3.29666666667, 0.0833333333333],
    ['CountPerSecond', 0.05, 0.0166666666667],
  ] as const)('%s', (statistic, first, second) => {
    expect(pointsOfSamples(rows, { ...periods, statistic })).toEqual([
      [120_000, first],
      [240_000, second],
    ]);
  });

  test('thirteen times 97.39 are 97.39 on average', () => {
    const same = samples(Array.from({ length: 13 }, (_, index) => [index * 1000, 97.39]));
    const all = { statistic: 'Average', periodMs: 60_000, from: 0, to: 60_000 } as const;
    expect(pointsOfSamples(same, all)).toEqual([[60_000, 97.39]]);
  });

  test.each(CHART_STATISTICS)('%s over five minutes is the same from samples and from minutes', (statistic) => {
    const many = samples(Array.from({ length: 200 }, (_, index) => [index * 7_001, (index * 37) % 101]));
    const wide = { statistic, periodMs: 300_000, from: 0, to: 1_500_000 };
    expect(pointsOfBuckets(bucketsOf(many, 60_000), wide)).toEqual(pointsOfSamples(many, wide));
  });

  test('what ends a series (NaN) is no value', () => {
    const ended = samples([
      [0, 4],
      [10, Number.NaN],
    ]);
    const all = { statistic: 'LastValue', periodMs: 1_000, from: 0, to: 1_000 } as const;
    expect(pointsOfSamples(ended, all)).toEqual([[1_000, 4]]);
  });
});

describe('which resolution a stretch is read at', () => {
  const DAY = 86_400_000;
  const retention = { rawMs: 7 * DAY, minuteMs: 31 * DAY, fiveMinutesMs: 91 * DAY };
  const now = 1_000 * DAY;
  const last = (ms: number, periodMs: number | null): WantedRange => ({
    from: now - ms,
    to: now,
    now,
    periodMs,
    pointsMax: 500,
  });
  test.each<[string, WantedRange, string, number | null]>([
    ['an hour', last(DAY / 24, null), 'raw', null],
    ['a day', last(DAY, null), '1m', 300_000],
    ['20 days', last(20 * DAY, null), '1m', 3_600_000],
    ['60 days', last(60 * DAY, null), '5m', 10_800_000],
    ['3 hours, by the minute', last(DAY / 8, 60_000), 'raw', 60_000],
    ['3 days, by the minute', last(3 * DAY, 60_000), '1m', 60_000],
    ['3 days, every 15 s', last(3 * DAY, 15_000), 'raw', 15_000],
    ['an hour, 10 days ago', { ...last(10 * DAY, null), to: now - 10 * DAY + DAY / 24 }, '1m', 60_000],
    ['60 days, by the minute: as far as minutes are kept', last(60 * DAY, 60_000), '1m', 60_000],
    ['60 days, by the hour', last(60 * DAY, 3_600_000), '5m', 3_600_000],
  ])('%s', (_, wanted, resolution, periodMs) => {
    expect(chooseResolution(wanted, retention)).toMatchObject({ resolution, periodMs });
  });
});
