import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainDecimal, round12 } from './number.ts';

describe('round12 keeps 12 significant digits', () => {
  test.each([
    [
      'thirteen 97.39 on average',
      Array(13)
        .fill(97.39)
        .reduce((a, b) => a + b, 0) / 13,
      97.39,
    ],
    ['a tenth and two tenths', 0.1 + 0.2, 0.3],
    ['a third', 1 / 3, 0.333333333333],
    ['the thirteenth digit rounds up', 1.2345678901251, 1.23456789013],
    ['a carry through all digits', 0.9999999999999, 1],
    ['nothing to round', 95, 95],
    ['zero', 0, 0],
    ['large', 123456789012345, 123456789012000],
    ['twelve digits', 999999999999, 999999999999],
    ['huge', 1.7976931348623157e308, 1.79769313486e308],
    ['tiny', 5e-324, 5e-324],
    ['negative', -2.5000000000001, -2.5],
    ['NaN stays', Number.NaN, Number.NaN],
    ['infinity stays', Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  ])('%s', (_, value, rounded) => expect(round12(value)).toBe(rounded));

  test('agrees with toPrecision for every number', () => {
    const usual = fc.double({ min: -1e12, max: 1e12, noNaN: true });
    const decimal = fc
      .tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 14 }))
      .map(([n, e]) => n / 10 ** e);
    const half = fc
      .tuple(fc.bigInt(10n ** 11n, 10n ** 12n), fc.integer({ min: -10, max: 10 }))
      .map(([n, e]) => Number(`${n}5e${e}`));
    fc.assert(
      fc.property(fc.oneof(usual, decimal, half, fc.double({ noNaN: true, noDefaultInfinity: true })), (value) => {
        expect(round12(value) + 0).toBe(Number(value.toPrecision(12)) + 0);
      }),
      { numRuns: 20_000 },
    );
  });
});

describe('plainDecimal never writes an exponent', () => {
  test.each([
    [97.39, '97.39'],
    [95, '95'],
    [1e-7, '0.0000001'],
    [1.25e-9, '0.00000000125'],
    [-0, '0'],
    [-1.5e-8, '-0.000000015'],
    [1e21, '1000000000000000000000'],
    [1.5e22, '15000000000000000000000'],
    [-3, '-3'],
  ])('%d → %s', (value, text) => expect(plainDecimal(value)).toBe(text));

  test('reads back as the same number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = plainDecimal(value);
        expect(text).toMatch(/^-?\d+(\.\d+)?$/);
        expect(Number(text)).toBe(value + 0);
      }),
      { numRuns: 2000 },
    );
  });
});
