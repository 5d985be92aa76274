import { expect, test } from 'vitest';
import { timeText } from './time-text.ts';

test.each([
  ['UTC', '2026-03-04T05:06:07.999Z', '2026-03-04 05:06:07 UTC'],
  ['Europe/Berlin', '2026-03-04T05:06:07Z', '2026-03-04 06:06:07 (Europe/Berlin)'],
  ['Asia/Shanghai', '2026-12-31T16:00:00Z', '2027-01-01 00:00:00 (Asia/Shanghai)'],
  ['Asia/Kolkata', '2026-03-04T18:29:59Z', '2026-03-04 23:59:59 (Asia/Kolkata)'],
])('%s', (zone, at, wanted) => {
  expect(timeText(zone)(Date.parse(at))).toBe(wanted);
});
