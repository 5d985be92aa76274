import { expect, test } from 'vitest';
import { compensatedSum } from './compensated-sum.ts';

test.each<[string, number[], number]>([
  ['nothing', [], 0],
  ['what a large value hides', [1, 1e100, 1, -1e100], 2],
  ['decimals', Array.from({ length: 10 }, () => 0.1), 1],
  ['an overflow, which is no NaN', [Number.MAX_VALUE, Number.MAX_VALUE], Number.POSITIVE_INFINITY],
])('%s', (_, values, sum) => {
  expect(compensatedSum(Float64Array.from(values), 0, values.length)).toBe(sum);
});

test('only of the stretch that is asked for', () => {
  expect(compensatedSum(Float64Array.of(1, 2, 4, 8), 1, 3)).toBe(6);
});
