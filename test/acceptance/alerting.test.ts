import type { ClaimedDelivery } from '@cloudbell/core/notify/delivery.ts';
import { expect, test } from 'vitest';
import { at, frozen, play, receiver, rule, samples, steady, wallClockMoved } from './timeline.ts';

const levels = {
  critical: { statistics: 'Average', comparisonOperator: 'GreaterThanThreshold', threshold: 98, times: 1 },
  warn: { statistics: 'Average', comparisonOperator: 'GreaterThanOrEqualToThreshold', threshold: 95, times: 1 },
};

test('a value over the threshold is told half a second after its window, and so is the recovery', async () => {
  expect(await play([at(0, rule()), samples('i-12', { 0.1: 97.39, 0.6: 97.39, 1.1: 12 })], 10)).toEqual([
    '1.5  i-12  ALERT WARN (before: null)  97.39  $Average>=95',
    '2.5  i-12  OK OK (before: WARN)  12  $Average>=95',
  ]);
});

test('levels go up and down as one alert, and each callback says what was told before', async () => {
  expect(
    await play([at(0, rule({ escalations: levels })), samples('i-12', { 0.1: 96, 1.1: 99, 2.1: 96, 3.1: 12 })], 10),
  ).toEqual([
    '1.5  i-12  ALERT WARN (before: null)  96  $Average>=95',
    '2.5  i-12  ALERT CRITICAL (before: WARN)  99  $Average>98',
    '3.5  i-12  ALERT WARN (before: CRITICAL)  96  $Average>=95',
    '4.5  i-12  OK OK (before: WARN)  12  $Average>=95',
  ]);
});

test('while it stays, it is repeated after the silence time and not before', async () => {
  expect(
    await play([at(0, rule({ silenceTime: 10 })), steady('i-12', 99, { from: 0.1, to: 25, every: 1 })], 30),
  ).toEqual([
    '1.5  i-12  ALERT WARN (before: null)  99  $Average>=95',
    '11.5  i-12  ALERT WARN (before: WARN)  99  $Average>=95',
    '21.5  i-12  ALERT WARN (before: WARN)  99  $Average>=95',
  ]);
});

const refusesAlerts = (delivery: ClaimedDelivery) => (delivery.triggerLevel === 'OK' ? 'accepted' : 'status');

test('a receiver that fails is asked 1 + 3 times, and the recovery waits for its turn', async () => {
  const lines = await play([at(0, rule()), at(0, receiver(refusesAlerts)), samples('i-12', { 0.1: 99, 1.1: 12 })], 60);
  expect(lines.map((line) => line.replace(/^\S+ {2}/, ''))).toEqual([
    'i-12  ALERT WARN (before: null)  99  $Average>=95',
    'i-12  ALERT WARN (before: null)  99  $Average>=95  attempt 2',
    'i-12  ALERT WARN (before: null)  99  $Average>=95  attempt 3',
    'i-12  ALERT WARN (before: null)  99  $Average>=95  attempt 4',
    'i-12  OK OK (before: WARN)  12  $Average>=95',
  ]);
});

const policies = ['KEEP_LAST_STATE', 'INSUFFICIENT_DATA', 'OK'] as const;
const hotAndCool = (span: { from: number; to: number }) =>
  [steady('i-hot', 99, { ...span, every: 0.5 }), steady('i-cool', 12, { ...span, every: 0.5 })].flat();
const ONE_ALERT = ['1.5  i-hot  ALERT WARN (before: null)  99  $Average>=95'];

for (const noDataPolicy of policies) {
  const watched = at(0, rule({ noDataPolicy, noDataPeriods: 3 }));
  for (const [what, disturbance] of [
    ['a process stopped for 40 s', frozen(40, 'both')],
    ['a machine suspended for 6 h', frozen(6 * 3600, 'wall')],
    ['a wall clock moved ahead by 1 h', wallClockMoved(3600)],
    ['a wall clock moved back by 1 h', wallClockMoved(-3600)],
  ] as const) {
    test(`${what} raises no false alert and no false recovery (${noDataPolicy})`, async () => {
      expect(await play([watched, hotAndCool({ from: 0.1, to: 20 }), at(10, disturbance)], 20)).toEqual(ONE_ALERT);
    });
  }
}

test('missing data is told once under INSUFFICIENT_DATA, and its return as a recovery', async () => {
  const watched = at(0, rule({ noDataPolicy: 'INSUFFICIENT_DATA', noDataPeriods: 3 }));
  expect(await play([watched, samples('i-12', { 0.1: 12, 1.1: 12, 8.1: 12 })], 9.6)).toEqual([
    '5.5  i-12  INSUFFICIENT_DATA WARN (before: null)  null  $Average>=95',
    '9.5  i-12  OK OK (before: WARN)  12  $Average>=95',
  ]);
});
