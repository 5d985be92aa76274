import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Expression } from './ast.ts';
import { parsePromql } from './parse.ts';
import { parseMatch } from './parse-selector.ts';
import { PromqlError } from './promql-error.ts';

const parse = (text: string): Expression => parsePromql(text, () => () => false);

/** What it says about a text: an expression, or why there is none; anything else is thrown on. */
function verdict(text: string, read: (text: string) => unknown): unknown {
  try {
    return read(text);
  } catch (thrown) {
    if (thrown instanceof PromqlError) return thrown.code;
    throw thrown;
  }
}

const PIECES = [
  ...[
    'up',
    'rate',
    'sum',
    'by',
    'without',
    'offset',
    'bool',
    'and',
    'on',
    'Inf',
    'nan',
    'avg_over_time',
    '__name__',
    ':',
  ],
  ...['(', ')', '{', '}', '[', ']', ',', '=', '==', '!=', '=~', '!~', '<', '>=', '+', '-', '*', '/', '%', '^', '@'],
  ...['5m', '1h30m', '0', '1.5e3', '0x1f', '.5', '"a"', "'", '`', '"\\', '\\x41', '#', '\n', ' ', '内', '\ud800'],
];
const queries = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join('')),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join(' ')),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

test('any text is a query, or is refused in words', () => {
  fc.assert(
    fc.property(queries, (text) => {
      verdict(text, parse);
      verdict(text, (one) => parseMatch(one, () => () => false));
    }),
    { numRuns: 20_000 },
  );
});

test.each(['up', '1', 'sum by (job) (rate(up[5m])) / 2', '-a offset 1m', 'count(up == 0)'])(
  'brackets around %s change nothing',
  (text) => expect(JSON.stringify(parse(`(${text})`))).toBe(JSON.stringify(parse(text))),
);

/** Each as long as a query may be: with a step for every way to read it, none would ever be answered. */
test.each([
  ['digits that are no number', `${'1'.repeat(9_999)}a`],
  ['digits around a point', `${'1'.repeat(5_000)}.${'1'.repeat(4_900)}x`],
  ['durations that are none', `${'1m'.repeat(4_999)}q`],
  ['spaces and comments', `${' \n#'.repeat(3_333)}`],
  ['brackets', '('.repeat(10_000)],
  ['signs', '-'.repeat(10_000)],
  ['powers', `${'2^'.repeat(4_999)}2`],
  ['sums', `${'1+'.repeat(4_999)}1`],
  ['matchers', `{${'a="",'.repeat(1_666)}}`],
  ['escapes', `"${'\\'.repeat(9_998)}`],
])('%s', (_, text) => {
  expect(text.length).toBeLessThanOrEqual(10_000);
  expect(verdict(text, parse)).toBeDefined();
});
