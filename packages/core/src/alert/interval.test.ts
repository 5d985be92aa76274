import { describe, expect, test } from 'vitest';
import { isAllDay, isEffective, isTimeZone, nextOpening, parseInterval } from './interval.ts';

const at = (text: string): number => Date.parse(text);

describe('an effective interval', () => {
  test.each([
    ['08:00-17:59', '2026-01-05T07:59:59.999Z', false, 'before the start'],
    ['08:00-17:59', '2026-01-05T08:00:00Z', true, 'at the start'],
    ['08:00-17:59', '2026-01-05T17:59:59.999Z', true, 'in the end minute'],
    ['08:00-17:59', '2026-01-05T18:00:00Z', false, 'after the end minute'],
    ['8:00-17:59', '2026-01-05T08:00:00Z', true, 'an hour of one digit'],
    ['22:00-05:59', '2026-01-05T23:00:00Z', true, 'before midnight'],
    ['22:00-05:59', '2026-01-05T05:59:30Z', true, 'after midnight'],
    ['22:00-05:59', '2026-01-05T06:00:00Z', false, 'in the morning'],
    ['00:00-23:59', '2026-01-05T03:00:00Z', true, 'all day'],
    ['06:00-05:59', '2026-01-05T03:00:00Z', true, 'all day from another hour'],
    ['12:00-12:00', '2026-01-05T12:00:59Z', true, 'one minute'],
  ])('%s at %s: %s (%s)', (interval, time, effective) => {
    expect(isEffective(parseInterval(interval), 'UTC', at(time))).toBe(effective);
  });

  test('is read on the wall of its zone', () => {
    const morning = parseInterval('08:00-09:59');
    expect(isEffective(morning, 'Asia/Shanghai', at('2026-01-05T00:30:00Z'))).toBe(true);
    expect(isEffective(morning, 'Asia/Kolkata', at('2026-01-05T02:29:59Z'))).toBe(false);
    expect(isEffective(morning, 'Asia/Kolkata', at('2026-01-05T02:30:00Z'))).toBe(true);
  });

  test('all day is told without asking the zone', () => {
    expect(isAllDay(parseInterval('00:00-23:59'))).toBe(true);
    expect(isAllDay(parseInterval('00:00-23:58'))).toBe(false);
  });
});

describe('the next opening', () => {
  test.each([
    ['the same day', '08:00-17:59', 'UTC', '2026-01-05T03:00:12Z', '2026-01-05T08:00:00Z'],
    ['the next day', '08:00-17:59', 'UTC', '2026-01-05T18:00:00Z', '2026-01-06T08:00:00Z'],
    ['half hours', '08:00-17:59', 'Asia/Kolkata', '2026-01-05T02:00:00Z', '2026-01-05T02:30:00Z'],
    ['a night with an hour less', '08:00-17:59', 'Europe/Berlin', '2026-03-28T20:00:00Z', '2026-03-29T06:00:00Z'],
    ['a night with an hour more', '08:00-17:59', 'Europe/Berlin', '2026-10-24T20:00:00Z', '2026-10-25T07:00:00Z'],
    [
      'a start that does not exist that day',
      '02:30-04:00',
      'Europe/Berlin',
      '2026-03-28T20:00:00Z',
      '2026-03-29T01:00:00Z',
    ],
    [
      'a start that exists twice: the first',
      '02:30-04:00',
      'Europe/Berlin',
      '2026-10-24T20:00:00Z',
      '2026-10-25T00:30:00Z',
    ],
  ])('%s', (_, interval, zone, after, opening) => {
    expect(new Date(nextOpening(parseInterval(interval), zone, at(after))).toISOString()).toBe(
      new Date(opening).toISOString(),
    );
  });

  test('is where a walk minute by minute finds it', () => {
    for (const zone of ['America/St_Johns', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Europe/London']) {
      for (let hours = 0; hours < 366 * 24; hours += 41) {
        const interval = { start: (hours * 37) % 1440, end: (hours * 37 + 45) % 1440 };
        const from = at('2026-01-01T00:17:00Z') + hours * 3_600_000;
        if (isEffective(interval, zone, from)) continue;
        let walk = from;
        while (!isEffective(interval, zone, walk)) walk += 60_000;
        expect(nextOpening(interval, zone, from)).toBe(walk);
      }
    }
  });
});

test('a zone is known or it is not', () => {
  expect([isTimeZone('Asia/Shanghai'), isTimeZone('UTC'), isTimeZone('Nowhere/Else'), isTimeZone('')]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
