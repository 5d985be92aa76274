import { describe, expect, test } from 'vitest';
import { adoptAlerts, applyEntry, createFold, seedAcknowledgements, seedRules } from './fold.ts';
import {
  createPlayer,
  effectLine,
  hostSeries,
  ORIGIN,
  plainRule,
  play,
  standInDigest,
  withOption,
} from './fold-timeline.ts';
import type { AcknowledgeRecord, LogEntry, LogRecord } from './log-record.ts';

/** Acknowledgements: repeats stop until the alert changes; nothing else does. */

/** A sample each minute of [from, to), in minutes after midnight. */
function every(from: number, to: number, value: number): string {
  const lines: string[] = [];
  for (let m = from; m < to; m++) lines.push(`${Math.floor(m / 60)}:${m % 60}:30 ${value}`);
  return lines.join('\n');
}

const RULE = '0:00:00 rule critical=Average>=99*1 warn=Average>=95*1 silence=180';

describe('an acknowledged alert', () => {
  test('is not repeated, which is said once; its recovery is told', () => {
    expect(
      play(`
        ${RULE}
        ${every(0, 2, 97)}
        0:02:00 acknowledge i-1
        ${every(2, 20, 97)}
        0:20:30 12
        0:21:10 tick`).slice(1),
    ).toEqual([
      '0:04:10 · not sent: acknowledged',
      '0:21:10 WARN → OK threshold_cleared · sent OK OK 12 $Average>=95 (before WARN)',
    ]);
  });

  test('another level is told, and repeated again', () => {
    expect(
      play(`
        ${RULE}
        ${every(0, 2, 97)}
        0:02:00 acknowledge i-1
        ${every(2, 3, 97)}
        ${every(3, 8, 99.5)}`).slice(1),
    ).toEqual([
      '0:04:10 WARN → CRITICAL level_raised · sent ALERT CRITICAL 99.5 $Average>=99 (before WARN)',
      '0:07:10 · sent repeat ALERT CRITICAL 99.5 $Average>=99 (before CRITICAL)',
    ]);
  });

  test('the next alert of the same resource is repeated: it is another one', () => {
    expect(
      play(`
        ${RULE}
        0:00:30 97
        0:01:20 acknowledge i-1
        0:01:30 12
        ${every(2, 7, 97)}`).slice(2),
    ).toEqual([
      '0:03:10 OK → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before null)',
      '0:06:10 · sent repeat ALERT WARN 97 $Average>=95 (before WARN)',
    ]);
  });

  test('data that goes missing is told', () => {
    expect(
      play(`
        ${RULE} noData=INSUFFICIENT_DATA
        0:00:30 97
        0:01:20 acknowledge i-1
        0:02:10 tick`).slice(1),
    ).toEqual(['0:02:10 WARN → NO_DATA/WARN no_data · sent INSUFFICIENT_DATA WARN  $Average>=95 (before WARN)']);
  });

  test('withdrawn, it is repeated at the next breaching window', () => {
    expect(
      play(`
        ${RULE}
        ${every(0, 2, 97)}
        0:02:00 acknowledge i-1
        ${every(2, 10, 97)}
        0:10:00 withdraw i-1
        ${every(10, 12, 97)}`).slice(1),
    ).toEqual(['0:04:10 · not sent: acknowledged', '0:10:10 · sent repeat ALERT WARN 97 $Average>=95 (before WARN)']);
  });

  test('a silence beside it holds the repeat in its own name', () => {
    expect(
      play(`
        ${RULE}
        ${every(0, 2, 97)}
        0:02:00 acknowledge i-1
        0:02:00 silence s1 rule=r1 0:02:00..0:06:00
        ${every(2, 10, 97)}`).slice(1),
    ).toEqual(['0:04:10 · not sent: silenced', '0:06:10 · not sent: acknowledged']);
  });

  test('an acknowledged alert that a silence made wait is still brought up to date', () => {
    expect(
      play(`
        ${RULE}
        0:00:00 silence s1 rule=r1 0:00:00..0:05:00
        0:00:30 97
        0:02:00 acknowledge i-1
        0:05:00 tick`).at(-1),
    ).toMatch(/^0:05:00 · sent catch_up ALERT WARN/);
  });

  test('one alert is acknowledged, not its neighbours', () => {
    expect(
      play(`
        ${RULE}
        0:00:30 97 i-2=97
        0:01:20 acknowledge i-1
        0:01:30 97 i-2=97
        0:02:30 97 i-2=97
        0:03:30 97 i-2=97
        0:04:10 tick`).slice(2),
    ).toEqual([
      '0:04:10 · not sent: acknowledged',
      '0:04:10 i-2 · sent repeat ALERT WARN 97 $Average>=95 (before WARN)',
    ]);
  });

  test('a restart in the middle changes nothing', () => {
    const timeline = (cut: string): string[] =>
      play(`
        ${RULE}
        ${every(0, 2, 97)}
        0:02:00 acknowledge i-1
        ${cut}
        ${every(2, 9, 97)}
        0:09:00 withdraw i-1
        ${every(9, 11, 97)}`);
    expect(timeline('0:02:00 restart')).toEqual(timeline(''));
    expect(timeline('')).toHaveLength(3);
  });
});

describe('an acknowledgement that means nothing', () => {
  test('of an alert that has moved on since it was seen', () => {
    const player = createPlayer();
    const [seen] = player.play(`${RULE}\n0:00:30 97\n0:01:10 tick`);
    const record: AcknowledgeRecord = {
      kind: 'acknowledge',
      account: '12',
      ruleId: 'r1',
      alertId: seen!.alert.alertId,
      since: seen!.alert.since,
      number: 1,
      acknowledged: true,
      by: 'admin',
    };
    player.play('0:01:30 99.5\n0:02:10 tick');
    player.apply('0:02:20', [record]);
    expect(player.fold().acknowledged.size).toBe(0);
    expect(player.play(every(2, 6, 99.5)).map(effectLine)).toEqual([
      '0:05:10 · sent repeat ALERT CRITICAL 99.5 $Average>=99 (before CRITICAL)',
    ]);
  });

  test('of an alert in order, of one that ended, of one that never was', () => {
    const player = createPlayer();
    player.play(`
      ${RULE}
      0:00:30 12 i-2=97
      0:01:20 acknowledge i-1
      0:01:20 acknowledge i-3
      0:01:20 acknowledge i-2
      0:01:25 dismiss i-2`);
    expect([...player.fold().acknowledged.keys()]).toEqual([]);
  });

  test('brought again after its withdrawal: the relay may bring both twice', () => {
    const player = createPlayer();
    const [seen] = player.play(`${RULE}\n0:00:30 97\n0:01:10 tick`);
    const act = (number: number, acknowledged: boolean): LogRecord => ({
      kind: 'acknowledge',
      account: '12',
      ruleId: 'r1',
      alertId: seen!.alert.alertId,
      since: seen!.alert.since,
      number,
      acknowledged,
      by: 'admin',
    });
    player.apply('0:01:20', [act(1, true), act(2, false)]);
    player.apply('0:01:21', [act(1, true)]);
    expect([...player.fold().acknowledged.values()]).toEqual([{ since: seen!.alert.since, number: 2, holds: false }]);
  });
});

test('without a checkpoint, the store’s acknowledgements go on with the alerts they are about', () => {
  const OPTIONS = { partition: 0, digest: standInDigest };
  const rule = { ...withOption(withOption(plainRule('r1'), 'warn=Average>=95*1'), 'silence=60'), version: 3 };
  const seeds = [{ kind: 'rule' as const, account: '12', ruleId: 'r1', version: 3, rule, closeNotify: false }];
  const entry = (seconds: number, ...records: LogRecord[]): LogEntry => ({
    position: BigInt(seconds),
    time: ORIGIN + seconds * 1000,
    skew: 0,
    records,
  });
  const sample = (seconds: number): LogEntry =>
    entry(seconds, {
      kind: 'samples',
      seriesIds: Uint32Array.of(0),
      timestamps: Float64Array.of(ORIGIN + seconds * 1000),
      values: Float64Array.of(97),
    });
  const series = entry(1, { kind: 'series', series: [hostSeries(0, 'i-1')] });
  const lost = createFold(OPTIONS);
  seedRules(lost, seeds);
  const [committed] = [series, sample(10), entry(70)].flatMap((each) => applyEntry(lost, each));
  const { alertId, since } = committed!.alert;

  const fold = createFold(OPTIONS);
  seedRules(fold, seeds);
  adoptAlerts(fold, [committed!.alert]);
  seedAcknowledgements(fold, [
    { kind: 'acknowledge', account: '12', ruleId: 'r1', alertId, since, number: 7, acknowledged: true, by: 'admin' },
  ]);
  const effects = [series, sample(130), sample(190), entry(250)].flatMap((each) => applyEntry(fold, each));
  expect(effects.map(effectLine)).toEqual(['0:03:10 · not sent: acknowledged']);
});
