import { describe, expect, test } from 'vitest';
import { createPlayer, effectLine, play } from './fold-timeline.ts';

/** Silences: what is due is held back, and one notification brings each alert up to date when they end. */

/** A sample each minute of [from, to), in minutes after midnight. */
function every(from: number, to: number, value: number): string {
  const lines: string[] = [];
  for (let m = from; m < to; m++) lines.push(`${Math.floor(m / 60)}:${m % 60}:30 ${value}`);
  return lines.join('\n');
}

const WARN_SENT = '0:01:10 NO_DATA → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before null)';

describe('while a silence is in force', () => {
  test('an alert waits; at its end one notification brings it up to date', () => {
    expect(
      play(`
        0:00:00 rule critical=Average>=99*1 warn=Average>=95*1
        0:00:00 silence s1 rule=r1 0:00:00..1:00:00
        0:00:30 97
        0:01:30 99.5
        1:00:30 12
        1:01:10 tick`),
    ).toEqual([
      '0:01:10 NO_DATA → WARN threshold_reached · not sent: silenced',
      '0:02:10 WARN → CRITICAL level_raised · not sent: silenced',
      '1:00:00 · sent catch_up ALERT CRITICAL  $Average>=99 (before null)',
      '1:01:10 CRITICAL → OK threshold_cleared · sent OK OK 12 $Average>=99 (before CRITICAL)',
    ]);
  });

  test('a recovery waits too, under the trans id of what it clears', () => {
    const effects = createPlayer().play(`
      0:00:00 rule warn=Average>=95*1
      0:00:30 97
      0:01:20 silence s1 rule=r1 0:01:20..1:01:20
      0:01:30 12
      1:01:20 tick`);
    expect(effects.map(effectLine)).toEqual([
      WARN_SENT,
      '0:02:10 WARN → OK threshold_cleared · not sent: silenced',
      '1:01:20 · sent catch_up OK OK  $Average>=95 (before WARN)',
    ]);
    expect(new Set(effects.map(({ notification }) => notification?.transId ?? effects[0]?.alert.transId)).size).toBe(1);
    expect(effects.at(-1)?.alert).toMatchObject({ transId: null, notifiedLevel: 'OK' });
  });

  test('an alert that came and went unseen sends nothing', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1
        0:00:00 silence s1 rule=r1 0:00:00..1:00:00
        0:00:30 97
        0:01:30 12
        2:00:00 tick`),
    ).toEqual([
      '0:01:10 NO_DATA → WARN threshold_reached · not sent: silenced',
      '0:02:10 WARN → OK threshold_cleared · not sent: never_notified',
    ]);
  });

  test('a recovery and a return unseen: to the receiver the alert never ended', () => {
    const effects = createPlayer().play(`
      0:00:00 rule warn=Average>=95*1
      0:00:30 97
      0:01:20 silence s1 rule=r1 0:01:20..1:01:20
      0:01:30 12
      0:02:30 97
      1:01:20 tick`);
    expect(effects.map(({ notification, suppressed }) => notification?.reason ?? suppressed)).toEqual([
      'transition',
      'silenced',
      'never_notified',
    ]);
    expect(new Set(effects.map(({ transition }) => transition?.transId)).size).toBe(1);
  });

  test('a repeat says once that it is held, and goes out at the first breaching window after', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1 silence=180
        ${every(0, 2, 97)}
        0:02:00 silence s1 rule=r1 0:02:00..0:20:20
        ${every(2, 22, 97)}`),
    ).toEqual([
      WARN_SENT,
      '0:04:10 · not sent: silenced',
      '0:21:10 · sent repeat ALERT WARN 97 $Average>=95 (before WARN)',
    ]);
  });

  test('missing data waits and catches up', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1 noData=INSUFFICIENT_DATA
        0:00:00 silence s1 rule=r1 0:00:00..0:30:00
        0:00:30 12
        0:30:00 tick`),
    ).toEqual([
      '0:01:10 NO_DATA → OK first_value · not sent: initial_ok',
      '0:02:10 OK → NO_DATA no_data · not sent: silenced',
      '0:30:00 · sent catch_up INSUFFICIENT_DATA WARN  $Average>=95 (before null)',
    ]);
  });

  test('an OK that is not to be sent does not wait either', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1 sendOk=no
        0:00:30 97
        0:01:20 silence s1 rule=r1 0:01:20..0:20:00
        0:01:30 12
        0:30:00 tick`).slice(1),
    ).toEqual(['0:02:10 WARN → OK threshold_cleared · not sent: send_ok_off']);
  });

  test('a rule deleted with a last OK asked for sends it: there is no later at which it could be sent', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1
        0:00:30 97
        0:01:20 silence s1 rule=r1 0:01:20..0:20:00
        0:02:00 delete r1 notify`).at(-1),
    ).toMatch(/^0:02:00 WARN → OK rule_deleted ended · sent closed OK/);
  });

  test('an alert that ended meanwhile sends nothing when the silence does', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1
        0:00:00 silence s1 rule=r1 0:00:00..0:20:00
        0:00:30 97
        0:02:00 delete r1
        0:30:00 tick`).at(-1),
    ).toBe('0:02:00 WARN → OK rule_deleted ended · not sent: rule_deleted');
  });

  test('a threshold edited meanwhile counts: what goes out is what is so at the end', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1
        0:00:00 silence s1 rule=r1 0:00:00..0:20:00
        0:00:30 97
        0:02:00 rule critical=Average>=96*1 warn=none
        0:02:30 97
        0:20:00 tick`),
    ).toEqual([
      '0:01:10 NO_DATA → WARN threshold_reached · not sent: silenced',
      '0:03:10 WARN → CRITICAL level_raised · not sent: silenced',
      '0:20:00 · sent catch_up ALERT CRITICAL  $Average>=96 (before null)',
    ]);
  });
});

describe('when it begins and ends', () => {
  const at = (range: string): string | undefined =>
    play(`
      0:00:00 rule warn=Average>=95*1
      0:00:00 silence s1 rule=r1 ${range}
      0:00:30 97
      0:01:10 tick`)[0];

  test.each([
    ['from the decision on', '0:01:10..0:05:00', 'not sent: silenced'],
    ['from after it', '0:01:10.001..0:05:00', 'sent ALERT'],
    ['until the decision: the end is not part of it', '0:00:00..0:01:10', 'sent ALERT'],
    ['until just after it', '0:00:00..0:01:10.001', 'not sent: silenced'],
    ['over before it was heard of', '0:00:00..0:00:00', 'sent ALERT'],
  ])('%s', (_, range, outcome) => {
    expect(at(range)).toContain(outcome);
  });

  test('a window that closes when it ends comes first, and is told at once', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1
        0:00:00 silence s1 rule=r1 0:00:00..0:02:10
        0:00:30 97
        0:01:30 12
        0:05:00 tick`),
    ).toEqual([
      '0:01:10 NO_DATA → WARN threshold_reached · not sent: silenced',
      '0:02:10 WARN → OK threshold_cleared · not sent: never_notified',
    ]);
  });

  test('ended early, what waited goes out there and then', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1
        0:00:00 silence s1 rule=r1 0:00:00..1:00:00
        0:00:30 97
        0:05:00 silence s1 ..0:05:00
        2:00:00 tick`).slice(1),
    ).toEqual(['0:05:00 · sent catch_up ALERT WARN  $Average>=95 (before null)']);
  });

  test('moved to an earlier end that is still to come, or to a later one', () => {
    const moved = (until: string): string[] =>
      play(`
        0:00:00 rule warn=Average>=95*1
        0:00:00 silence s1 rule=r1 0:00:00..1:00:00
        0:00:30 97
        0:05:00 silence s1 ..${until}
        3:00:00 tick`).slice(1);
    expect(moved('0:10:00')).toEqual(['0:10:00 · sent catch_up ALERT WARN  $Average>=95 (before null)']);
    expect(moved('2:00:00')).toEqual(['2:00:00 · sent catch_up ALERT WARN  $Average>=95 (before null)']);
  });

  test('taken back before it began, it never holds anything', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1
        0:00:00 silence s1 rule=r1 0:01:00..1:00:00
        0:00:20 silence s1 ..0:00:20
        0:00:30 97
        0:01:10 tick`),
    ).toEqual([WARN_SENT]);
  });

  test('an older or equal version changes nothing: the relay may bring one twice', () => {
    const player = createPlayer();
    player.play(`
      0:00:00 rule warn=Average>=95*1
      0:00:00 silence s1 rule=r1 0:00:00..1:00:00`);
    const [first] = [...player.fold().silences.values()];
    player.play('0:00:10 silence s1 ..0:00:10');
    player.apply('0:00:20', [{ kind: 'silence', silence: first! }]);
    expect(player.play('0:00:30 97\n0:01:10 tick').map(effectLine)).toEqual([WARN_SENT]);
  });
});

describe('two silences, and the interval', () => {
  test('what one lets go the other holds', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1
        0:00:00 silence s1 rule=r1 0:00:00..0:10:00
        0:00:00 silence s2 host=i-1 0:05:00..0:20:00
        0:00:30 97
        0:30:00 tick`).slice(1),
    ).toEqual(['0:20:00 · sent catch_up ALERT WARN  $Average>=95 (before null)']);
  });

  test('two that end together send one notification', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1
        0:00:00 silence s1 rule=r1 0:00:00..0:10:00
        0:00:00 silence s2 host=i-1 0:00:00..0:10:00
        0:00:30 97
        0:30:00 tick`).slice(1),
    ).toEqual(['0:10:00 · sent catch_up ALERT WARN  $Average>=95 (before null)']);
  });

  test('a silence that ends outside the interval leaves it waiting for the interval', () => {
    expect(
      play(`
        17:00:00 rule warn=Average>=95*1 interval=08:00-17:59
        17:00:00 silence s1 rule=r1 17:00:00..20:00:00
        17:00:30 97
        32:00:00 tick`),
    ).toEqual([
      '17:01:10 NO_DATA → WARN threshold_reached · not sent: silenced',
      '32:00:00 · sent catch_up ALERT WARN  $Average>=95 (before null)',
    ]);
  });

  test('an interval that opens under a silence leaves it waiting for the silence, or for the next opening', () => {
    const ends = (until: string): string | undefined =>
      play(`
        7:00:00 rule warn=Average>=95*1 interval=08:00-17:59
        7:00:00 silence s1 rule=r1 7:30:00..${until}
        7:00:30 97
        33:00:00 tick`).at(-1);
    expect(ends('9:00:00')).toBe('9:00:00 · sent catch_up ALERT WARN  $Average>=95 (before null)');
    expect(ends('8:00:00')).toBe('8:00:00 · sent catch_up ALERT WARN  $Average>=95 (before null)');
    expect(ends('18:00:00')).toBe('32:00:00 · sent catch_up ALERT WARN  $Average>=95 (before null)');
  });

  test('a repeat held by both says each once', () => {
    expect(
      play(`
        17:50:00 rule warn=Average>=95*1 silence=300 interval=08:00-17:59
        17:50:00 silence s1 rule=r1 17:52:00..18:10:00
        ${every(17 * 60 + 50, 18 * 60 + 20, 97)}`).slice(1),
    ).toEqual(['17:56:10 · not sent: silenced', '18:10:10 · not sent: outside_interval']);
  });
});

describe('what a silence is about', () => {
  const sent = (by: string): string[] =>
    play(`
      0:00:00 rule warn=Average>=95*1
      0:00:00 rule r2 warn=Average>=95*1
      0:00:00 silence s1 ${by} 0:00:00..1:00:00
      0:00:30 97 i-2=97
      0:01:10 tick`)
      .filter((line) => line.includes('sent ALERT'))
      .map((line) => `${line.includes('i-2') ? 'i-2' : 'i-1'} ${line.includes('r2') ? 'r2' : 'r1'}`);

  test.each([
    ['rule=r1', ['i-1 r2', 'i-2 r2']],
    ['rule=r9', ['i-1 r1', 'i-1 r2', 'i-2 r1', 'i-2 r2']],
    ['host=i-1', ['i-2 r1', 'i-2 r2']],
    ['alert=i-1', ['i-1 r2', 'i-2 r1', 'i-2 r2']],
  ])('%s', (by, rest) => {
    expect(sent(by)).toEqual(rest);
  });

  test('at its end alerts go out in order of series, then rule', () => {
    expect(
      play(`
        0:00:00 rule r2 warn=Average>=95*1
        0:00:00 rule warn=Average>=95*1
        0:00:00 silence s1 host=i-1 0:00:00..1:00:00
        0:00:00 silence s2 host=i-2 0:00:00..1:00:00
        0:00:30 i-2=97
        0:00:30 97
        1:00:00 tick`)
        .slice(4)
        .map((line) => line.replace(/ · .*/, '')),
    ).toEqual(['1:00:00 i-2', '1:00:00 i-2 r2', '1:00:00', '1:00:00 r2']);
  });

  test('all pairs must be there, in the same account', () => {
    const player = createPlayer();
    const silence = (silenceId: string, account: string, dimensions: Record<string, string>) => ({
      kind: 'silence' as const,
      silence: { account, silenceId, version: 1, by: { dimensions }, from: 0, until: 9e15, who: 'a', why: 'b' },
    });
    player.play('0:00:00 rule warn=Average>=95*1');
    player.apply('0:00:01', [silence('s1', '12', { instanceId: 'i-1', userId: '13' }), silence('s2', '13', {})]);
    expect(player.play('0:00:30 97\n0:01:10 tick').map(effectLine)).toEqual([WARN_SENT]);
  });
});

describe('time', () => {
  test('a clock set back into a silence lets it hold again; set back before it, what waited goes out', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1
        0:00:00 silence s1 rule=r1 0:00:10..0:05:00
        0:06:00 clock 0:06:00..0:03:00
        0:03:30 97
        0:04:10 tick
        0:06:00 tick`),
    ).toEqual([
      '0:07:10 NO_DATA → WARN threshold_reached · not sent: silenced',
      '0:08:00 · sent catch_up ALERT WARN 97 $Average>=95 (before null)',
    ]);
    expect(
      play(`
        0:30:00 rule warn=Average>=95*1
        0:30:00 silence s1 rule=r1 0:30:30..1:00:00
        0:30:40 97
        0:31:10 tick
        0:31:20 clock 0:31:20..0:30:20`).slice(1),
    ).toEqual(['0:31:20 · sent catch_up ALERT WARN 97 $Average>=95 (before null)']);
  });

  test('one that ended while the machine was down is over, and is dated by its end', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1
        0:00:00 silence s1 rule=r1 0:00:00..0:10:00
        0:00:30 97
        0:01:40 tick
        6:00:00 gap 0:01:40..6:00:00`).at(-1),
    ).toBe('0:10:00 · sent catch_up ALERT WARN 97 $Average>=95 (before null)');
  });

  test('a restart in the middle changes nothing', () => {
    const timeline = (cut: string): string[] =>
      play(`
        0:00:00 rule warn=Average>=95*1 silence=120
        0:00:00 silence s1 host=i-1 0:00:00..0:10:00
        0:00:00 silence s2 rule=r1 0:00:00..0:03:00
        ${every(0, 5, 97)}
        ${cut}
        ${every(5, 12, 97)}`);
    expect(timeline('0:05:00 restart')).toEqual(timeline(''));
  });

  test('those long over are forgotten when another one comes', () => {
    const player = createPlayer();
    player.play(`
      0:00:00 silence s1 rule=r1 0:00:00..0:10:00
      24:09:00 silence s2 rule=r1 0:00:00..0:10:00
      24:10:00 silence s3 rule=r1 24:10:00..25:00:00`);
    expect([...player.fold().silences.values()].map(({ silenceId }) => silenceId)).toEqual(['s3']);
  });
});
