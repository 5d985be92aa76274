import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Rule } from '../rule/rule.ts';
import { cutFold, type FoldCut, loadFold, saveFold } from './checkpoint.ts';
import type { AlertEffect } from './effect.ts';
import { applyEntry, createFold, foldCounters, nextDeadline } from './fold.ts';
import {
  entriesOf,
  type Happening,
  history,
  host,
  OPTIONS,
  ruleWords,
  run,
  START,
  value,
  withoutPlace,
} from './fold-history.contract.ts';
import { breaches, levelPlans } from './levels.ts';
import type { LogEntry } from './log-record.ts';

/** What must hold for every history, whatever is in it (semantics.md, and invariants 6 and 7 of design.md). */
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

  /**
   * What a process does that checkpoints while it goes on: a cut now and then, its pages taken while more is folded, or
   * given up. What a crash then finds is the last whole checkpoint, and the log after it.
   */
  test('saved page by page while it goes on, and loaded from the last save that was completed, it gives the same', () => {
    const plan = fc.array(
      fc.record({
        every: fc.integer({ min: 1, max: 9 }),
        pagesPerEntry: fc.integer({ min: 0, max: 3 }),
        fails: fc.boolean(),
      }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(history, plan, (entries, saves) => {
        const fold = createFold(OPTIONS);
        const stored = new Map<number, Uint8Array>();
        let complete: { head: Uint8Array; pages: Map<number, Uint8Array>; at: number } | null = null;
        let under: {
          cut: FoldCut;
          at: number;
          fails: boolean;
          perEntry: number;
          taken: Map<number, Uint8Array>;
        } | null = null;
        const effects: AlertEffect[][] = [];
        for (const [at, entry] of entries.entries()) {
          const { every, pagesPerEntry, fails } = saves[at % saves.length]!;
          if (under === null && at % every === 0) {
            under = { cut: cutFold(fold), at, fails, perEntry: pagesPerEntry, taken: new Map() };
          }
          effects.push(applyEntry(fold, entry));
          if (under === null) continue;
          for (let i = 0; i < under.perEntry && under.cut.left() > 0; i++) {
            const { id, bytes } = under.cut.take()!;
            under.taken.set(id, bytes);
          }
          if (under.fails && under.cut.left() < 3) under.cut.giveUp();
          else if (under.cut.left() > 0) continue;
          else {
            for (const [id, bytes] of under.taken) stored.set(id, bytes);
            complete = { head: under.cut.head, pages: new Map(stored), at: under.at };
          }
          under = null;
        }
        if (complete === null) return;
        const pages = [...complete.pages].map(([id, bytes]) => ({ id, bytes }));
        const later = loadFold(OPTIONS, { head: complete.head, pages });
        expect(entries.slice(complete.at).map((entry) => applyEntry(later, entry))).toEqual(effects.slice(complete.at));
        expect(foldCounters(later)).toEqual(foldCounters(fold));
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
