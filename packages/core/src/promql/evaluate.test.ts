import { describe, expect, test } from 'vitest';
import type { Evaluated, Frame } from './column.ts';
import { evaluate, type SelectedSeries, type Selection } from './evaluate.ts';
import type { Labels } from './labels.ts';
import { matchesAll } from './matcher.ts';
import { parsePromql } from './parse.ts';
import { instantResult, rangeResult } from './result.ts';

const MINUTE = 60_000;
/** `1 2 _ 3`: one sample a minute from minute 0, `_` for none, `stale` for the end of the series. */
const series = (labels: Labels, text: string, offsetMs = 0): SelectedSeries => {
  const rows = text.split(' ').flatMap((value, index): [number, number][] => {
    if (value === '_') return [];
    return [[index * MINUTE + offsetMs, value === 'stale' ? Number.NaN : Number(value)]];
  });
  return {
    labels,
    timestamps: Float64Array.from(rows, (row) => row[0]),
    values: Float64Array.from(rows, (row) => row[1]),
    counts: null,
  };
};

const DATA = [
  series({ __name__: 'up', job: 'a', host: '1' }, '1 1 0 1 stale _ 1'),
  series({ __name__: 'up', job: 'a', host: '2' }, '1 1 1 1 1 1 1'),
  series({ __name__: 'up', job: 'b', host: '3' }, '0 0 0 0 0 0 0'),
  series({ __name__: 'total', host: '1' }, '0 60 120 180 30 90 150', 5_000),
  series({ __name__: 'temp', host: '1' }, '20 22.5 21 -3 _ _ 19'),
];

async function* select({ selector }: Selection): AsyncGenerator<SelectedSeries> {
  for (const one of DATA) if (matchesAll(selector.matchers, one.labels)) yield one;
}

const asked = async (
  query: string,
  steps: Frame['steps'],
  resultOf: (evaluated: Evaluated, frame: Frame) => Promise<string>,
) => {
  const frame = { steps, onKept: () => undefined };
  const expression = parsePromql(query, (pattern) => {
    const compiled = new RegExp(`^(?:${pattern})$`);
    return (text) => compiled.test(text);
  });
  return JSON.parse(await resultOf(evaluate(expression, { ...frame, select }), frame));
};
const instant = (query: string, ms: number) => asked(query, { start: ms, count: 1, stepMs: 1 }, instantResult);

/** Each as `name value: value`, labels in order of their names. */
async function at(query: string, ms: number): Promise<unknown> {
  const { resultType, result } = await instant(query, ms);
  if (resultType !== 'vector') return result[1];
  return result.map(({ metric, value }: { metric: Labels; value: [number, string] }) =>
    [Object.values(metric).join(' '), value[1]].join(': '),
  );
}

test.each<[string, number, unknown]>([
  ['1+1', 0, '2'],
  ['-2^2 + 7 % 4 / 2', 0, '-2.5'],
  ['1/0', 0, '+Inf'],
  ['-1/0', 0, '-Inf'],
  ['0/0', 0, 'NaN'],
  ['-(1-1)', 0, '-0'],
  ['0.0000001', 0, '1e-07'],
  ['2 > bool 1', 0, '1'],
  ['up', 0, ['up 1 a: 1', 'up 2 a: 1', 'up 3 b: 0']],
  ['up{job="a",host!="2"}', 2.5 * MINUTE, ['up 1 a: 0']],
  ['up{job=~"a|c",host!~"2|3"}', 0, ['up 1 a: 1']],
  ['up{constructor=""}', 0, ['up 1 a: 1', 'up 2 a: 1', 'up 3 b: 0']],
  ['up{host="1"}', 4 * MINUTE, []],
  ['temp', 8 * MINUTE, ['temp 1: 19']],
  ['temp', 10.9 * MINUTE, ['temp 1: 19']],
  ['temp', 11 * MINUTE, []],
  ['temp offset 5m', 11 * MINUTE, ['temp 1: 19']],
  ['temp * 1.8 + 32', 0, ['1: 68']],
  ['100 - temp', 0, ['1: 80']],
  ['-temp', 3 * MINUTE, ['1: 3']],
  ['up == 1', 0, ['up 1 a: 1', 'up 2 a: 1']],
  ['0 < up', 0, ['up 1 a: 1', 'up 2 a: 1']],
  ['up != bool 1', 0, ['1 a: 0', '2 a: 0', '3 b: 1']],
  ['sum(up)', 0, [': 2']],
  ['sum by (job) (up)', 0, ['a: 2', 'b: 0']],
  ['sum by (__name__) (up)', 0, ['up: 2']],
  ['avg without (host) (up)', 2 * MINUTE, ['a: 0.5', 'b: 0']],
  ['count(up == 0) by (job)', 2 * MINUTE, ['a: 1', 'b: 1']],
  ['count(up) by (nothing)', 0, [': 3']],
  ['min(temp) + 1', 3 * MINUTE, [': -2']],
  ['max by (job) (up)', 5 * MINUTE, ['a: 1', 'b: 0']],
  ['sum(nothing)', 0, []],
])('%s at %d ms', async (query, ms, wanted) => expect(await at(query, ms)).toEqual(wanted));

describe('windows are open to the left', () => {
  test.each([
    ['count_over_time', '3'],
    ['sum_over_time', '40.5'],
    ['avg_over_time', '13.5'],
    ['min_over_time', '-3'],
    ['max_over_time', '22.5'],
    ['last_over_time', '-3'],
    ['present_over_time', '1'],
  ])('%s(temp[3m]) at minute 3', async (name, wanted) => {
    const label = name === 'last_over_time' ? 'temp 1' : '1';
    expect(await at(`${name}(temp[3m])`, 3 * MINUTE)).toEqual([`${label}: ${wanted}`]);
  });
});

describe('rate and increase, as Prometheus computes them', () => {
  test.each([
    // Samples at 0:05, 1:05, 2:05, 3:05 within (0:00, 3:30]: 180 in 180 s, to both borders (5 s and 25 s);
    // not back to before the counter was 0.
    ['increase(total[210s])', 210_000, '205'],
    ['rate(total[210s])', 210_000, '0.976190476190476'],
    // (1:30, 3:30]: 2:05 and 3:05; 35 s and 25 s to the borders.
    ['increase(total[2m])', 210_000, '120'],
    // A reset from 180 to 30: 3:05, 4:05, 5:05; 30 + 60 more.
    ['increase(total[3m])', 330_000, '135'],
    // The last sample is more than 1.1 intervals away: half of one.
    ['increase(total[10m])', 540_000, '357.5'],
  ])('%s at %d ms', async (query, ms, wanted) => expect(await at(query, ms)).toEqual([`1: ${wanted}`]));

  test('needs two samples', async () => expect(await at('rate(total[1m])', 60_000)).toEqual([]));
});

test('over steps: a value for each where there is one', async () => {
  const steps = { start: 2 * MINUTE, count: 4, stepMs: MINUTE };
  const values = (...all: [number, string][]) => all;
  expect(await asked('sum by (job) (up{job="a"})', steps, rangeResult)).toEqual({
    resultType: 'matrix',
    result: [{ metric: { job: 'a' }, values: values([120, '1'], [180, '2'], [240, '1'], [300, '1']) }],
  });
  expect(await asked('up{host="1"} == 1', steps, rangeResult)).toMatchObject({ result: [{ values: [[180, '1']] }] });
  expect(await asked('2', { ...steps, count: 2 }, rangeResult)).toEqual({
    resultType: 'matrix',
    result: [{ metric: {}, values: values([120, '2'], [180, '2']) }],
  });
});

test('each step of a range is what an instant query says', async () => {
  const steps = { start: -3 * MINUTE, count: 60, stepMs: 17_000 };
  type Row = { metric: Labels; values: [number, string][] };
  for (const query of ['up', 'rate(total[2m])', 'avg_over_time(temp[90s])', 'sum(up) by (job) / 2']) {
    const rows: Row[] = (await asked(query, steps, rangeResult)).result;
    const points = rows.flatMap(({ metric, values }) => values.map((value) => JSON.stringify([metric, value])));
    const single: string[] = [];
    for (let step = 0; step < steps.count; step++) {
      const { result } = await instant(query, steps.start + step * steps.stepMs);
      for (const { metric, value } of result) single.push(JSON.stringify([metric, value]));
    }
    expect(points.length).toBeGreaterThan(10);
    expect(points.sort()).toEqual(single.sort());
  }
});

test('two metrics that differ in their name only cannot lose it', async () => {
  const both = '{__name__=~"total|temp"}';
  for (const query of [`-${both}`, `rate({__name__=~"total|temp"}[5m])`]) {
    await expect(at(query, 3 * MINUTE)).rejects.toMatchObject({ code: 'promql_execution' });
  }
  expect(await at(`last_over_time({__name__=~"total|temp"}[5m])`, MINUTE)).toHaveLength(2);
});

test('what is read of buckets stands for the samples in them', async () => {
  const columns = { timestamps: Float64Array.of(60_000, 120_000), counts: Float64Array.of(4, 2) };
  const OF = { last: [8, 9], min: [1, 5], max: [8, 9], sum: [16, 14] };
  const read: string[] = [];
  const frame = { steps: { start: 120_000, count: 1, stepMs: 1 }, onKept: () => undefined };
  const of = async (query: string) => {
    const expression = parsePromql(query, () => () => true);
    const evaluated = evaluate(expression, {
      ...frame,
      async *select({ ofBucket }) {
        read.push(ofBucket);
        yield { ...columns, labels: { __name__: 'a' }, values: Float64Array.from(OF[ofBucket]) };
      },
    });
    return JSON.parse(await instantResult(evaluated, frame)).result[0].value[1];
  };
  expect(await of('avg_over_time(a[2m])')).toBe('5');
  expect(await of('count_over_time(a[2m])')).toBe('6');
  expect(await of('min_over_time(a[2m])')).toBe('1');
  expect(await of('max_over_time(a[2m])')).toBe('9');
  expect(await of('a')).toBe('9');
  expect(read).toEqual(['sum', 'last', 'min', 'max', 'last']);
});

test('as many operators as a query may have, each above the last', async () => {
  expect(await at(`up${' + 1'.repeat(200)}`, 0)).toEqual(['1 a: 201', '2 a: 201', '3 b: 200']);
});

test('what is held until the answer is counted: points of it, and groups', async () => {
  const kept: number[] = [];
  const frame = { steps: { start: 0, count: 3, stepMs: MINUTE }, onKept: (points: number) => void kept.push(points) };
  const expression = parsePromql('sum(up) by (job)', () => () => true);
  await rangeResult(evaluate(expression, { ...frame, select }), frame);
  expect(kept).toEqual([3, 3, 3, 3]);
});
