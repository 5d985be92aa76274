import { describe, expect, test } from 'vitest';
import { createPlayer, play } from './fold-timeline.ts';

/** Empty windows: what each policy makes of missing data. */
describe('KEEP_LAST_STATE freezes', () => {
  test('an alert stays, and is not repeated', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1 silence=60
        0:00:30 97
        1:00:00 tick`),
    ).toEqual(['0:01:10 NO_DATA → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before null)']);
  });

  test('counters go on where they stood', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*2
        0:00:30 97
        0:10:30 97
        0:11:10 tick`),
    ).toEqual(['0:11:10 NO_DATA → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before null)']);
  });
});

describe('OK counts as not breaching', () => {
  test('and clears with no value', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1 noData=OK
        0:00:30 97
        0:02:10 tick`),
    ).toEqual([
      '0:01:10 NO_DATA → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before null)',
      '0:02:10 WARN → OK no_data_ok · sent OK OK  $Average>=95 (before WARN)',
    ]);
  });

  test('counters start again', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*2 noData=OK
        0:00:30 97
        0:02:30 97
        0:03:10 tick`),
    ).toEqual(['0:02:10 NO_DATA → OK no_data_ok · not sent: initial_ok']);
  });
});

describe('INSUFFICIENT_DATA', () => {
  test('after as many empty windows as the largest times; the level before, no value', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1 info=Average>=90*2 noData=INSUFFICIENT_DATA
        0:00:30 97
        0:10:00 tick`),
    ).toEqual([
      '0:01:10 NO_DATA → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before null)',
      '0:03:10 WARN → NO_DATA/WARN no_data · sent INSUFFICIENT_DATA WARN  $Average>=95 (before WARN)',
    ]);
  });

  test('or as the rule says; the lowest level when nothing was wrong; back in order sends OK', () => {
    expect(
      play(`
        0:00:00 rule critical=Average>=99*1 warn=Average>=95*1 noData=INSUFFICIENT_DATA noDataPeriods=3
        0:00:30 12
        0:10:30 12
        0:11:10 tick`),
    ).toEqual([
      '0:01:10 NO_DATA → OK first_value · not sent: initial_ok',
      '0:04:10 OK → NO_DATA no_data · sent INSUFFICIENT_DATA WARN  $Average>=95 (before null)',
      '0:11:10 NO_DATA → OK data_returned · sent OK OK 12 $Average>=95 (before WARN)',
    ]);
  });

  test('a window with data in between starts the count again', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1 noData=INSUFFICIENT_DATA noDataPeriods=2
        0:00:30 12
        0:02:30 12
        0:04:30 12
        0:05:10 tick`),
    ).toHaveLength(1);
  });

  test('an alert that never had a deciding value: the decision that data is missing is news', () => {
    expect(
      play(`
        0:00:00 rule warn=Sum>=95*1 noData=INSUFFICIENT_DATA
        0:00:30 12
        0:05:00 tick`),
    ).toEqual(['0:02:10 NO_DATA → NO_DATA no_data · sent INSUFFICIENT_DATA WARN  $Sum>=95 (before null)']);
  });

  test('zeroes counters; a breach below times after an alert is that alert again', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*2 noData=INSUFFICIENT_DATA noDataPeriods=1
        0:00:30 97
        0:01:30 97
        0:03:30 97
        0:04:30 12
        0:05:10 tick`),
    ).toEqual([
      '0:02:10 NO_DATA → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before null)',
      '0:03:10 WARN → NO_DATA/WARN no_data · sent INSUFFICIENT_DATA WARN  $Average>=95 (before WARN)',
      '0:04:10 NO_DATA/WARN → WARN data_returned · sent ALERT WARN 97 $Average>=95 (before WARN)',
      '0:05:10 WARN → OK threshold_cleared · sent OK OK 12 $Average>=95 (before WARN)',
    ]);
  });

  test('a breach below times after OK says nothing yet', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*2 noData=INSUFFICIENT_DATA noDataPeriods=1
        0:00:30 12
        0:02:30 97
        0:03:30 97
        0:04:10 tick`),
    ).toEqual([
      '0:01:10 NO_DATA → OK first_value · not sent: initial_ok',
      '0:02:10 OK → NO_DATA no_data · sent INSUFFICIENT_DATA WARN  $Average>=95 (before null)',
      '0:04:10 NO_DATA → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before WARN)',
    ]);
  });

  test('one trans id from the trigger through missing data to OK; times are those of the decision', () => {
    const effects = createPlayer().play(`
      0:00:00 rule warn=Average>=95*1 noData=INSUFFICIENT_DATA
      0:00:30 97
      0:02:10 tick
      0:02:30 12
      0:03:10 tick`);
    expect(new Set(effects.map((effect) => effect.notification?.transId)).size).toBe(1);
    expect(effects.map((effect) => ((effect.notification?.timestamp ?? 0) / 1000) % 3600)).toEqual([60, 130, 180]);
  });

  test('only a series seen since the rule began can miss data', () => {
    expect(
      play(`
        0:00:00 12
        0:05:00 rule warn=Average>=95*1 noData=INSUFFICIENT_DATA
        1:00:00 tick`),
    ).toEqual([]);
  });
});
