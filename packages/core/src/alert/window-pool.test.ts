import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { STATISTICS } from '../metric/statistic.ts';
import {
  appendSample,
  closeSlot,
  continuesWindow,
  createWindowPool,
  exportWindow,
  importWindow,
  insertSample,
  measure,
  openWindow,
  TAKEN,
} from './window-pool.ts';

const PERIOD_MS = 1000;

/** What a window would be without a pool: its samples in a list. */
interface Naive {
  readonly start: number;
  readonly samples: { at: number; value: number }[];
}

function naively({ samples }: Naive): Record<(typeof STATISTICS)[number], number> {
  const values = samples.map((sample) => sample.value);
  const sum = values.reduce((a, b) => a + b, 0);
  const last = samples.reduce((a, b) => (b.at > a.at ? b : a)).value;
  return {
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
        const open = new Map<number, { slot: number; naive: Naive }>();
        for (const [i, { window, at: offset, value, close }] of steps.entries()) {
          const start = window * PERIOD_MS;
          const sample = { at: start + offset, value };
          const known = open.get(window);
          if (known === undefined) {
            open.set(window, { slot: openWindow(pool, start, sample), naive: { start, samples: [sample] } });
            continue;
          }
          const { slot, naive } = known;
          const fresh = naive.samples.every((other) => other.at !== sample.at);
          if (continuesWindow(pool, slot, sample.at, PERIOD_MS)) appendSample(pool, slot, sample.at, value);
          else expect(insertSample(pool, slot, sample.at, value) === TAKEN).toBe(fresh);
          if (fresh) naive.samples.push(sample);
          for (const statistic of STATISTICS) {
            expect(measure(pool, slot, statistic, PERIOD_MS) + 0).toBe(naively(naive)[statistic] + 0);
          }
          if (i % 7 === 0) {
            const numbers = exportWindow(pool, slot);
            closeSlot(pool, slot);
            known.slot = importWindow(pool, numbers);
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
      for (let i = 0; i < 1000; i++) slots.push(openWindow(pool, 0, { at: 0, value: i }));
      for (const slot of slots) for (let at = 1; at <= 20; at++) appendSample(pool, slot, at, at);
      for (const slot of slots) closeSlot(pool, slot);
    }
    expect([pool.open, pool.used, pool.stamps.used]).toEqual([0, 1000, 3000]);
  });
});
