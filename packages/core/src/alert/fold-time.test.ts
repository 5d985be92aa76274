import { describe, expect, test } from 'vitest';
import { foldCounters, nextDeadline } from './fold.ts';
import { createPlayer, ORIGIN, play } from './fold-timeline.ts';

/** Time and windows, Down time: gaps, suspended machines, clocks that step. */
const steady = 'warn=Average>=95*1 noData=INSUFFICIENT_DATA';
const FIRST = '0:01:10 NO_DATA → OK first_value · not sent: initial_ok';

describe('down for six hours', () => {
  const down = `
    0:00:00 rule ${steady}
    0:00:30 12
    0:01:30 12
    6:00:00 gap 0:01:40..6:00:00`;

  test('is not missing data', () => {
    expect(play(`${down}\n6:00:30 12\n6:01:10 tick`)).toEqual([FIRST]);
  });

  test('missing data after it is', () => {
    expect(play(`${down}\n6:03:00 tick`)).toEqual([
      FIRST,
      '6:01:10 OK → NO_DATA no_data · sent INSUFFICIENT_DATA WARN  $Average>=95 (before null)',
    ]);
  });

  test('what senders kept is taken until one grace after it, window by window, in order', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*2
        0:00:30 12
        6:00:00 gap 0:01:40..6:00:00
        6:00:05 97 @5:00:00
        6:00:06 97 @3:00:00
        6:00:07 12 @4:00:00
        6:00:08 97 @2:59:00
        6:00:10 97 @3:01:00
        6:01:10 tick`),
    ).toEqual([
      FIRST,
      '6:00:10 OK → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before null)',
      '6:00:10 WARN → OK threshold_cleared · sent OK OK 12 $Average>=95 (before WARN)',
    ]);
  });

  test('a window cut short counts, but not for what counts arrivals', () => {
    expect(play(`${down}\n6:00:05 97 @0:01:59\n6:00:10 tick`).at(-1)).toBe(FIRST);
    expect(
      play(`
        0:00:00 rule warn=SampleCount<=1*1 critical=Average>=95*1
        0:00:00 12
        0:00:30 12
        0:01:00 97
        0:02:00 gap 0:01:20..0:02:00
        0:02:10 tick`),
    ).toEqual([FIRST, '0:02:10 OK → CRITICAL threshold_reached · sent ALERT CRITICAL 97 $Average>=95 (before null)']);
  });

  test('counters stand still over it', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*2 noData=INSUFFICIENT_DATA noDataPeriods=1
        0:00:30 97
        6:00:00 gap 0:01:05..6:00:00
        6:00:30 97
        6:01:10 tick`),
    ).toEqual(['6:01:10 NO_DATA → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before null)']);
  });

  test('a period of one second does not cost 21,600 steps for each pair', () => {
    const hosts = Array.from({ length: 2000 }, (_, i) => `i-${i}=12`).join(' ');
    const player = createPlayer();
    player.play(`
      0:00:00 rule ${steady} period=1 grace=0.5
      0:00:00 ${hosts}
      0:00:01.5 tick`);
    const before = foldCounters(player.fold()).evaluations;
    player.play('6:00:00 gap 0:00:02..6:00:00\n6:00:00.5 tick');
    expect(foldCounters(player.fold()).evaluations).toBe(before);
    expect(nextDeadline(player.fold())).toBe(ORIGIN + 6 * 3_600_000 + 1500);
  });
});

describe('a suspended machine', () => {
  test('forty seconds at a period of one second raise no false alert and no false recovery', () => {
    const seconds = (from: number, to: number, value: number): string =>
      Array.from({ length: to - from }, (_, i) => `0:${Math.floor((from + i) / 60)}:${(from + i) % 60} ${value}`).join(
        '\n',
      );
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1 period=1 grace=0.5 noData=INSUFFICIENT_DATA
        ${seconds(0, 20, 97)}
        0:01:00 gap 0:00:20..0:01:00
        ${seconds(60, 80, 97)}`),
    ).toHaveLength(1);
  });

  test('two gaps within one grace delay a window twice', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1
        0:00:30 97
        0:02:00 gap 0:00:40..0:02:00
        0:04:00 gap 0:02:05..0:04:00
        0:04:09 12 @0:00:31
        0:05:00 tick`),
    ).toEqual(['0:04:10 NO_DATA → OK first_value · not sent: initial_ok']);
  });

  test('a window whose grace it cuts off stays open', () => {
    expect(
      play(`
        0:00:00 rule ${steady}
        0:00:30 12
        0:01:30 12
        0:03:05 tick
        0:10:00 gap 0:03:06..0:10:00
        0:10:05 12 @0:02:30
        0:10:10 tick`),
    ).toEqual([FIRST]);
  });
});

describe('the clock', () => {
  test('an hour ahead is a gap: no window of it is missing', () => {
    expect(
      play(`
        0:00:00 rule ${steady}
        0:00:30 12
        0:01:30 12
        1:01:40 gap 0:01:40..1:01:40
        1:02:30 12
        1:03:10 tick`),
    ).toEqual([FIRST]);
  });

  test('an hour back: alerts stay, windows from there on are evaluated anew, log time goes on', () => {
    const player = createPlayer();
    const effects = player.play(`
      2:00:00 rule warn=Average>=95*1
      2:00:30 97
      2:01:30 97
      2:01:40 clock 2:01:40..1:01:40
      1:01:50 97
      1:02:30 12
      1:03:10 tick`);
    expect(effects.map((effect) => [effect.logTime - ORIGIN, effect.alert.state])).toEqual([
      [(2 * 3600 + 70) * 1000, 'ALERT'],
      [(2 * 3600 + 190) * 1000, 'OK'],
    ]);
    expect(effects[1]?.notification).toMatchObject({
      timestamp: ORIGIN + 3780_000,
      lastTimeMs: 0,
      preTriggerLevel: 'WARN',
    });
    expect(foldCounters(player.fold())).toMatchObject({ lateSamples: 0 });
  });

  test('back and the windows until it has caught up are neither missing nor kept', () => {
    expect(
      play(`
        2:00:00 rule ${steady}
        2:00:30 12
        2:01:30 97
        2:01:40 clock 2:01:40..1:01:40
        1:01:50 12
        1:02:30 12
        1:03:10 tick`),
    ).toEqual(['2:01:10 NO_DATA → OK first_value · not sent: initial_ok']);
  });

  test('what was seen of the window it steps back into is gone, so that window is seen in part', () => {
    const steps = `
      0:01:00 50
      0:01:30 97
      0:01:40 clock 0:01:40..0:01:20
      0:01:30 12
      0:02:10 tick`;
    expect(play(`0:00:00 rule warn=Maximum>=95*1\n${steps}`)).toEqual([
      '0:02:30 NO_DATA → OK first_value · not sent: initial_ok',
    ]);
    expect(play(`0:00:00 rule warn=SampleCount<=1*1\n${steps}`)).toEqual([]);
  });

  test('silence times are in log time: a step back does not stretch them', () => {
    const lines = play(`
      2:00:00 rule warn=Average>=95*1 silence=180
      2:00:30 97
      2:01:40 clock 2:01:40..1:01:40
      1:02:30 97
      1:03:30 97
      1:04:10 tick`);
    expect(lines.at(-1)).toBe('2:04:10 · sent repeat ALERT WARN 97 $Average>=95 (before WARN)');
  });

  test('a gap that a step back takes away again is forgotten from there on', () => {
    expect(
      play(`
        0:00:00 rule ${steady}
        0:00:30 12
        1:01:30 gap 0:01:30..1:01:30
        1:01:35 clock 1:01:35..0:01:35
        0:02:30 12
        0:05:00 tick`),
    ).toEqual([FIRST, '1:04:10 OK → NO_DATA no_data · sent INSUFFICIENT_DATA WARN  $Average>=95 (before null)']);
  });
});

describe('what the log must be told', () => {
  test('the next deadline is the end of a grace, in log time, while a pair is alive', () => {
    const player = createPlayer();
    expect(nextDeadline(player.fold())).toBeNull();
    player.play('0:00:00 rule warn=Average>=95*1');
    expect(nextDeadline(player.fold())).toBeNull();
    player.play('0:00:30 97');
    expect(nextDeadline(player.fold())).toBe(ORIGIN + 70_000);
    player.play('0:00:40 clock 0:00:40..0:00:10');
    expect(nextDeadline(player.fold())).toBe(ORIGIN + 100_000);
  });

  test('or the opening of an interval for which something waits', () => {
    const player = createPlayer();
    player.play('7:59:20 rule warn=Average>=95*1 interval=08:00-17:59 period=30 grace=1\n7:59:21 97\n7:59:31 tick');
    expect(nextDeadline(player.fold())).toBe(ORIGIN + 8 * 3_600_000);
  });
});

test('times are whole ms, whatever grace a stored rule has', () => {
  const effects = createPlayer().play(`
    0:00:00 rule warn=Average>=95*1 noData=INSUFFICIENT_DATA noDataPeriods=1 grace=1.0005
    0:00:10 97
    0:01:30 tick
    0:03:30 tick`);
  const times = effects.flatMap(({ alert, transition, notification, logTime }) => [
    alert.since,
    transition?.at ?? 0,
    notification?.timestamp ?? 0,
    logTime,
  ]);
  expect(effects).toHaveLength(2);
  expect(times.filter((time) => !Number.isInteger(time))).toEqual([]);
});
