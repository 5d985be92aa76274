import { describe, expect, test } from 'vitest';
import { foldCounters } from './fold.ts';
import { createPlayer, effectLine, play } from './fold-timeline.ts';

/** Time and windows: which samples a window holds, when it closes, and what its statistics are. */
describe('a window closes at end + grace', () => {
  test('not a millisecond before, and not by the samples of the next', () => {
    const player = createPlayer();
    player.play(`
      0:00:00 rule period=60 grace=10 warn=Average>=95*1
      0:00:10 97.39
      0:01:05 12`);
    expect(player.play('0:01:09.999 tick')).toEqual([]);
    expect(player.play('0:01:10 tick').map(effectLine)).toEqual([
      '0:01:10 NO_DATA → WARN threshold_reached · sent ALERT WARN 97.39 $Average>=95 (before null)',
    ]);
  });

  test('a sample within the grace counts, in whatever order it comes', () => {
    expect(
      play(`
        0:00:00 rule warn=Maximum>=95*1
        0:01:01 1
        0:01:02 97 @0:00:59.999
        0:01:03 2 @0:00:01
        0:01:10 tick`),
    ).toEqual(['0:01:10 NO_DATA → WARN threshold_reached · sent ALERT WARN 97 $Maximum>=95 (before null)']);
  });

  test('closed is closed: what comes at the moment of closing is late, counted, and nothing else', () => {
    const player = createPlayer();
    const effects = player.play(`
      0:00:00 rule warn=Maximum>=95*1
      0:00:10 1
      0:01:10 97 @0:00:20
      0:02:10 tick`);
    expect(effects.map(effectLine)).toEqual(['0:01:10 NO_DATA → OK first_value · not sent: initial_ok']);
    expect(foldCounters(player.fold())).toMatchObject({ samples: 2, lateSamples: 1, openWindows: 0 });
  });

  test('borders belong to the window that begins there', () => {
    expect(
      play(`
        0:00:00 rule warn=SampleCount>=2*1 grace=0.5
        0:00:00 1
        0:00:59.999 1
        0:01:00 1
        0:02:01 tick`),
    ).toEqual([
      '0:01:00.5 NO_DATA → WARN threshold_reached · sent ALERT WARN 2 $SampleCount>=2 (before null)',
      '0:02:00.5 WARN → OK threshold_cleared · sent OK OK 1 $SampleCount>=2 (before WARN)',
    ]);
  });

  test('several at once: by end of window, then series, then rule', () => {
    expect(
      play(`
        0:00:00 rule r2 period=30 grace=10 warn=Average>=95*1
        0:00:00 rule r10 period=60 grace=10 warn=Average>=95*1
        0:00:00 rule r3 period=15 grace=25 warn=Average>=95*1
        0:00:31 i-2=97 i-1=97
        0:05:00 tick`).map((line) => line.replace(/ NO_DATA.*/, '')),
    ).toEqual(['0:01:10 i-2 r3', '0:01:10 r3', '0:01:10 i-2 r10', '0:01:10 i-2 r2', '0:01:10 r10', '0:01:10 r2']);
  });
});

describe('statistics over one window', () => {
  test.each([
    ['Average', '3'],
    ['Minimum', '1'],
    ['Maximum', '5'],
    ['Sum', '9'],
    ['SampleCount', '3'],
    ['LastValue', '1'],
    ['Value', '1'],
    ['SumPerSecond', '0.15'],
    ['CountPerSecond', '0.05'],
  ])('%s of 3, 5, 1 is %s', (statistic, value) => {
    const lines = play(`
      0:00:00 rule warn=${statistic}>=-1*1
      0:00:00 3
      0:00:20 5
      0:00:40 1
      0:01:10 tick`);
    expect(lines).toEqual([
      `0:01:10 NO_DATA → WARN threshold_reached · sent ALERT WARN ${value} $${statistic}>=-1 (before null)`,
    ]);
  });

  test('LastValue has the greatest timestamp, not the last arrival', () => {
    const lines = play(`
      0:00:00 rule warn=LastValue>=0*1
      0:00:40 7
      0:00:50 3 @0:00:20
      0:01:10 tick`);
    expect(lines).toEqual(['0:01:10 NO_DATA → WARN threshold_reached · sent ALERT WARN 7 $LastValue>=0 (before null)']);
  });

  test('of two samples with one timestamp the first counts, the other is counted', () => {
    const player = createPlayer();
    const effects = player.play(`
      0:00:00 rule warn=Sum>=0*1
      0:00:00 1
      0:00:20 2
      0:00:30 4
      0:00:35 100 @0:00:20
      0:00:36 100 @0:00:30
      0:00:37 100 @0:00:00
      0:01:10 tick`);
    expect(effects[0]?.notification?.curValue).toBe(7);
    expect(foldCounters(player.fold())).toMatchObject({ duplicateSamples: 3, lateSamples: 0 });
  });

  test('thirteen 97.39 average 97.39, which does not exceed 97.39', () => {
    const samples = Array.from({ length: 13 }, (_, i) => `0:00:${String(i + 10)} 97.39`).join('\n');
    const rules = (operator: string): string[] =>
      play(`
      0:00:00 rule warn=Average${operator}97.39*1
      ${samples}
      0:01:10 tick`);
    expect(rules('>')).toEqual(['0:01:10 NO_DATA → OK first_value · not sent: initial_ok']);
    expect(rules('==')).toEqual([
      '0:01:10 NO_DATA → WARN threshold_reached · sent ALERT WARN 97.39 $Average==97.39 (before null)',
    ]);
  });

  test('sums are compensated: what a large value hides comes back', () => {
    const lines = play(`
      0:00:00 rule warn=Sum>=1*1
      0:00:00 1
      0:00:01 1e100
      0:00:02 -1e100
      0:01:10 tick`);
    expect(lines).toEqual(['0:01:10 NO_DATA → WARN threshold_reached · sent ALERT WARN 1 $Sum>=1 (before null)']);
  });

  test('a negative zero is 0', () => {
    const player = createPlayer();
    const [effect] = player.play(`
      0:00:00 rule warn=Average<=0*1
      0:00:00 -0
      0:01:10 tick`);
    expect(Object.is(effect?.notification?.curValue, 0)).toBe(true);
  });
});

describe('a first window may be seen only in part', () => {
  test.each(['Average', 'Minimum', 'Maximum', 'LastValue'])('%s counts all the same', (statistic) => {
    const lines = play(`
      0:00:00 rule warn=${statistic}>=95*1
      0:00:30 97
      0:01:10 tick`);
    expect(lines).toHaveLength(1);
  });

  test.each([
    ['Sum', 95],
    ['SampleCount', 1],
    ['SumPerSecond', 1],
    ['CountPerSecond', 0.01],
  ])('%s starts with the first whole one', (statistic, threshold) => {
    const lines = play(`
      0:00:00 rule warn=${statistic}>=${threshold}*1
      0:00:30 97
      0:01:10 tick
      0:01:30 97
      0:02:10 tick`);
    expect(lines.map((line) => line.slice(0, 7))).toEqual(['0:02:10']);
  });

  test('it is whole when its first sample is the first of the window, whatever came in between', () => {
    expect(
      play(`
        0:00:00 rule warn=SampleCount>=1*1
        0:00:30 97
        0:00:31 97 @0:00:00
        0:01:10 tick`),
    ).toHaveLength(1);
  });

  test('a rule that begins within a window has it in part too', () => {
    const lines = play(`
      0:00:00 97
      0:00:30 rule warn=SampleCount<=1*1
      0:00:40 97
      0:01:10 tick
      0:01:20 97
      0:02:10 tick`);
    expect(lines.map((line) => line.slice(0, 7))).toEqual(['0:02:10']);
  });

  test('windows that ended before the rule began are not its own, though still open', () => {
    expect(
      play(`
        0:01:02 rule warn=Average>=95*1
        0:01:03 97 @0:00:59
        0:03:10 tick`),
    ).toEqual([]);
  });
});

describe('what no rule watches', () => {
  test('is counted and costs nothing', () => {
    const player = createPlayer();
    player.play(`
      0:00:00 rule warn=Average>=95*1 host=i-1
      0:00:10 i-2=97 i-3=97
      0:01:10 tick`);
    expect(foldCounters(player.fold())).toMatchObject({ unwatchedSamples: 2, pairs: 0, openWindows: 0, series: 2 });
  });

  test('a series defined before the rule is watched from its next sample on', () => {
    expect(
      play(`
        0:00:00 97
        0:01:30 rule warn=Average>=95*1
        0:01:40 97
        0:02:10 tick`),
    ).toHaveLength(1);
  });
});

test('values whose sum no number holds are compared like any other', () => {
  expect(
    play(`
      0:00:00 rule warn=Average>=95*1 info=Sum>=95*1
      0:00:10 1e308
      0:00:20 1e308
      0:01:10 tick
      0:01:20 12
      0:02:10 tick`),
  ).toEqual([
    '0:01:10 NO_DATA → WARN threshold_reached · sent ALERT WARN 1e+308 $Average>=95 (before null)',
    '0:02:10 WARN → OK threshold_cleared · sent OK OK 12 $Average>=95 (before WARN)',
  ]);
});
