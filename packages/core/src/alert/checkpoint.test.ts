import { describe, expect, test } from 'vitest';
import { loadFold, type SavedFold, saveFold } from './checkpoint.ts';
import { adoptAlerts, applyEntry, createFold, FOLD_VERSION, foldCounters, nextDeadline, seedRules } from './fold.ts';
import { createPlayer, effectLine, hostSeries, ORIGIN, plainRule, standInDigest, withOption } from './fold-timeline.ts';
import type { LogEntry, LogRecord } from './log-record.ts';
import { decodeLines, encodeLines } from './text-lines.ts';

const OPTIONS = { partition: 0, digest: standInDigest };

/** A checkpoint, and what takes its place where none can be read. */
describe('a saved fold', () => {
  test('goes on in the middle of everything', () => {
    const timeline = (cut: string): string[] =>
      createPlayer()
        .play(`
          7:00:00 rule critical=Average>=99*2 warn=Average>=95*1 interval=08:00-17:59 silence=60
          7:00:10 97.1 i-2=99.5
          7:01:20 97.3
          7:01:40 97.4 @7:01:39.5
          7:02:05 12
          ${cut}
          7:02:06 99 @7:01:50
          7:02:06 1000 @7:01:20
          8:00:00 tick
          8:00:30 97 i-2=1
          8:01:10 tick`)
        .map(effectLine);
    expect(timeline('7:02:05 restart')).toEqual(timeline(''));
    expect(timeline('')).toHaveLength(6);
  });

  test('is empty for an empty fold', () => {
    const fold = loadFold(OPTIONS, saveFold(createFold(OPTIONS)));
    expect([nextDeadline(fold), foldCounters(fold).series]).toEqual([null, 0]);
  });

  test('of another version, cut off, damaged, or without a page is refused', () => {
    const player = createPlayer();
    player.play('0:00:00 rule warn=Average>=95*1\n0:00:10 97');
    const { head, pages } = saveFold(player.fold());
    const load = (over: Partial<SavedFold>) => () => loadFold(OPTIONS, { head, pages, ...over });
    expect(foldCounters(load({})()).openWindows).toBe(1);
    const other = String.fromCharCode(...head).replace(`"foldVersion":${FOLD_VERSION}`, '"foldVersion":999');
    expect(load({ head: Uint8Array.from(other, (unit) => unit.charCodeAt(0)) })).toThrow('fold version 999');
    expect(load({ head: head.subarray(0, -1) })).toThrow('cut off');
    expect(load({ head: head.subarray(0, head.lastIndexOf(0x0a, head.length - 2) + 1) })).toThrow('cut off');
    expect(load({ head: new Uint8Array(0) })).toThrow('cut off');
    for (const [at, { id, bytes }] of pages.entries()) {
      expect(load({ pages: pages.toSpliced(at, 1) })).toThrow('lacks 1 of its pages');
      for (const byte of [0, bytes.length >> 1, bytes.length - 1]) {
        const damaged = bytes.with(byte, bytes[byte]! ^ 1);
        expect(load({ pages: pages.with(at, { id, bytes: damaged }) })).toThrow('checksum');
      }
      expect(load({ pages: pages.with(at, { id, bytes: bytes.subarray(0, 9) }) })).toThrow('cut off');
    }
  });
});

test('lines of JSON keep every character and every bit of a number', () => {
  const values = [['内存', '\ud800', '\n', '__proto__'], 0.1 + 0.2, 5e-324, 1.7976931348623157e308, { a: null }];
  const bytes = encodeLines([...values, 'x'.repeat(200_000)]);
  expect(bytes.every((byte) => byte < 0x80)).toBe(true);
  expect([...decodeLines(bytes)]).toEqual([...values, 'x'.repeat(200_000)]);
});

describe('without a checkpoint', () => {
  const rule = { ...withOption(plainRule('r1'), 'warn=Average>=95*1'), version: 3 };
  const record = { kind: 'rule' as const, account: '12', ruleId: 'r1', version: 3, rule, closeNotify: false };
  const entry = (seconds: number, ...records: LogRecord[]): LogEntry => ({
    position: BigInt(seconds),
    time: ORIGIN + seconds * 1000,
    skew: 0,
    records,
  });
  const sample = (seconds: number, value: number): LogEntry =>
    entry(seconds, {
      kind: 'samples',
      seriesIds: Uint32Array.of(0),
      timestamps: Float64Array.of(ORIGIN + seconds * 1000),
      values: Float64Array.of(value),
    });
  const series = entry(1, { kind: 'series', series: [hostSeries(0, 'i-1')] });

  /** The alert as committed before the loss: WARN, notified. */
  const committed = () => {
    const fold = createFold(OPTIONS);
    seedRules(fold, [record]);
    const effects = [series, sample(10, 97), entry(70, { kind: 'tick' })].flatMap((each) => applyEntry(fold, each));
    return effects[0]!.alert;
  };

  test('rules come from the store, once', () => {
    const fold = createFold(OPTIONS);
    seedRules(fold, [record]);
    seedRules(fold, [{ ...record, version: 2, rule: { ...rule, version: 2, enabled: false } }]);
    const effects = [series, sample(10, 97), entry(70, { kind: 'tick' })].flatMap((each) => applyEntry(fold, each));
    expect(effects.map(effectLine)).toEqual([
      '0:01:10 NO_DATA → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before null)',
    ]);
  });

  test('a committed alert goes on when its series is seen again: no second alert, and its recovery', () => {
    const fold = createFold(OPTIONS);
    const alert = committed();
    seedRules(fold, [record]);
    adoptAlerts(fold, [alert]);
    const steps = [series, sample(130, 97), sample(190, 12), entry(250, { kind: 'tick' })];
    const effects = steps.flatMap((each) => applyEntry(fold, each));
    expect(effects.map(effectLine)).toEqual([
      '0:04:10 WARN → OK threshold_cleared · sent OK OK 12 $Average>=95 (before WARN)',
    ]);
    expect(effects[0]?.notification?.transId).toBe(alert.transId);
  });

  test('it wins over what a replay made of a living pair', () => {
    const fold = createFold(OPTIONS);
    const alert = committed();
    seedRules(fold, [record]);
    for (const each of [series, sample(130, 12), entry(190, { kind: 'tick' })]) applyEntry(fold, each);
    adoptAlerts(fold, [alert]);
    const effects = [sample(200, 12), entry(260, { kind: 'tick' })].flatMap((each) => applyEntry(fold, each));
    expect(effects.map(effectLine)).toEqual([
      '0:04:10 WARN → OK threshold_cleared · sent OK OK 12 $Average>=95 (before WARN)',
    ]);
  });

  test('a living pair without one starts over, with the windows that the replay filled', () => {
    const fold = createFold(OPTIONS);
    seedRules(fold, [record]);
    const replay = [series, sample(10, 97), entry(70, { kind: 'tick' }), sample(75, 97)];
    for (const each of replay) applyEntry(fold, each);
    adoptAlerts(fold, []);
    expect(applyEntry(fold, entry(130, { kind: 'tick' })).map(effectLine)).toEqual([
      '0:02:10 NO_DATA → WARN threshold_reached · sent ALERT WARN 97 $Average>=95 (before null)',
    ]);
  });

  test('an alert that waits for the interval still gets its notification', () => {
    const fold = createFold(OPTIONS);
    const night = { ...rule, effectiveInterval: '08:00-17:59' };
    seedRules(fold, [{ ...record, rule: night }]);
    const waiting = { ...committed(), notifiedLevel: 'OK' as const, preTriggerLevel: null, notifiedAt: null };
    for (const each of [series, sample(10, 97)]) applyEntry(fold, each);
    adoptAlerts(fold, [waiting]);
    expect(applyEntry(fold, entry(8 * 3600, { kind: 'tick' })).map(effectLine)).toEqual([
      '8:00:00 · sent catch_up ALERT WARN  $Average>=95 (before null)',
    ]);
  });

  test.each([
    ['dismissed', (alertId: string): LogRecord => ({ kind: 'dismiss', alertId, by: 'admin' })],
    ['rule_deleted', (): LogRecord => ({ ...record, version: 4, rule: null })],
    ['rule_disabled', (): LogRecord => ({ ...record, version: 4, rule: { ...rule, version: 4, enabled: false } })],
    [
      'resource_unselected',
      (): LogRecord => ({ ...record, version: 4, rule: { ...rule, version: 4, resources: [{ instanceId: 'i-9' }] } }),
    ],
  ])('an alert whose series is never seen again can end: %s', (reason, ending) => {
    const fold = createFold(OPTIONS);
    const alert = committed();
    seedRules(fold, [record]);
    adoptAlerts(fold, [alert]);
    const saved = loadFold(OPTIONS, saveFold(fold));
    const effects = applyEntry(saved, entry(300, ending(alert.alertId)));
    expect(effects.map(effectLine)).toEqual([`0:05:00 WARN → OK ${reason} ended · not sent: ${reason}`]);
    expect(applyEntry(saved, entry(301, ending(alert.alertId)))).toEqual([]);
  });
});
