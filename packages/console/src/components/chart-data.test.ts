import { expect, test } from 'vitest';
import { chartColumns, valueRange } from './chart-data.ts';

test('lines share their times; one without a value at a time goes on, one without for long breaks', () => {
  const a = {
    name: 'a',
    points: [
      [0, 1],
      [1000, 2],
      [2000, 3],
      [9000, 4],
    ] as const,
  };
  const b = {
    name: 'b',
    points: [
      [500, 7],
      [1500, 8],
    ] as const,
  };
  expect(chartColumns([a, b])).toEqual([
    [0, 0.5, 1, 1.5, 2, 3, 9],
    [1, undefined, 2, undefined, 3, null, 4],
    [undefined, 7, undefined, 8, undefined, undefined, undefined],
  ]);
  expect(chartColumns([])).toEqual([[]]);
});

test.each([
  [[90, 97], [95], [89.44, 97.56]],
  [[1, 2], [95], [0, 102.52]],
  [[-5, 5], [], [-5.8, 5.8]],
  [[7], [], [6.44, 7.56]],
  [[0], [], [0, 1]],
  [[], [], [0, 1]],
] as const)('values %j with thresholds %j: %j', (values, thresholds, wanted) => {
  const lines = [{ name: 'a', points: values.map((value, index) => [index, value] as const) }];
  const found = valueRange(
    lines,
    thresholds.map((value) => ({ level: 'WARN', value })),
  );
  expect(found.map((bound) => Number(bound.toFixed(6)))).toEqual(wanted);
});
