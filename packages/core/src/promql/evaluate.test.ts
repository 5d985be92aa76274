import { describe, expect, test } from 'vitest';
import { evaluate, type SelectedSeries, type Steps } from './evaluate.ts';
import { type Labels, matchesAll } from './label-matcher.ts';
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
  };
};

const DATA = [
  series({ __name__: 'up', job: 'a', host: '1' }, '1 1 0 1 stale _ 1'),
  series({ __name__: 'up', job: 'a', host: '2' }, '1 1 1 1 1 1 1'),
  series({ __name__: 'up', job: 'b', host: '3' }, '0 0 0 0 0 0 0'),
  series({ __name__: 'total', host: '1' }, '0 60 120 180 30 90 150', 5_000),
  series({ __name__: 'temp', host: '1' }, '20 22.5 21 -3 _ _ 19'),
];
const dataOf = (steps: Steps) => ({
  steps,
  select: ({ matchers }: Parameters<Parameters<typeof evaluate>[1]['select']>[0]) =>
    DATA.filter(({ labels }) => matchesAll(matchers, (label) => labels[label] ?? '')),
});

/** Each as `labels value`, without the quotes. */
function at(query: string, ms: number): unknown {
  const steps = { start: ms, count: 1, stepMs: 1 };
  const answer = instantResult(evaluate(parsePromql(query), dataOf(steps)), steps);
  if (answer.resultType !== 'vector') return answer.result[1];
  return answer.result.map(({ metric, value }) => [Object.values(metric).join(' '), value[1]].join(': '));
}

test.each<[string, number, unknown]>([
  ['1+1', 0, '2'],
  ['-2^2 + 7 % 4 / 2', 0, '-2.5'],
  ['1/0', 0, '+Inf'],
  ['0/0', 0, 'NaN'],
  ['up', 0, ['up a 1: 1', 'up a 2: 1', 'up b 3: 0']],
  ['up{job="a",host!="2"}', 2.5 * MINUTE, ['up a 1: 0']],
  ['up{host="1"}', 4 * MINUTE, []],
  ['temp', 8 * MINUTE, ['temp 1: 19']],
  ['temp', 10.9 * MINUTE, ['temp 1: 19']],
  ['temp', 11 * MINUTE, []],
  ['temp offset 5m', 11 * MINUTE, ['temp 1: 19']],
  ['temp * 1.8 + 32', 0, ['1: 68']],
  ['100 - temp', 0, ['1: 80']],
  ['-temp', 3 * MINUTE, ['1: 3']],
  ['sum(up)', 0, [': 2']],
  ['sum by (job) (up)', 0, ['a: 2', 'b: 0']],
  ['avg without (host) (up)', 2 * MINUTE, ['a: 0.5', 'b: 0']],
  ['count(up) by (nothing)', 0, [': 3']],
  ['min(temp) + 1', 3 * MINUTE, [': -2']],
  ['max by (job) (up)', 5 * MINUTE, ['a: 1', 'b: 0']],
  ['sum(nothing)', 0, []],
])('%s at %d ms', (query, ms, wanted) => expect(at(query, ms)).toEqual(wanted));

describe('windows are open to the left', () => {
  test.each([
    ['count_over_time', '3'],
    ['sum_over_time', '40.5'],
    ['avg_over_time', '13.5'],
    ['min_over_time', '-3'],
    ['max_over_time', '22.5'],
    ['last_over_time', '-3'],
    ['present_over_time', '1'],
  ])('%s(temp[3m]) at minute 3', (name, wanted) => {
    const label = name === 'last_over_time' ? 'temp 1' : '1';
    expect(at(`${name}(temp[3m])`, 3 * MINUTE)).toEqual([`${label}: ${wanted}`]);
  });
});

describe('rate and increase, as Prometheus computes them', () => {
  test.each([
    // Samples at 0:05, 1:05, 2:05, 3:05 within (0:00, 3:30]: 180 in 180 s, to both borders (5 s and 25 s);
    // not back to before the counter was 0.
    ['increase(total[210s])', 210_000, '205'],
    ['rate(total[210s])', 210_000, '0.9761904761904762'],
    // (1:30, 3:30]: 2:05 and 3:05; 35 s and 25 s to the borders.
    ['increase(total[2m])', 210_000, '120'],
    // A reset from 180 to 30: 3:05, 4:05, 5:05; 30 + 60 more.
    ['increase(total[3m])', 330_000, '135'],
    // The last sample is more than 1.1 intervals away: half of one.
    ['increase(total[10m])', 540_000, '357.5'],
  ])('%s at %d ms', (query, ms, wanted) => expect(at(query, ms)).toEqual([`1: ${wanted}`]));

  test('needs two samples', () => expect(at('rate(total[1m])', 60_000)).toEqual([]));
});

test('over steps: a value for each where there is one', () => {
  const steps = { start: 2 * MINUTE, count: 4, stepMs: MINUTE };
  const query = 'sum by (job) (up{job="a"})';
  expect(rangeResult(evaluate(parsePromql(query), dataOf(steps)), steps)).toEqual({
    resultType: 'matrix',
    result: [
      {
        metric: { job: 'a' },
        values: [
          [120, '1'],
          [180, '2'],
          [240, '1'],
          [300, '1'],
        ],
      },
    ],
  });
  expect(rangeResult(evaluate(parsePromql('2'), dataOf(steps)), { ...steps, count: 2 })).toEqual({
    resultType: 'matrix',
    result: [
      {
        metric: {},
        values: [
          [120, '2'],
          [180, '2'],
        ],
      },
    ],
  });
});

test('each step of a range is what an instant query says', () => {
  const steps = { start: -3 * MINUTE, count: 60, stepMs: 17_000 };
  for (const query of ['up', 'rate(total[2m])', 'avg_over_time(temp[90s])', 'sum(up) by (job) / 2']) {
    const whole = rangeResult(evaluate(parsePromql(query), dataOf(steps)), steps);
    const single = Array.from({ length: steps.count }, (_, step) => {
      const one = { start: steps.start + step * steps.stepMs, count: 1, stepMs: 1 };
      return instantResult(evaluate(parsePromql(query), dataOf(one)), one);
    });
    const points = single.flatMap((answer) => (answer.resultType === 'vector' ? answer.result : []));
    const count = whole.resultType === 'matrix' ? whole.result.reduce((sum, one) => sum + one.values.length, 0) : 0;
    expect(count).toBe(points.length);
    for (const { metric, value } of points) {
      const own =
        whole.resultType === 'matrix'
          ? whole.result.find((one) => JSON.stringify(one.metric) === JSON.stringify(metric))
          : undefined;
      expect(own?.values).toContainEqual(value);
    }
  }
});

test('two metrics that differ in their name only cannot lose it', () => {
  expect(() => at('rate({__name__=~"up|temp",host="1"}[5m])', 0)).not.toThrow();
  expect(() => at('-{__name__=~"total|temp"}', 0)).toThrow('two series with the same labels');
});
