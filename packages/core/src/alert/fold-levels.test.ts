import { describe, expect, test } from 'vitest';
import { createPlayer, play } from './fold-timeline.ts';

/** From window to level: counters, times, three levels as one alert. */

/** One sample a minute from 0:00:30 on; answers what each window led to, without its time. */
function minutes(rule: string, values: string[]): string[] {
  const clock = (seconds: number): string =>
    `${Math.floor(seconds / 3600)}:${Math.floor(seconds / 60) % 60}:${seconds % 60}`;
  const samples = values.map((value, i) => `${clock(i * 60 + 30)} ${value === '-' ? 'tick' : value}`);
  const lines = play(`
    0:00:00 rule ${rule}
    ${samples.join('\n')}
    ${clock(values.length * 60 + 10)} tick`);
  return lines.map((line) => line.replace(/^0:0*(\d+):10 /, (_, minute) => `${minute}: `));
}

describe('the six operators', () => {
  test.each([
    ['>=', ['94.99', '95', '95.01'], [false, true, true]],
    ['>', ['94.99', '95', '95.01'], [false, false, true]],
    ['<=', ['94.99', '95', '95.01'], [true, true, false]],
    ['<', ['94.99', '95', '95.01'], [true, false, false]],
    ['==', ['94.99', '95', '95.01'], [false, true, false]],
    ['!=', ['94.99', '95', '95.01'], [true, false, true]],
  ])('%s 95', (operator, values, breach) => {
    const fired = values.map((value) => minutes(`warn=Average${operator}95*1`, [value])[0]?.includes('sent ALERT'));
    expect(fired).toEqual(breach);
  });
});

describe('times: consecutive periods', () => {
  test('the third in a row raises', () => {
    expect(minutes('warn=Average>=95*3', ['97', '97', '97'])).toEqual([
      '3: NO_DATA → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before null)',
    ]);
  });

  test('one that does not breach starts the count again', () => {
    expect(minutes('warn=Average>=95*3', ['97', '97', '12', '97', '97', '97'])).toEqual([
      '3: NO_DATA → OK first_value · not sent: initial_ok',
      '6: OK → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before null)',
    ]);
  });

  test('recovery takes one period, whatever times says', () => {
    expect(minutes('warn=Average>=95*3', ['97', '97', '97', '12'])).toContain(
      '4: WARN → OK threshold_cleared · sent OK OK 12 $Average>=95 (before WARN)',
    );
  });

  test('breaching below times is neither an alert nor in order: the state stays unknown', () => {
    expect(minutes('warn=Average>=95*3', ['97', '97'])).toEqual([]);
  });
});

describe('three levels, one alert', () => {
  const three = 'critical=Average>=99*1 warn=Average>=95*1 info=Average>=90*1';

  test('up and down, one step and all the way', () => {
    expect(minutes(three, ['50', '91', '96', '99.5', '96', '91', '99.5', '50'])).toEqual([
      '1: NO_DATA → OK first_value · not sent: initial_ok',
      '2: OK → INFO threshold_reached · sent ALERT INFO 91 $Average>=90 (before null)',
      '3: INFO → WARN level_raised · sent ALERT WARN 96 $Average>=95 (before INFO)',
      '4: WARN → CRITICAL level_raised · sent ALERT CRITICAL 99.5 $Average>=99 (before WARN)',
      '5: CRITICAL → WARN level_lowered · sent ALERT WARN 96 $Average>=95 (before CRITICAL)',
      '6: WARN → INFO level_lowered · sent ALERT INFO 91 $Average>=90 (before WARN)',
      '7: INFO → CRITICAL level_raised · sent ALERT CRITICAL 99.5 $Average>=99 (before INFO)',
      '8: CRITICAL → OK threshold_cleared · sent OK OK 50 $Average>=99 (before CRITICAL)',
    ]);
  });

  test('each level counts for itself', () => {
    expect(minutes('critical=Average>=99*3 warn=Average>=95*2', ['99.5', '99.5', '99.5'])).toEqual([
      '2: NO_DATA → WARN threshold_reached · sent ALERT WARN 99.5 $Average>=95 (before null)',
      '3: WARN → CRITICAL level_raised · sent ALERT CRITICAL 99.5 $Average>=99 (before WARN)',
    ]);
  });

  test('a level that no longer holds stays while the value breaches another below its times', () => {
    expect(minutes('critical=Average>=99*1 warn=Average>=95*3', ['94', '99.5', '94', '99.5', '96', '96'])).toEqual([
      '1: NO_DATA → OK first_value · not sent: initial_ok',
      '2: OK → CRITICAL threshold_reached · sent ALERT CRITICAL 99.5 $Average>=99 (before null)',
      '3: CRITICAL → OK threshold_cleared · sent OK OK 94 $Average>=99 (before CRITICAL)',
      '4: OK → CRITICAL threshold_reached · sent ALERT CRITICAL 99.5 $Average>=99 (before null)',
      '6: CRITICAL → WARN level_lowered · sent ALERT WARN 96 $Average>=95 (before CRITICAL)',
    ]);
  });

  test('levels may watch different statistics: the value shown is that of the level', () => {
    const lines = play(`
      0:00:00 rule critical=Maximum>=99*1 warn=Average>=50*1
      0:00:10 99.5
      0:00:20 10.5
      0:01:10 tick
      0:01:20 55
      0:02:10 tick
      0:02:20 5
      0:03:10 tick`);
    expect(lines).toEqual([
      '0:01:10 NO_DATA → CRITICAL threshold_reached · sent ALERT CRITICAL 99.5 $Maximum>=99 (before null)',
      '0:02:10 CRITICAL → WARN level_lowered · sent ALERT WARN 55 $Average>=50 (before CRITICAL)',
      '0:03:10 WARN → OK threshold_cleared · sent OK OK 5 $Average>=50 (before WARN)',
    ]);
  });

  test('a level whose statistic the window cannot give rules out OK', () => {
    const lines = play(`
      0:00:00 rule critical=Sum>=99*1 warn=Average>=95*1
      0:00:30 1
      0:01:10 tick
      0:01:30 1
      0:02:10 tick`);
    expect(lines).toEqual(['0:02:10 NO_DATA → OK first_value · not sent: initial_ok']);
  });
});

describe('trans id', () => {
  test('from trigger to OK the same, then another', () => {
    const effects = createPlayer().play(`
      0:00:00 rule critical=Average>=99*1 warn=Average>=95*1
      0:00:30 96
      0:01:30 99.5
      0:02:30 12
      0:03:30 96
      0:04:10 tick`);
    const ids = effects.map((effect) => effect.notification?.transId);
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).toBe(ids[0]);
    expect(ids[3]).not.toBe(ids[0]);
    expect(effects.map((effect) => effect.alert.transId)).toEqual([ids[0], ids[0], null, ids[3]]);
    expect(effects.map((effect) => effect.notification?.lastTimeMs)).toEqual([0, 60_000, 120_000, 0]);
  });
});
