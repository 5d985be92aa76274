import { expect, test } from 'vitest';
import { spanText } from './moment.ts';

test.each([
  [-5, '0 s'],
  [0, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [250_000, '4 min 10 s'],
  [3_605_000, '1 h'],
  [3_660_000, '1 h 1 min'],
  [90_000_000, '1 d 1 h'],
  [86_460_000, '1 d'],
])('%i ms is %s', (ms, want) => {
  expect(spanText(ms)).toBe(want);
});
