import { describe, expect, test } from 'vitest';
import { createPlayer, play } from './fold-timeline.ts';

/** `Increase` and `Rate`: how much a counter grew, per series, over resets and the borders of windows. */

/** What was decided, one line per window that fired: `1:10 60`, its close and its value. */
function values(timeline: string): string[] {
  return play(timeline)
    .filter((line) => line.includes(' sent '))
    .map((line) => line.replace(/^0:0?(\S+) .* (?:ALERT \S+|OK OK) (\S+) \$.*$/, '$1 $2'));
}

const EACH = 'period=60 grace=10 silence=0 warn';

describe('an increase is what came since the last sample before the window', () => {
  test.each<[string, string, string[]]>([
    [
      'the first window has nothing before it and is seen in part: no value; the next counts from its last sample',
      `0:00:10 100
       0:00:50 140
       0:01:20 150
       0:01:55 200`,
      ['2:10 60'],
    ],
    [
      'a first window whose first sample stands at its start is whole, and counts from there',
      `0:00:00 100
       0:00:50 140
       0:01:50 200`,
      ['1:10 40', '2:10 60'],
    ],
    [
      'one sample a window is enough from the second on',
      `0:00:00 5
       0:01:00 7
       0:02:00 12`,
      ['2:10 2', '3:10 5'],
    ],
    [
      'a counter that stands still has grown by nothing',
      `0:00:00 5
       0:01:00 5
       0:01:30 5`,
      ['2:10 0'],
    ],
    [
      'a counter that began anew: what it shows since is increase',
      `0:00:00 100
       0:00:30 110
       0:00:40 4
       0:00:50 6`,
      ['1:10 16'],
    ],
    [
      'began anew between two windows',
      `0:00:00 100
       0:00:50 140
       0:01:10 3
       0:01:50 10`,
      ['1:10 40', '2:10 10'],
    ],
    [
      'began anew twice in one window',
      `0:00:00 100
       0:00:10 1
       0:00:20 5
       0:00:30 2`,
      ['1:10 7'],
    ],
    [
      'samples out of order are put in order: no reset where there was none',
      `0:00:00 100
       0:00:50 140
       0:00:51 120 @0:00:30
       0:01:05 130 @0:00:40`,
      ['1:10 40'],
    ],
    [
      'after empty windows it counts from the last sample there was',
      `0:00:00 100
       0:00:50 140
       0:03:10 tick
       0:03:30 170`,
      ['1:10 40', '4:10 30'],
    ],
    [
      'a sample that is late changes nothing',
      `0:00:00 100
       0:00:50 140
       0:01:15 1000 @0:00:55
       0:01:50 200`,
      ['1:10 40', '2:10 60'],
    ],
    [
      'of two with one timestamp the first counts',
      `0:00:00 100
       0:00:50 140
       0:00:51 900 @0:00:50
       0:01:50 200`,
      ['1:10 40', '2:10 60'],
    ],
  ])('%s', (_, samples, wanted) => {
    expect(values(`0:00:00 rule ${EACH}=Increase>=0*1\n${samples}\n0:10:00 tick`)).toEqual(wanted);
  });

  test('each series has its own', () => {
    expect(
      values(`
        0:00:00 rule ${EACH}=Increase>=50*1
        0:00:00 i-1=100 i-2=0
        0:00:50 i-1=110 i-2=60
        0:01:10 tick`),
    ).toEqual(['1:10 60']);
  });
});

describe('a rate is the increase per second of the time it took', () => {
  test.each<[string, string, string[]]>([
    [
      'from the last sample before the window to its last',
      `0:00:00 0
       0:00:50 100
       0:01:50 220`,
      ['1:10 2', '2:10 2'],
    ],
    [
      'over empty windows too: the increase of minutes does not read as that of one',
      `0:00:00 0
       0:00:50 100
       0:05:50 700`,
      ['1:10 2', '6:10 2'],
    ],
    [
      'in a window with nothing before it, from its first sample',
      `0:00:00 10
       0:00:20 50`,
      ['1:10 2'],
    ],
    ['one sample alone has none', `0:00:00 10`, []],
  ])('%s', (_, samples, wanted) => {
    expect(values(`0:00:00 rule ${EACH}=Rate>=0*1\n${samples}\n0:10:00 tick`)).toEqual(wanted);
  });
});

describe('what begins anew', () => {
  test('a window that touches a gap is seen in part; the next counts from its last sample', () => {
    expect(
      values(`
        0:00:00 rule ${EACH}=Increase>=0*1
        0:00:00 100
        0:00:50 140
        0:01:25 gap 0:01:15..0:01:25
        0:01:50 900
        0:02:50 905
        0:04:00 tick`),
    ).toEqual(['1:10 40', '3:10 5']);
  });

  test('a clock that stepped back: nothing from before it is compared with', () => {
    expect(
      values(`
        0:00:00 rule ${EACH}=Increase>=0*1
        0:00:00 100
        0:00:50 140
        0:02:30 clock 0:02:30..0:00:30
        0:00:40 500
        0:01:30 503
        0:02:10 tick`),
      // In log time, which went on.
    ).toEqual(['1:10 40', '4:10 3']);
  });

  test('another statistic, or a dismissal: the last sample is forgotten', () => {
    const timeline = (middle: string): string => `
      0:00:00 rule ${EACH}=Increase>=0*1
      0:00:00 100
      0:00:50 140
      0:01:20 ${middle}
      0:01:50 900
      0:02:50 905
      0:03:10 tick`;
    expect(values(timeline('tick'))).toEqual(['1:10 40', '2:10 760', '3:10 5']);
    expect(values(timeline('rule warn=Rate>=0*1')).at(-1)).toBe(`3:10 ${Number((5 / 60).toPrecision(12))}`);
    expect(values(timeline('rule warn=Rate>=0*1'))).toHaveLength(2);
    expect(values(timeline('dismiss i-1'))).toEqual(['1:10 40', '3:10 5']);
  });

  test('a rule that begins to look at single samples, beside one that has open windows', () => {
    const player = createPlayer();
    player.play(`
      0:00:00 rule r2 period=60 warn=Average>=1000*1
      0:00:00 100
      0:00:20 120
      0:00:30 rule r1 ${EACH}=Increase>=0*1
      0:00:40 130
      0:01:10 tick
      0:01:20 150`);
    expect(player.play('0:02:10 tick')[0]?.notification?.curValue).toBe(20);
  });
});
