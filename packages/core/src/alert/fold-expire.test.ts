import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canExpire } from './expire.ts';
import { foldCounters } from './fold.ts';
import { createPlayer, effectLine, play } from './fold-timeline.ts';

/** Series without samples leave memory; the timeline's next sample of such a host defines a series anew. */
describe('an alert of a series that left memory', () => {
  test('stays as it is, and is cleared when the resource comes back', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1
        0:00:30 97
        2:00:00 expire i-1
        3:00:10 50
        3:01:10 tick`),
    ).toEqual([
      '0:01:10 NO_DATA → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before null)',
      '3:01:10 WARN → OK threshold_cleared · sent OK OK 50 $Average>=95 (before WARN)',
    ]);
  });

  test('ends quietly when all was well, and begins again like any other', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1
        0:00:30 50
        2:00:00 expire i-1
        3:00:10 97
        3:01:10 tick`),
    ).toEqual([
      '0:01:10 NO_DATA → OK first_value · not sent: initial_ok',
      '2:00:00 OK → OK series_expired ended · not sent: series_expired',
      '3:01:10 NO_DATA → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before null)',
    ]);
  });

  test('keeps breaches on their way to a level', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*2
        0:00:30 97
        2:00:00 expire i-1
        3:00:10 97
        3:01:10 tick`),
    ).toEqual(['3:01:10 NO_DATA → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before null)']);
  });

  test('ends with its rule', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1
        0:00:30 97
        2:00:00 expire i-1
        2:10:00 delete r1 notify`).at(-1),
    ).toContain('rule_deleted');
  });
});

test.each([
  ['a window is open', '0:00:00 rule period=7200 warn=Average>=95*1\n0:00:30 50', false],
  ['no window is open', '0:00:00 rule warn=Average>=95*1\n0:00:30 50', true],
  ['it is still to be missed', '0:00:00 rule warn=Average>=95*90 noData=INSUFFICIENT_DATA\n0:00:30 50', false],
  ['it is missed', '0:00:00 rule warn=Average>=95*1 noData=INSUFFICIENT_DATA\n0:00:30 50', true],
  [
    'a silence holds what is owed',
    '0:00:00 silence s1 rule=r1 0:00:00..9:00:00\n0:00:00 rule warn=Average>=95*1\n0:00:30 97',
    false,
  ],
  ['no rule watches it', '0:00:30 50', true],
])('may expire when %s', (_, timeline, may) => {
  const player = createPlayer();
  player.play(`${timeline}\n1:00:00 tick`);
  expect(canExpire(player.fold(), 0)).toBe(may);
});

test('what is known of it leaves the fold, and a checkpoint of what is left is whole', () => {
  const player = createPlayer();
  player.play(`
    0:00:00 rule warn=Average>=95*1
    0:00:30 i-1=97 i-2=50 i-3=50
    2:00:00 i-3=50
    2:00:00 expire i-1
    2:00:00 expire i-2`);
  expect(foldCounters(player.fold())).toMatchObject({ series: 1, pairs: 1, openWindows: 1 });
  expect(
    player
      .play(`
        2:00:00 restart
        3:00:10 i-1=50 i-3=97
        3:01:10 tick`)
      .map(effectLine)
      .filter((line) => line.includes('· sent')),
  ).toHaveLength(2);
});

describe('whatever happens', () => {
  const stay = fc.record({
    host: fc.constantFrom('i-1', 'i-2'),
    minutes: fc.constantFrom(1, 2, 3, 70, 130),
    value: fc.constantFrom(50, 97, 99),
  });
  const rule = fc.record({
    times: fc.integer({ min: 1, max: 3 }),
    noData: fc.constantFrom('KEEP_LAST_STATE', 'OK', 'INSUFFICIENT_DATA'),
    silenceTime: fc.constantFrom(60, 86_400),
  });

  /** The lines that were sent; with `idleMinutes`, series that can and had no sample for that long expire. */
  function sent(
    stays: readonly { host: string; minutes: number; value: number }[],
    line: string,
    idle: number,
  ): string[] {
    const player = createPlayer();
    const lines: string[] = [];
    const say = (text: string): void => void lines.push(...player.play(text).map(effectLine));
    const clock = (minute: number): string => `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`;
    const ids = new Map<string, { id: number; minute: number }>();
    let defined = 0;
    let minute = 0;
    say(`0:00:00 ${line}`);
    for (const { host, minutes, value } of stays) {
      minute += minutes;
      say(`${clock(minute)}:00 tick`);
      for (const [name, last] of ids) {
        if (minute - last.minute < idle || !canExpire(player.fold(), last.id)) continue;
        say(`${clock(minute)}:00 expire ${name}`);
        ids.delete(name);
      }
      say(`${clock(minute)}:30 ${host}=${value}`);
      ids.set(host, { id: ids.get(host)?.id ?? defined++, minute });
    }
    say(`${clock(minute + 300)}:00 tick`);
    // An alert that was well has begun anew, and of one moment the series defined first come first: what is told of
    // each alert, and when, is the same.
    return lines
      .filter((text) => text.includes('· sent'))
      .map((text) => text.replace(/(OK|NO_DATA) → /, ''))
      .sort();
  }

  test('the same is sent as if nothing had expired', () => {
    fc.assert(
      fc.property(fc.array(stay, { minLength: 3, maxLength: 25 }), rule, (stays, { times, noData, silenceTime }) => {
        const line = `rule warn=Average>=95*${times} noData=${noData} silence=${silenceTime}`;
        expect(sent(stays, line, 60)).toEqual(sent(stays, line, Number.POSITIVE_INFINITY));
      }),
      { numRuns: 300 },
    );
  });
});
