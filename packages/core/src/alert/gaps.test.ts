import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { closesAt, type Gap, lastClosedEnd, lastEndClosingWith, touchesGap } from './gaps.ts';

const shape = { periodMs: 60, graceMs: 10 };

describe('a window [0, 60) with a grace of 10', () => {
  test.each<[string, Gap[], number, boolean]>([
    ['no gap', [], 70, false],
    ['a gap before it', [{ from: -50, to: 0 }], 70, false],
    ['a gap that reaches into it', [{ from: -50, to: 1 }], 70, true],
    ['a gap from its grace on', [{ from: 69, to: 100 }], 110, true],
    ['a gap after its grace', [{ from: 70, to: 100 }], 70, false],
    [
      'two gaps, the second within the grace of the first',
      [
        { from: 50, to: 100 },
        { from: 105, to: 200 },
      ],
      210,
      true,
    ],
    [
      'two gaps far apart',
      [
        { from: 50, to: 100 },
        { from: 110, to: 200 },
      ],
      110,
      true,
    ],
  ])('%s', (_, gaps, closes, touched) => {
    expect([closesAt(shape, 60, gaps), touchesGap(shape, 60, gaps)]).toEqual([closes, touched]);
  });
});

const gaps = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 1, max: 500 })), { maxLength: 5 })
  .map((all) =>
    all.map(([from, length]) => ({ from, to: from + length })).sort((a, b) => a.from - b.from || a.to - b.to),
  );

test('windows close in the order in which they end', () => {
  fc.assert(
    fc.property(gaps, (all) => {
      for (let end = 0; end < 3000; end += 60) {
        expect(closesAt(shape, end + 60, all)).toBeGreaterThanOrEqual(closesAt(shape, end, all));
      }
    }),
  );
});

test('the last closed window is the one that a walk back finds', () => {
  fc.assert(
    fc.property(gaps, fc.integer({ min: 0, max: 3000 }), fc.constantFrom(7, 60), (all, now, periodMs) => {
      const small = { periodMs, graceMs: 10 };
      let end = Math.floor(now / periodMs) * periodMs + periodMs;
      while (closesAt(small, end, all) > now) end -= periodMs;
      expect(lastClosedEnd(small, now, all)).toBe(end);
    }),
    { numRuns: 2000 },
  );
});

test('windows that are passed over all close together and touch a gap', () => {
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 40 }), (all, k) => {
      const last = lastEndClosingWith(shape, k * 60, all);
      for (let end = k * 60; end <= last; end += 60) {
        expect(closesAt(shape, end, all)).toBe(closesAt(shape, k * 60, all));
        if (end > k * 60) expect(touchesGap(shape, end, all)).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
});
