import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dimensionsContain, dimensionsKey, dimensionsOfKey, dimensionsText, orderedNames } from './dimensions.ts';

const anyDimensions = fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }));

describe('dimensionsKey identifies a set of dimensions', () => {
  test('whatever order they were written in', () => {
    expect(dimensionsKey({ b: '2', a: '1' })).toBe(dimensionsKey({ a: '1', b: '2' }));
  });

  test.each([
    ['a value that holds a separator', { a: '1, b=2' }, { a: '1', b: '2' }],
    ['quotes', { a: '"' }, { a: '\\"' }],
    ['a pair against a swapped pair', { a: 'b' }, { b: 'a' }],
    ['an empty value against none', { a: '' }, {}],
  ])('%s', (_, one, other) => {
    expect(dimensionsKey(one as Record<string, string>)).not.toBe(dimensionsKey(other as Record<string, string>));
  });

  test('leads back to the dimensions', () => {
    fc.assert(
      fc.property(anyDimensions, (dimensions) => {
        const back = dimensionsOfKey(dimensionsKey(dimensions));
        expect(Object.entries(back).sort()).toEqual(Object.entries(dimensions).sort());
      }),
    );
  });

  test('even for a dimension called __proto__', () => {
    const dimensions = JSON.parse('{"__proto__":"x"}') as Record<string, string>;
    expect(Object.keys(dimensionsOfKey(dimensionsKey(dimensions)))).toEqual(['__proto__']);
  });
});

describe('dimensionsText is what a callback carries', () => {
  test.each([
    ['userId first', { instanceId: 'i-12', userId: '12' }, '{userId=12, instanceId=i-12}'],
    ['the rest by code unit', { b: '1', B: '2', a: '3' }, '{B=2, a=3, b=1}'],
    ['nothing quoted', { a: 'x, y=z' }, '{a=x, y=z}'],
    ['none', {}, '{}'],
  ])('%s', (_, dimensions, text) => expect(dimensionsText(dimensions as unknown as Record<string, string>)).toBe(text));

  test('names in order', () => expect(orderedNames({ z: '', userId: '', a: '' })).toEqual(['userId', 'a', 'z']));
});

describe('dimensionsContain: a resource matches what has all its pairs', () => {
  const host = { userId: '12', instanceId: 'i-12' };
  test.each([
    ['all pairs', { instanceId: 'i-12' }, true],
    ['no pairs asked for', {}, true],
    ['another value', { instanceId: 'i-13' }, false],
    ['a pair it lacks', { instanceId: 'i-12', disk: 'a' }, false],
    ['a name every object has', { toString: 'x' }, false],
  ])('%s', (_, selector, contained) => {
    expect(dimensionsContain(host, selector as unknown as Record<string, string>)).toBe(contained);
  });
});
