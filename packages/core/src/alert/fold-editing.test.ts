import { describe, expect, test } from 'vitest';
import { foldCounters, nextDeadline } from './fold.ts';
import { createPlayer, effectLine, play } from './fold-timeline.ts';

/** Alerts over time, Editing: what a change of a rule does to its alerts. */
const RAISED = '0:01:10 NO_DATA → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before null)';

function after(raised: string): string[] {
  const lines = play(`
    0:00:00 rule warn=Average>=95*1
    0:00:30 97
    0:01:10 tick
    ${raised}`);
  expect(lines[0]).toBe(RAISED);
  return lines.slice(1);
}

describe('what touches no alert', () => {
  test.each(['name=other', 'silence=3600', 'noData=OK'])('%s', (option) => {
    expect(after(`0:01:20 rule ${option}`)).toEqual([]);
  });

  test('the next notification carries the version then in force', () => {
    const effects = createPlayer().play(`
      0:00:00 rule warn=Average>=95*1
      0:00:30 97
      0:01:20 rule name=other
      0:01:30 12
      0:02:10 tick`);
    expect(effects.map((effect) => effect.notification?.rule.ruleName)).toEqual(['rule r1', 'other']);
    expect(effects.map((effect) => effect.alert.ruleVersion)).toEqual([1, 2]);
  });
});

describe('threshold, operator, times: the alert keeps its level until the next evaluation', () => {
  test('which finds it in order', () => {
    expect(after('0:01:20 rule warn=Average>=98*1\n0:01:30 97\n0:02:10 tick')).toEqual([
      '0:02:10 WARN → OK threshold_cleared · sent OK OK 97 $Average>=98 (before WARN)',
    ]);
  });

  test('or still breaching: counters begin again, the level stays', () => {
    expect(after('0:01:20 rule warn=Average>=96*3\n0:01:30 97\n0:02:30 97\n0:03:30 12\n0:04:10 tick')).toEqual([
      '0:04:10 WARN → OK threshold_cleared · sent OK OK 12 $Average>=96 (before WARN)',
    ]);
  });

  test.each(['warn=Average>=96*2', 'warn=Average>95*2', 'warn=Average>=95*3'])('counters begin again: %s', (option) => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*2
        0:00:30 97
        0:01:20 rule ${option}
        0:01:30 97
        0:02:10 tick`),
    ).toEqual([]);
  });

  test('counters of unchanged levels go on', () => {
    expect(
      play(`
        0:00:00 rule critical=Average>=99*2 warn=Average>=95*3
        0:00:30 97
        0:01:30 97
        0:02:20 rule critical=Average>=98*2
        0:02:30 97
        0:03:10 tick`),
    ).toEqual(['0:03:10 NO_DATA → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before null)']);
  });

  test('a level that the rule loses is left at the next evaluation', () => {
    expect(
      play(`
        0:00:00 rule critical=Average>=96*1 warn=Average>=95*1
        0:00:30 97
        0:01:20 rule critical=none
        0:01:30 97
        0:02:10 tick`).at(-1),
    ).toBe('0:02:10 CRITICAL → WARN level_lowered · sent ALERT WARN 97 $Average>=95 (before CRITICAL)');
  });
});

describe('period and statistic: windows and counters start anew, the level stays', () => {
  test('open windows are dropped', () => {
    expect(after('0:01:15 12\n0:01:20 rule warn=Maximum>=95*1\n0:02:10 tick')).toEqual([]);
  });

  test('the new windows decide', () => {
    expect(after('0:01:20 rule period=15 grace=1\n0:01:25 12\n0:01:31 tick')).toEqual([
      '0:01:31 WARN → OK threshold_cleared · sent OK OK 12 $Average>=95 (before WARN)',
    ]);
  });

  test('the window of the change is not missing data, the next ones are', () => {
    expect(after('0:01:20 rule period=30 noData=INSUFFICIENT_DATA\n0:01:40 tick')).toEqual([]);
    expect(after('0:01:20 rule period=30 noData=INSUFFICIENT_DATA\n0:02:10 tick')).toEqual([
      '0:02:10 WARN → NO_DATA/WARN no_data · sent INSUFFICIENT_DATA WARN  $Average>=95 (before WARN)',
    ]);
  });

  test('counters start anew', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*2
        0:00:30 97
        0:01:20 rule period=30
        0:01:25 97
        0:01:40 tick`),
    ).toEqual([]);
  });
});

describe('the end of an alert sends no OK', () => {
  test.each([
    ['delete r1', 'rule_deleted'],
    ['rule enabled=no', 'rule_disabled'],
    ['rule host=i-2', 'resource_unselected'],
    ['rule metric=other', 'resource_unselected'],
    ['dismiss i-1', 'dismissed'],
  ])('%s', (step, reason) => {
    expect(after(`0:05:00 ${step}\n1:00:00 tick`)).toEqual([`0:05:00 WARN → OK ${reason} ended · not sent: ${reason}`]);
  });

  test.each([
    ['delete r1 notify', 'rule_deleted'],
    ['rule enabled=no notify', 'rule_disabled'],
  ])('unless asked to: %s', (step, reason) => {
    expect(after(`0:05:00 ${step}`)).toEqual([
      `0:05:00 WARN → OK ${reason} ended · sent closed OK OK  $Average>=95 (before WARN)`,
    ]);
  });

  test('which those who were never notified are not sent', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1
        0:00:30 12
        0:05:00 delete r1 notify`).at(-1),
    ).toBe('0:05:00 OK → OK rule_deleted ended · not sent: rule_deleted');
  });

  test('a pair without a live row ends unseen', () => {
    expect(play('0:00:00 rule warn=Average>=95*1\n0:00:30 12\n0:00:40 delete r1')).toEqual([]);
  });

  test('nothing is left open', () => {
    const player = createPlayer();
    player.play('0:00:00 rule warn=Average>=95*1\n0:00:30 97 i-2=97\n0:01:20 97\n0:01:25 delete r1\n0:01:26 97');
    expect(foldCounters(player.fold())).toMatchObject({ pairs: 0, openWindows: 0, unwatchedSamples: 1 });
    expect(nextDeadline(player.fold())).toBeNull();
  });

  test('only resources no longer selected end', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1
        0:00:30 97 i-2=97 i-3=97
        0:05:00 rule host=i-2`).slice(3),
    ).toEqual([
      '0:05:00 WARN → OK resource_unselected ended · not sent: resource_unselected',
      '0:05:00 i-3 WARN → OK resource_unselected ended · not sent: resource_unselected',
    ]);
  });
});

describe('coming back', () => {
  test('a rule that is enabled again starts its alerts anew', () => {
    expect(after('0:02:20 rule enabled=no\n0:02:30 12\n0:03:20 rule enabled=yes\n0:03:30 12\n0:04:10 tick')).toEqual([
      '0:02:20 WARN → OK rule_disabled ended · not sent: rule_disabled',
      '0:04:10 NO_DATA → OK first_value · not sent: initial_ok',
    ]);
  });

  test('a dismissed alert comes to life with the next sample', () => {
    expect(after('0:02:20 dismiss i-1\n0:02:30 97\n0:03:10 tick')).toEqual([
      '0:02:20 WARN → OK dismissed ended · not sent: dismissed',
      '0:03:10 NO_DATA → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before null)',
    ]);
  });

  test('a resource selected later is watched from its next sample', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1 host=i-2
        0:00:30 97
        0:01:20 rule host=i-1,i-2
        0:01:30 97
        0:02:10 tick`),
    ).toEqual(['0:02:10 NO_DATA → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before null)']);
  });
});

describe('a record that is not newer changes nothing', () => {
  test.each(['1', '2'])('version %s after 2', (version) => {
    const player = createPlayer();
    player.play('0:00:00 rule warn=Average>=95*1\n0:00:01 rule warn=Average>=95*2\n0:00:30 97');
    const [first] = [...player.fold().watches.values()];
    const record = { ...first!.rule, version: Number(version), enabled: false };
    expect(player.apply('0:00:40', [{ ...recordOf(record), rule: record }])).toEqual([]);
    expect(player.play('0:01:30 97\n0:02:10 tick').map(effectLine)).toHaveLength(1);
  });

  test('a deleted rule does not come back with an old version', () => {
    const player = createPlayer();
    player.play('0:00:00 rule warn=Average>=95*1\n0:00:30 97');
    const { rule } = [...player.fold().watches.values()][0]!;
    player.play('0:00:40 delete r1');
    player.apply('0:00:41', [{ ...recordOf(rule), rule }]);
    expect(player.play('0:01:30 97\n0:02:10 tick')).toEqual([]);
  });
});

function recordOf(rule: { account: string; ruleId: string; version: number }) {
  return {
    kind: 'rule' as const,
    account: rule.account,
    ruleId: rule.ruleId,
    version: rule.version,
    closeNotify: false,
  };
}

describe('an edit takes effect at once where it can', () => {
  test('an interval that now holds brings waiting alerts up to date', () => {
    expect(
      play(`
        7:00:00 rule warn=Average>=95*1 interval=08:00-17:59
        7:10:30 97
        7:20:00 rule interval=07:00-17:59`).at(-1),
    ).toBe('7:20:00 · sent catch_up ALERT WARN  $Average>=95 (before null)');
  });

  test('a shorter grace closes what is due by it, now and not earlier', () => {
    expect(
      play(`
        0:00:00 rule warn=Average>=95*1 grace=20
        0:00:30 97
        0:01:12 rule grace=5`),
    ).toEqual(['0:01:12 NO_DATA → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before null)']);
  });
});
