import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Rule } from '../rule/rule.ts';
import { loadFold, saveFold } from './checkpoint.ts';
import type { AlertEffect } from './effect.ts';
import { applyEntry, createFold, type FoldState, nextDeadline } from './fold.ts';
import { ACCOUNT, hostSeries, ORIGIN, plainRule, standInDigest, withOption } from './fold-timeline.ts';
import { alertIdOf } from './ids.ts';
import { breaches, levelPlans } from './levels.ts';
import type { LogEntry, LogRecord } from './log-record.ts';

/** What must hold for every history, whatever is in it (semantics.md, and invariants 6 and 7 of design.md). */
const OPTIONS = { partition: 0, digest: standInDigest };
const HOSTS = ['i-1', 'i-2', 'i-3'];
const START = ORIGIN + 7.9 * 3_600_000;

interface Sample {
  readonly host: number;
  readonly value: number;
  /** ms before the entry's event time. */
  readonly age: number;
}

/** One step of a history; `after` is the time since the step before, ms. */
type Happening =
  | { readonly kind: 'samples'; readonly after: number; readonly samples: readonly Sample[] }
  | { readonly kind: 'tick'; readonly after: number }
  | { readonly kind: 'gap'; readonly after: number }
  | { readonly kind: 'clock'; readonly after: number; readonly back: number }
  | { readonly kind: 'rule'; readonly after: number; readonly rule: number; readonly words: readonly string[] }
  | { readonly kind: 'delete'; readonly after: number; readonly rule: number; readonly closeNotify: boolean }
  | { readonly kind: 'dismiss'; readonly after: number; readonly rule: number; readonly host: number }
  | { readonly kind: 'zone'; readonly after: number; readonly timeZone: string };

const statistic = fc.constantFrom('Average', 'Minimum', 'Maximum', 'Sum', 'SampleCount', 'LastValue', 'CountPerSecond');

/** All levels of a rule look at one statistic, so that the value of a transition says what was compared. */
const escalationWords = fc
  .record({
    statistic,
    operator: fc.constantFrom('>=', '<', '=='),
    times: fc.tuple(...[1, 2, 3].map((m) => fc.integer({ min: 1, max: m }))),
  })
  .map(({ statistic: name, operator, times }) => [
    `critical=${name}${operator}99*${times[0]}`,
    `warn=${name}${operator}95*${times[1]}`,
    `info=${name}${operator}2*${times[2]}`,
  ]);

const otherWords = fc.array(
  fc.constantFrom(
    ...['period=10', 'period=30', 'period=60', 'grace=1', 'grace=5', 'grace=12', 'noData=KEEP_LAST_STATE', 'noData=OK'],
    ...['noData=INSUFFICIENT_DATA', 'noDataPeriods=2', 'silence=60', 'silence=never', 'sendOk=no', 'sendOk=yes'],
    ...['interval=08:00-17:59', 'interval=22:00-08:10', 'interval=00:00-23:59', 'host=i-1', 'host=i-1,i-2'],
    ...['enabled=no', 'enabled=yes', 'metric=other', 'metric=Host.mem.usedutilization', 'name=other'],
  ),
  { maxLength: 4 },
);
const ruleWords = fc.tuple(escalationWords, otherWords).map(([levels, others]) => [...levels, ...others]);
const after = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 20_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 900_000 }) },
);
const value = fc.constantFrom(1, 3, 12, 94.999, 95, 97.39, 99, 99.5);
const host = fc.integer({ min: 0, max: HOSTS.length - 1 });
const ruleNumber = fc.integer({ min: 0, max: 1 });

const samples = fc.record({
  kind: fc.constant('samples' as const),
  after,
  samples: fc.array(fc.record({ host, value, age: fc.integer({ min: -3000, max: 30_000 }) }), {
    minLength: 1,
    maxLength: 5,
  }),
});
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 20, arbitrary: samples },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('tick' as const), after }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('gap' as const), after }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('clock' as const), after, back: fc.integer({ min: 1, max: 100_000 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('rule' as const), after, rule: ruleNumber, words: otherWords }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('rule' as const), after, rule: ruleNumber, words: ruleWords }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('delete' as const), after, rule: ruleNumber, closeNotify: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('dismiss' as const), after, rule: ruleNumber, host }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('zone' as const),
      after,
      timeZone: fc.constantFrom('UTC', 'Asia/Kolkata', 'Nowhere'),
    }),
  },
);

const history = fc
  .tuple(ruleWords, ruleWords, fc.array(happening, { maxLength: 60 }))
  .map(([first, second, happenings]) =>
    entriesOf([
      { kind: 'rule', after: 0, rule: 0, words: first },
      { kind: 'rule', after: 0, rule: 1, words: second },
      ...happenings,
      { kind: 'tick', after: 7_200_000 },
    ]),
  );

function entriesOf(happenings: readonly Happening[]): LogEntry[] {
  const rules: (Rule | null)[] = [plainRule('r1'), plainRule('r2')];
  const versions = [0, 0];
  const series = HOSTS.map((name, id) => hostSeries(id, name));
  const entries: LogEntry[] = [{ position: 1n, time: START, skew: 0, records: [{ kind: 'series', series }] }];
  let time = START;
  let skew = 0;
  for (const step of happenings) {
    const before = time + skew;
    time += step.after;
    const record = recordOf(step, { before, now: time + skew, rules, versions });
    entries.push({ position: BigInt(entries.length + 1), time, skew, records: [record] });
    if (record.kind === 'clock') skew += record.to - record.from;
  }
  return entries;
}

function recordOf(
  step: Happening,
  at: { before: number; now: number; rules: (Rule | null)[]; versions: number[] },
): LogRecord {
  switch (step.kind) {
    case 'samples':
      return {
        kind: 'samples',
        seriesIds: Uint32Array.from(step.samples, (sample) => sample.host),
        timestamps: Float64Array.from(step.samples, (sample) => at.now - sample.age),
        values: Float64Array.from(step.samples, (sample) => sample.value),
      };
    case 'gap':
      return { kind: 'gap', from: at.before, to: at.now };
    case 'clock':
      return { kind: 'clock', from: at.now, to: at.now - step.back };
    case 'dismiss':
      return {
        kind: 'dismiss',
        alertId: alertIdOf(standInDigest, `r${step.rule + 1}`, hostSeries(0, HOSTS[step.host]!)),
        by: 'admin',
      };
    case 'zone':
      return { kind: 'zone', account: ACCOUNT, timeZone: step.timeZone };
    case 'rule':
    case 'delete': {
      const ruleId = `r${step.rule + 1}`;
      const version = ++at.versions[step.rule]!;
      const base = at.rules[step.rule] ?? plainRule(ruleId);
      const rule = step.kind === 'rule' ? { ...step.words.reduce(withOption, base), version } : null;
      at.rules[step.rule] = rule;
      return {
        kind: 'rule',
        account: ACCOUNT,
        ruleId,
        version,
        rule,
        closeNotify: step.kind === 'delete' && step.closeNotify,
      };
    }
    default:
      return { kind: 'tick' };
  }
}

function run(entries: readonly LogEntry[], fold: FoldState = createFold(OPTIONS)): AlertEffect[] {
  return entries.flatMap((entry) => applyEntry(fold, entry));
}

/** Everything but what names the entry: a trans id contains its position, the index counts within it. */
function withoutPlace(effects: readonly AlertEffect[]): unknown[] {
  const names = new Map<string, string>();
  const name = (id: string | null): string | null => {
    if (id === null) return null;
    if (!names.has(id)) names.set(id, `trans ${names.size}`);
    return names.get(id) ?? null;
  };
  return effects.map(({ index: _, ...effect }) => ({
    ...effect,
    alert: { ...effect.alert, transId: name(effect.alert.transId) },
    transition: effect.transition && { ...effect.transition, transId: name(effect.transition.transId) },
    notification: effect.notification && { ...effect.notification, transId: name(effect.notification.transId) },
  }));
}

/** The same history with more ticks, at given shares of the time between entries; none where nothing was observed. */
function withTicks(entries: readonly LogEntry[], shares: readonly number[]): LogEntry[] {
  const all: LogEntry[] = [];
  for (const [i, entry] of entries.entries()) {
    const before = entries[i - 1];
    const observed = entry.records.every((record) => record.kind !== 'gap');
    if (before !== undefined && observed) {
      for (const share of [...shares].sort((a, b) => a - b)) {
        const time = Math.floor(before.time + (entry.time - before.time) * share);
        all.push({ position: entry.position, time, skew: entry.skew, records: [{ kind: 'tick' }] });
      }
    }
    all.push(entry);
  }
  return all;
}

describe('every history', () => {
  test('a tick at T equals all ticks up to T', () => {
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });
    fc.assert(
      fc.property(history, shares, (entries, at) => {
        expect(withoutPlace(run(withTicks(entries, at)))).toEqual(withoutPlace(run(entries)));
      }),
      { numRuns: 300 },
    );
  });

  test('ticks at the announced deadlines are enough: nothing is decided later than it was due', () => {
    fc.assert(
      fc.property(history, (entries) => {
        const fold = createFold(OPTIONS);
        const effects: AlertEffect[] = [];
        for (const entry of entries) {
          const observed = entry.records.every((record) => record.kind !== 'gap');
          for (let due = nextDeadline(fold); observed && due !== null && due < entry.time; due = nextDeadline(fold)) {
            const tick = {
              position: entry.position,
              time: due,
              skew: entry.skew,
              records: [{ kind: 'tick' as const }],
            };
            for (const effect of applyEntry(fold, tick)) {
              expect(effect.logTime).toBe(due);
              effects.push(effect);
            }
            expect(nextDeadline(fold) ?? Number.POSITIVE_INFINITY).toBeGreaterThan(due);
          }
          effects.push(...applyEntry(fold, entry));
        }
        expect(withoutPlace(effects)).toEqual(withoutPlace(run(entries)));
      }),
      { numRuns: 150 },
    );
  });

  test('folded again it gives the same, to the last id', () => {
    fc.assert(
      fc.property(history, (entries) => {
        expect(run(entries)).toEqual(run(entries));
      }),
      { numRuns: 100 },
    );
  });

  test('saved and loaded anywhere it gives the same, and saves the same', () => {
    fc.assert(
      fc.property(history, fc.double({ min: 0, max: 1, noNaN: true }), (entries, share) => {
        const whole = createFold(OPTIONS);
        const effects = run(entries, whole);
        const cut = Math.floor(entries.length * share);
        const first = createFold(OPTIONS);
        const before = run(entries.slice(0, cut), first);
        const second = loadFold(OPTIONS, saveFold(first));
        expect(nextDeadline(second)).toBe(nextDeadline(first));
        expect([...before, ...run(entries.slice(cut), second)]).toEqual(effects);
        expect(loadFold(OPTIONS, saveFold(second)).counts).toEqual(whole.counts);
      }),
      { numRuns: 300 },
    );
  });

  test('OK takes an observed value inside every threshold, or the policy', () => {
    fc.assert(
      fc.property(history, (entries) => {
        const rules = new Map<string, Rule>();
        for (const { records } of entries) {
          for (const record of records)
            if (record.kind === 'rule' && record.rule !== null)
              rules.set(`${record.ruleId} ${record.version}`, record.rule);
        }
        const inOrder = new Set<string>();
        for (const { alert, transition, notification, ended } of run(entries)) {
          if (transition !== null && transition.toState === 'OK' && !ended) {
            const rule = rules.get(`${alert.ruleId} ${transition.ruleVersion}`)!;
            if (transition.reason === 'no_data_ok') expect(rule.noDataPolicy).toBe('OK');
            else {
              const inside = levelPlans(rule).every(
                (plan) => !breaches(transition.value ?? Number.NaN, plan.operator, plan.threshold),
              );
              expect([transition.value, inside]).toEqual([expect.any(Number), true]);
            }
          }
          if (transition !== null) inOrder[transition.toState === 'OK' ? 'add' : 'delete'](alert.alertId);
          if (notification?.alertState === 'OK' && notification.reason !== 'closed')
            expect(inOrder).toContain(alert.alertId);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('each notification knows the one before it; what is not sent says why; log time never goes back', () => {
    fc.assert(
      fc.property(history, (entries) => {
        const last = new Map<string, { transId: string | null; level: string; reason: string }>();
        let time = 0;
        for (const { alert, transition, notification, suppressed, logTime } of run(entries)) {
          expect(suppressed === null).toBe(notification !== null);
          expect(transition !== null || notification !== null || suppressed !== 'never_notified').toBe(true);
          expect(logTime).toBeGreaterThanOrEqual(time);
          time = logTime;
          if (notification === null) continue;
          const before = last.get(alert.alertId);
          const same = before !== undefined && before.transId === notification.transId;
          expect(notification.preTriggerLevel).toBe(same ? before.level : null);
          if (notification.reason === 'repeat') expect(notification.triggerLevel).toBe(before?.level);
          if (notification.alertState === 'OK') expect(same && before.level !== 'OK').toBe(true);
          const { transId, triggerLevel: level, reason } = notification;
          last.set(alert.alertId, { transId, level, reason });
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('arrivals', () => {
  const graceMs = 10_000;
  const arriving = fc.uniqueArray(
    fc.record({
      host,
      at: fc.integer({ min: 0, max: 300_000 }),
      value,
      delays: fc.tuple(...[0, 1].map(() => fc.integer({ min: 0, max: graceMs - 1 }))),
    }),
    { selector: (sample) => `${sample.host} ${sample.at}`, maxLength: 80 },
  );

  test('in any order within the grace give the same', () => {
    fc.assert(
      fc.property(ruleWords, ruleWords, arriving, (first, second, arrivals) => {
        const words = [first, second].map((all) => [
          ...all.filter((word) => !/^(grace|enabled|metric)=/.test(word)),
          'grace=10',
        ]);
        const rules = words.map((rule, i): Happening => ({ kind: 'rule', after: 0, rule: i, words: rule }));
        const effects = [0, 1].map((delay) => {
          const ordered = arrivals
            .map((sample) => ({ ...sample, due: sample.at + sample.delays[delay]! }))
            .sort((a, b) => a.due - b.due);
          const steps = ordered.map(
            (sample, i): Happening => ({
              kind: 'samples',
              after: sample.due - (ordered[i - 1]?.due ?? 0),
              samples: [{ host: sample.host, value: sample.value, age: sample.due - sample.at }],
            }),
          );
          const entries = entriesOf([...rules, ...steps]);
          const end: LogEntry = { position: 9999n, time: START + 3_600_000, skew: 0, records: [{ kind: 'tick' }] };
          return withoutPlace(run([...entries, end]));
        });
        expect(effects[1]).toEqual(effects[0]);
      }),
      { numRuns: 500 },
    );
  });
});
