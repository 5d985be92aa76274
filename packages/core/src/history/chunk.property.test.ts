import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Buckets, bucketsOf, decodeBuckets, encodeBuckets } from './buckets.ts';
import { decodeChunk, encodeChunk } from './chunk.ts';
import { type HistorySamples, mergeSamples, samplesBetween } from './samples.ts';

const time = fc.integer({ min: 0, max: 2 ** 43 });
const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.integer({ min: -100_000, max: 100_000 }).map((cents) => cents / 100),
  fc.constantFrom(0, -0, 0.1, 97.39, 5e-324, Number.MAX_VALUE, 2 ** 53, 2 ** 51 + 1, 1e22, Number.NaN),
);
const rows = fc.array(fc.tuple(time, value, fc.integer({ min: 0, max: 1 })), { minLength: 1, maxLength: 300 });

const unordered = (given: readonly (readonly [number, number, number])[]): HistorySamples => ({
  timestamps: Float64Array.from(given, (row) => row[0]),
  values: Float64Array.from(given, (row) => row[1]),
  late: Uint8Array.from(given, (row) => row[2]),
});
const none = unordered([]);
/** In order, each timestamp once. */
const samples = rows.map((given) => mergeSamples(none, unordered(given)));

test('a chunk gives back what was put in, to the bit', () => {
  fc.assert(
    fc.property(samples, (given) => {
      expect(decodeChunk(encodeChunk(given))).toStrictEqual(given);
    }),
  );
});

test('a merge keeps the first of each timestamp, in order of time', () => {
  fc.assert(
    fc.property(samples, rows, (before, added) => {
      const wanted = new Map<number, number>();
      for (const [index, at] of before.timestamps.entries()) wanted.set(at, before.values[index] as number);
      for (const [at, one] of added) if (!wanted.has(at)) wanted.set(at, one);
      const merged = mergeSamples(before, unordered(added));
      const times = [...wanted.keys()].sort((a, b) => a - b);
      expect([...merged.timestamps]).toEqual(times);
      expect([...merged.values]).toEqual(times.map((at) => wanted.get(at)));
    }),
  );
});

test('buckets say the same after their codec, and count every sample once', () => {
  fc.assert(
    fc.property(samples, (given) => {
      const buckets = bucketsOf(given, 60_000);
      const values = [...given.values].filter((one) => !Number.isNaN(one));
      expect(buckets.count.reduce((sum, count) => sum + count, 0)).toBe(values.length);
      if (values.length === 0) return;
      expect(Math.max(...buckets.max)).toBe(Math.max(...values));
      expect(decodeBuckets(encodeBuckets(buckets))).toStrictEqual(buckets satisfies Buckets);
    }),
  );
});

test('bytes that were changed or cut off give an error or other samples, and never hang or overrun', () => {
  fc.assert(
    fc.property(samples, fc.nat(), fc.nat(255), (given, at, byte) => {
      const bytes = encodeChunk(given);
      const cut = bytes.slice(0, at % bytes.length);
      bytes[at % bytes.length] = byte;
      for (const damaged of [cut, bytes]) {
        try {
          const { timestamps, values, late } = decodeChunk(damaged);
          expect([values.length, late.length]).toEqual([timestamps.length, timestamps.length]);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Error);
        }
      }
    }),
  );
});

describe('how many bytes a sample takes', () => {
  const every15s = (count: number, of: (index: number) => number): HistorySamples =>
    unordered(Array.from({ length: count }, (_, index) => [1_764_000_000_000 + 15_000 * index, of(index), 0]));
  /** A stable stream of numbers in [0, 1). */
  const noise = (index: number): number => (Math.imul(index + 1, 0x9e3779b1) >>> 0) / 2 ** 32;
  test.each<[string, number, (index: number) => number]>([
    ['a value that stays', 0.1, () => 1],
    ['a counter that grows by 0 to 99', 1.5, (index) => 50 * index + Math.floor(noise(index) * 50)],
    ['a percentage with two digits', 2.1, (index) => Math.round(noise(index) * 10_000) / 100],
    ['full doubles', 8, noise],
  ])('%s: at most %d', (_, most, of) => {
    expect(encodeChunk(every15s(240, of)).length / 240).toBeLessThanOrEqual(most);
  });
});

test('a stretch of samples has both its borders', () => {
  const given = unordered([
    [10, 1, 0],
    [20, 2, 0],
    [30, 3, 0],
  ]);
  expect([...samplesBetween(given, 10, 20).values]).toEqual([1, 2]);
  expect([...samplesBetween(given, 21, 29).values]).toEqual([]);
});
