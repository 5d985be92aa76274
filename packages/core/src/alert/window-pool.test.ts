import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { round12 } from '../metric/number.ts';
import { STATISTICS } from '../metric/statistic.ts';
import { increaseOf, rateOf } from './counter.ts';
import { keepValues } from './stamp-pool.ts';
import {
  closeSlot,
  continueWindow,
  createWindowPool,
  insertSample,
  measure,
  openWindow,
  TAKEN,
} from './window-pool.ts';

const PERIOD_MS = 1000;
const BEFORE = { at: -5, value: 2 };
const OF = { periodMs: PERIOD_MS, before: BEFORE };

/** What a window would be without a pool: its samples in a list. */
interface Naive {
  readonly start: number;
  readonly samples: { at: number; value: number }[];
}

function naively({ samples }: Naive): Record<(typeof STATISTICS)[number], number> {
  const values = samples.map((sample) => sample.value);
  const sum = values.reduce((a, b) => a + b, 0);
  const inOrder = samples.toSorted((a, b) => a.at - b.at);
  const last = inOrder.at(-1)!.value;
  return {
    Increase: increaseOf(BEFORE, inOrder),
    Rate: rateOf(BEFORE, inOrder),
    Average: sum / values.length,
    Minimum: Math.min(...values),
    Maximum: Math.max(...values),
    Sum: sum,
    SampleCount: values.length,
    LastValue: last,
    Value: last,
    SumPerSecond: sum,
    CountPerSecond: values.length,
  };
}

/** Whole numbers, so that naive sums are exact too. */
const step = fc.record({
  window: fc.integer({ min: 0, max: 5 }),
  at: fc.integer({ min: 0, max: 40 }),
  value: fc.integer({ min: -100, max: 100 }),
  close: fc.boolean(),
});

describe('many windows in one pool', () => {
  test('hold what each would hold alone, however they come and go', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const pool = createWindowPool();
        keepValues(pool.stamps);
        const open = new Map<number, { slot: number; naive: Naive }>();
        for (const { window, at: offset, value, close } of steps) {
          const start = window * PERIOD_MS;
          const sample = { at: start + offset, value };
          const known = open.get(window);
          if (known === undefined) {
            open.set(window, {
              slot: openWindow(pool, start + PERIOD_MS, sample.at, value),
              naive: { start, samples: [sample] },
            });
            continue;
          }
          const { slot, naive } = known;
          const fresh = naive.samples.every((other) => other.at !== sample.at);
          if (!continueWindow(pool, slot, sample.at, value)) {
            expect(insertSample(pool, slot, sample.at, value) === TAKEN).toBe(fresh);
          }
          if (fresh) naive.samples.push(sample);
          for (const statistic of STATISTICS) {
            expect(measure(pool, slot, statistic, OF) + 0).toBe(naively(naive)[statistic] + 0);
          }
          if (close && naive.samples.length > 20) {
            closeSlot(pool, known.slot);
            open.delete(window);
          }
        }
        expect(pool.open).toBe(open.size);
      }),
    );
  });

  test('a thousand windows that close make room for the next thousand', () => {
    const pool = createWindowPool();
    for (let round = 0; round < 5; round++) {
      const slots: number[] = [];
      for (let i = 0; i < 1000; i++) slots.push(openWindow(pool, 60_000, 0, i));
      for (const slot of slots) for (let at = 1; at <= 20; at++) continueWindow(pool, slot, at, at);
      for (const slot of slots) closeSlot(pool, slot);
    }
    expect([pool.open, pool.rows.used, pool.stamps.chunks.used]).toEqual([0, 1000, 3000]);
  });

  test.each<[string, number[], Partial<Record<(typeof STATISTICS)[number], number>>]>([
    ['two as large as they come', [1e308, 1e308], { Average: 1e308, Sum: Number.MAX_VALUE, SumPerSecond: 1e308 / 30 }],
    ['the same below zero', [-1e308, -1e308], { Average: -1e308, Sum: -Number.MAX_VALUE, SumPerSecond: -1e308 / 30 }],
    ['the largest there is', [Number.MAX_VALUE, Number.MAX_VALUE], { Average: Number.MAX_VALUE }],
    ['large ones that cancel out', [1e308, 1e308, -1e308, -1e308], { Average: 0, Sum: 0 }],
    ['a small one between them', [1e308, 3, -1e308], { Sum: 3, Average: 1 }],
    ['ordinary ones', [0.1, 0.2, 97.39], { Sum: 97.69, Average: 97.69 / 3 }],
  ])('finite values have finite statistics: %s', (_, values, wanted) => {
    const sumsIn = (order: readonly number[]) => {
      const pool = createWindowPool();
      const slot = openWindow(pool, 60_000, 0, order[0]!);
      for (const [at, value] of order.entries()) if (at > 0) insertSample(pool, slot, at, value);
      return Object.keys(wanted).map((name) =>
        measure(pool, slot, name as (typeof STATISTICS)[number], { ...OF, periodMs: 60_000 }),
      );
    };
    for (const order of [values, values.toReversed(), values.toSorted((a, b) => a - b)]) {
      for (const [i, measured] of sumsIn(order).entries())
        expect(round12(measured) + 0).toBe(round12(Object.values(wanted)[i]!));
    }
  });
});
