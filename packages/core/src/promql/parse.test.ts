import { describe, expect, test } from 'vitest';
import type { Expression } from './ast.ts';
import type { CompilePattern } from './matcher.ts';
import { parsePromql } from './parse.ts';
import { parseMatch } from './parse-selector.ts';
import { invalid, PromqlError } from './promql-error.ts';

const byPlatform: CompilePattern = (pattern) => {
  try {
    const compiled = new RegExp(`^(?:${pattern})$`, 's');
    return (text) => compiled.test(text);
  } catch {
    throw invalid('no regular expression');
  }
};
const parse = (text: string): Expression => parsePromql(text, byPlatform);

/** As a text with all its brackets. */
function shown(expression: Expression): string {
  switch (expression.kind) {
    case 'number':
      return String(expression.value);
    case 'selector': {
      const matchers = expression.matchers.map(({ label, operator, value }) => `${label}${operator}${value}`).join(',');
      const range = expression.rangeMs === null ? '' : `[${expression.rangeMs}]`;
      return `{${matchers}}${range}${expression.offsetMs === 0 ? '' : `@${-expression.offsetMs}`}`;
    }
    case 'call':
      return `${expression.name}(${shown(expression.argument)})`;
    case 'aggregation': {
      const { name, isWithout, labels, argument } = expression;
      return `${name} ${isWithout ? 'without' : 'by'}(${labels.join(',')}) (${shown(argument)})`;
    }
    case 'binary': {
      const { operator, isBool, left, right } = expression;
      return `(${shown(left)} ${operator}${isBool ? ' bool' : ''} ${shown(right)})`;
    }
    case 'negation':
      return `-${shown(expression.argument)}`;
  }
}

test.each([
  ['1+1', '(1 + 1)'],
  ['1 + 2 * 3 - 4', '((1 + (2 * 3)) - 4)'],
  ['2 ^ 3 ^ 2', '(2 ^ (3 ^ 2))'],
  ['-2 ^ 2', '-(2 ^ 2)'],
  ['-1 * 2', '(-1 * 2)'],
  ['0x1f + .5 + 1e3 + Inf', '(((31 + 0.5) + 1000) + Infinity)'],
  ['up', '{__name__=up}'],
  ['node:load:sum{job="a", host=~"w.*", x!="", y!~\'b\\\'\'}', "{__name__=node:load:sum,job=a,host=~w.*,x!=,y!~b'}"],
  ['{__name__="Host.mem", "instance id"=`a\\b`,}', '{__name__=Host.mem,instance id=a\\b}'],
  ['{"Host.mem.usedutilization", instanceId="i-12"}', '{__name__=Host.mem.usedutilization,instanceId=i-12}'],
  ['rate(http_requests_total{code="200"}[5m])', 'rate({__name__=http_requests_total,code=200}[300000])'],
  ['increase(a[1h30m] offset 1d)', 'increase({__name__=a}[5400000]@-86400000)'],
  ['a offset -5m', '{__name__=a}@300000'],
  ['sum by (job, code) (rate(a[1m])) * 60', '(sum by(job,code) (rate({__name__=a}[60000])) * 60)'],
  ['SUM(a) without (host)', 'sum without(host) ({__name__=a})'],
  ['max(a)', 'max by() ({__name__=a})'],
  ['(a + 1) # said\n * 2', '(({__name__=a} + 1) * 2)'],
  ['sum{x="1"}', '{__name__=sum,x=1}'],
  ['offset', '{__name__=offset}'],
  ['on', '{__name__=on}'],
  ['rate(a[90])', 'rate({__name__=a}[90000])'],
  ['a > bool 1 + 2 == 3', '(({__name__=a} > bool (1 + 2)) == 3)'],
  ['a{b="\\x41\\u5185\\101\\n"}', '{__name__=a,b=A内A\n}'],
])('%s', (text, wanted) => expect(shown(parse(text))).toBe(wanted));

describe('what is not understood is named', () => {
  test.each([
    ['a + b', '+ between two vectors'],
    ['a > b', '> between two vectors'],
    ['a * on (x) b', 'the matching of vectors by on'],
    ['a and b', 'the operator and'],
    ['topk(5, a)', 'the aggregation topk'],
    ['quantile by (x) (0.9, a)', 'the aggregation quantile'],
    ['histogram_quantile(0.9, a)', 'the function histogram_quantile'],
    ['irate(a[5m])', 'the function irate'],
    ['rate(a[5m])[1h:5m]', 'a subquery'],
    ['max_over_time(a[1h:5m])', 'a subquery'],
    ['a @ 1609746000', 'the @ modifier'],
    ['a[5m]', 'a range vector as the result of a query'],
    ['"text"', 'a text as an expression'],
    ['time()', 'the function time'],
  ])('%s', (text, part) => {
    expect(() => parse(text)).toThrow(`${part} is not supported here`);
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'unsupported_promql' }));
  });
});

describe('what is no PromQL', () => {
  test.each([
    ['', 'expected a metric, a number or ( at 1, found the end of the query'],
    ['a{', 'expected a label at 3, found the end of the query'],
    ['a{b=1}', 'expected a text in quotes at 5, found "1"'],
    ['a{b="1}', 'the string that begins at 5 does not end'],
    ['a b', 'expected the end of the query at 3, found "b"'],
    ['{}', 'at least one matcher'],
    ['{a=~".*"}', 'at least one matcher'],
    ['rate(a)', 'rate takes a range vector'],
    ['rate(a[x])', 'expected a duration like 5m at 8, found "x"'],
    ['rate(a[1m1h])', 'expected a duration like 5m at 8, found "1m1h"'],
    ['rate(a[0s])', 'longer than 0'],
    ['1 > 2', 'needs bool'],
    ['a + bool 1', 'bool is for comparisons'],
    ['a[5m] + 1', 'does not take a range vector'],
    ['-a[5m]', 'does not take a range vector'],
    ['(a) offset 5m', 'offset follows a selector only'],
    ['a{__name__="b", "c"}', 'the metric is named twice'],
    ['rate(a[5m], 1)', 'takes one argument'],
    ['sum(1)', 'sum takes an instant vector'],
    ['a{b=~"("}', 'no regular expression'],
    ['5m', 'expected a metric'],
    ['"\\q"', 'unknown escape sequence'],
    ['a ! b', 'unexpected character "!" at 3'],
    ['('.repeat(500), 'nested too deeply'],
    ['1+'.repeat(201), 'more than 200 operators'],
    ['a'.repeat(10_001), 'longer than'],
  ])('%s', (text, why) => {
    expect(() => parse(text)).toThrow(why);
    expect(() => parse(text)).toThrow(PromqlError);
  });
});

test('match[] takes a selector and nothing else', () => {
  expect(parseMatch('up{job="a"}', byPlatform).map(({ label, value }) => [label, value])).toEqual([
    ['__name__', 'up'],
    ['job', 'a'],
  ]);
  for (const text of ['1', 'sum(up)', 'up[5m]', 'up offset 5m'])
    expect(() => parseMatch(text, byPlatform)).toThrow(PromqlError);
});
