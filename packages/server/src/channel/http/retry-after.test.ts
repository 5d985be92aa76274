import { expect, it } from 'vitest';
import { parseRetryAfter } from './retry-after.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
it.each([
  ['seconds', 429, '7', 7000],
  ['zero', 503, '0', 0],
  ['spaces around', 503, ' 7 ', 7000],
  ['an absurd number stays a number', 503, '9'.repeat(400), 1e12],
  ['a date', 503, 'Thu, 01 Jan 2026 00:00:09 GMT', 9000],
  ['a date gone by', 429, 'Wed, 31 Dec 2025 23:59:59 GMT', 0],
  ['no date', 503, 'Thu, 99 Foo 2026 00:00:09 GMT', null],
  ['another form of date', 503, '2026-01-01T00:00:09Z', null],
  ['negative', 503, '-1', null],
  ['a fraction', 503, '1.5', null],
  ['empty', 503, '', null],
  ['absent', 503, null, null],
  ['on a status it does not count for', 500, '7', null],
  ['on a success', 200, '7', null],
] as const)('%s', (_case, status, header, ms) => {
  expect(parseRetryAfter(status, header, now)).toBe(ms);
});
