import { expect, test } from 'vitest';
import { heldBack } from './forward-event.ts';

const NOW = 1_700_000_000_000;

test.each<[string, number, number | null, string | null]>([
  ['never notified', 60, null, null],
  ['notified in this very moment', 60, NOW, 'repeat_not_due'],
  ['a ms before the silence time is over', 60, NOW - 59_999, 'repeat_not_due'],
  ['when it is over', 60, NOW - 60_000, null],
  ['no silence time', 0, NOW, null],
  ['a clock that was set back since', 60, NOW + 1, null],
])('%s', (_, silenceTime, lastNotifiedAt, reason) => {
  expect(heldBack({ rule: { silenceTime }, lastNotifiedAt, now: NOW })).toBe(reason);
});
