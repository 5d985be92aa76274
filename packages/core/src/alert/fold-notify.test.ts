import { describe, expect, test } from 'vitest';
import { createPlayer, play } from './fold-timeline.ts';

/** Alerts over time: repeats, sendOk, and the effective interval. */

/** A sample each minute of [from, to), in minutes after midnight. */
function every(from: number, to: number, value: number): string {
  const lines: string[] = [];
  for (let m = from; m < to; m++) lines.push(`${Math.floor(m / 60)}:${m % 60}:30 ${value}`);
  return lines.join('\n');
}

describe('repeats', () => {
  test('at the first breaching window silenceTime after the last notification; both levels equal', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1 silence=180
        ${every(0, 8, 97)}
        0:08:10 tick`),
    ).toEqual([
      '0:01:10 NO_DATA → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before null)',
      '0:04:10 · sent repeat ALERT WARN 97 $Average>=95 (before WARN)',
      '0:07:10 · sent repeat ALERT WARN 97 $Average>=95 (before WARN)',
    ]);
  });

  test('never, where silenceTime is null', () => {
    expect(play(`0:00:00 rule warn=Average>=95*1 silence=never\n${every(0, 1500, 97)}`)).toHaveLength(1);
  });

  test('a change of level is a notification: it does not wait, and the repeat counts from it', () => {
    expect(
      play(`
        0:00:00 rule critical=Average>=99*1 warn=Average>=95*1 silence=180
        ${every(0, 2, 97)}
        ${every(2, 6, 99.5)}
        0:06:10 tick`),
    ).toEqual([
      '0:01:10 NO_DATA → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before null)',
      '0:03:10 WARN → CRITICAL level_raised · sent ALERT CRITICAL 99.5 $Average>=99 (before WARN)',
      '0:06:10 · sent repeat ALERT CRITICAL 99.5 $Average>=99 (before CRITICAL)',
    ]);
  });

  test('at most one after down time', () => {
    const lines = play(`
      0:00:00 rule warn=Average>=95*1 silence=180
      ${every(0, 2, 97)}
      6:00:00 gap 0:01:40..6:00:00
      ${every(360, 363, 97)}
      6:03:10 tick`);
    expect(lines.map((line) => line.slice(0, 24))).toEqual([
      '0:01:10 NO_DATA → WARN t',
      '6:00:10 · sent repeat AL',
      '6:03:10 · sent repeat AL',
    ]);
  });

  test('alerts do not wait for one another', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1
        0:00:30 97
        0:01:30 97 i-2=97
        0:02:10 tick`).at(-1),
    ).toBe('0:02:10 i-2 NO_DATA → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before null)');
  });
});

describe('sendOk off', () => {
  test('the recovery says why nothing was sent; the next alert is a first one', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1 sendOk=no
        0:00:30 97
        0:01:30 12
        0:02:30 97
        0:03:10 tick`),
    ).toEqual([
      '0:01:10 NO_DATA → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before null)',
      '0:02:10 WARN → OK threshold_cleared · not sent: send_ok_off',
      '0:03:10 OK → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before null)',
    ]);
  });
});

describe('effective interval', () => {
  test('an alert outside waits; when the interval opens, one notification brings it up to date', () => {
    expect(
      play(`
        7:00:00 rule critical=Average>=99*1 warn=Average>=95*1 interval=08:00-17:59
        7:10:30 97
        7:11:30 99.5
        7:12:10 tick
        8:00:00 tick
        8:00:30 12
        8:01:10 tick`),
    ).toEqual([
      '7:11:10 NO_DATA → WARN threshold_reached · not sent: outside_interval',
      '7:12:10 WARN → CRITICAL level_raised · not sent: outside_interval',
      '8:00:00 · sent catch_up ALERT CRITICAL  $Average>=99 (before null)',
      '8:01:10 CRITICAL → OK threshold_cleared · sent OK OK 12 $Average>=99 (before CRITICAL)',
    ]);
  });

  test('an OK outside waits likewise, under the trans id of what it clears', () => {
    const effects = createPlayer().play(`
      17:00:00 rule warn=Average>=95*1 interval=08:00-17:59
      17:10:30 97
      18:00:30 12
      31:59:59 tick
      32:00:00 tick`);
    expect(effects.map((effect) => effect.notification?.reason ?? effect.suppressed)).toEqual([
      'transition',
      'outside_interval',
      'catch_up',
    ]);
    const [first, , last] = effects;
    expect(last?.notification).toMatchObject({
      alertState: 'OK',
      triggerLevel: 'OK',
      preTriggerLevel: 'WARN',
      expression: '$Average>=95',
      transId: first?.notification?.transId,
    });
    expect(last?.alert).toMatchObject({ transId: null, triggeredAt: null, preTriggerLevel: null, notifiedLevel: 'OK' });
  });

  test('an alert that came and went unseen sends nothing', () => {
    expect(
      play(`
        7:00:00 rule warn=Average>=95*1 interval=08:00-17:59
        7:10:30 97
        7:11:30 12
        9:00:00 tick`),
    ).toEqual([
      '7:11:10 NO_DATA → WARN threshold_reached · not sent: outside_interval',
      '7:12:10 WARN → OK threshold_cleared · not sent: never_notified',
    ]);
  });

  test('a recovery and a return unseen: to the receiver the alert never ended', () => {
    const effects = createPlayer().play(`
      17:00:00 rule warn=Average>=95*1 interval=08:00-17:59
      17:10:30 97
      18:00:30 12
      18:01:30 97
      32:00:00 tick
      32:00:30 12
      32:01:10 tick`);
    expect(effects.map((effect) => effect.notification?.reason ?? effect.suppressed)).toEqual([
      'transition',
      'outside_interval',
      'never_notified',
      'transition',
    ]);
    expect(new Set(effects.map((effect) => effect.transition?.transId)).size).toBe(1);
  });

  test('the end minute is included', () => {
    const at = (interval: string): string | undefined =>
      play(`
        17:00:00 rule warn=Average>=95*1 grace=10 interval=${interval}
        17:58:30 97
        18:00:00 tick`)[0];
    expect(at('08:00-17:59')).toMatch(/^17:59:10 .* sent ALERT/);
    expect(at('08:00-17:58')).toMatch(/^17:59:10 .* not sent: outside_interval/);
  });

  test('a start after the end crosses midnight', () => {
    const lines = play(`
      0:00:00 rule warn=Average>=95*1 interval=22:00-05:59
      4:00:30 97
      7:00:30 12
      12:00:30 97
      22:00:30 12
      22:01:10 tick`);
    expect(lines).toEqual([
      '4:01:10 NO_DATA → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before null)',
      '7:01:10 WARN → OK threshold_cleared · not sent: outside_interval',
      '12:01:10 OK → WARN threshold_reached · not sent: never_notified',
      '22:01:10 WARN → OK threshold_cleared · sent OK OK 12 $Average>=95 (before WARN)',
    ]);
  });

  test("the clock on the wall is that of the account's zone", () => {
    const lines = play(`
      0:00:00 zone Asia/Shanghai
      0:00:00 rule warn=Average>=95*1 interval=09:00-17:59
      0:10:30 97
      1:00:00 tick`);
    expect(lines).toEqual([
      '0:11:10 NO_DATA → WARN threshold_reached · not sent: outside_interval',
      '1:00:00 · sent catch_up ALERT WARN  $Average>=95 (before null)',
    ]);
  });

  test('a new zone in which it is open brings alerts up to date', () => {
    const lines = play(`
      0:00:00 rule warn=Average>=95*1 interval=09:00-17:59
      0:10:30 97
      1:30:00 zone Asia/Shanghai`);
    expect(lines.at(-1)).toBe('1:30:00 · sent catch_up ALERT WARN  $Average>=95 (before null)');
  });

  test('a repeat held back by it says so once, and goes out at the first breaching window inside', () => {
    expect(
      play(`
        17:55:00 rule warn=Average>=95*1 silence=300 interval=08:00-17:59
        ${every(17 * 60 + 55, 17 * 60 + 57, 97)}
        ${every(18 * 60, 18 * 60 + 20, 97)}
        31:59:30 97
        32:00:30 97
        32:01:10 tick`),
    ).toEqual([
      '17:56:10 NO_DATA → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before null)',
      '18:01:10 · not sent: outside_interval',
      '32:00:10 · sent repeat ALERT WARN 97 $Average>=95 (before WARN)',
    ]);
  });

  test('a change in between, and the held repeat is said again', () => {
    expect(
      play(`
        17:55:00 rule critical=Average>=99*1 warn=Average>=95*1 silence=300 interval=08:00-17:59
        ${every(17 * 60 + 55, 17 * 60 + 57, 97)}
        ${every(18 * 60, 18 * 60 + 5, 97)}
        18:05:30 99.5
        ${every(18 * 60 + 6, 18 * 60 + 10, 97)}`).slice(1),
    ).toEqual([
      '18:01:10 · not sent: outside_interval',
      '18:06:10 WARN → CRITICAL level_raised · not sent: outside_interval',
      '18:07:10 CRITICAL → WARN level_lowered · not sent: never_notified',
      '18:08:10 · not sent: outside_interval',
    ]);
  });

  test('an OK that is not to be sent does not wait either', () => {
    expect(
      play(`
        17:00:00 rule warn=Average>=95*1 interval=08:00-17:59 sendOk=no
        17:10:30 97
        18:00:30 12
        32:00:00 tick`).slice(1),
    ).toEqual(['18:01:10 WARN → OK threshold_cleared · not sent: send_ok_off']);
  });

  test('missing data waits and catches up too', () => {
    expect(
      play(`
        7:00:00 rule warn=Average>=95*1 interval=08:00-17:59 noData=INSUFFICIENT_DATA
        7:10:30 12
        8:00:00 tick`),
    ).toEqual([
      '7:11:10 NO_DATA → OK first_value · not sent: initial_ok',
      '7:12:10 OK → NO_DATA no_data · not sent: outside_interval',
      '8:00:00 · sent catch_up INSUFFICIENT_DATA WARN  $Average>=95 (before null)',
    ]);
  });
});
