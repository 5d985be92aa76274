import {
  AGGREGATORS,
  type Aggregation,
  type Aggregator,
  ARITHMETIC,
  type Binary,
  COMPARISONS,
  type Expression,
  isRangeVector,
  isScalar,
  RANGE_FUNCTIONS,
  type RangeFunction,
} from './ast.ts';
import type { CompilePattern } from './matcher.ts';
import { selectorAt } from './parse-selector.ts';
import { invalid, unsupported } from './promql-error.ts';
import { TokenCursor } from './token-cursor.ts';

/** Higher binds closer; `^` to the right. */
const BINDING: Readonly<Record<Binary['operator'], number>> = {
  ...{ '==': 1, '!=': 1, '>': 1, '<': 1, '>=': 1, '<=': 1 },
  ...{ '+': 2, '-': 2, '*': 3, '/': 3, '%': 3, '^': 5 },
};
const UNARY_BINDING = 4;
/** Words of PromQL between two expressions, which are named when they are refused. */
const OTHER_OPERATORS = ['and', 'or', 'unless', 'atan2'];
const MATCHING_WORDS = ['on', 'ignoring', 'group_left', 'group_right'];
const OTHER_AGGREGATORS = [
  'group',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'limitk',
  'limit_ratio',
  'count_values',
  'quantile',
];

/** Throws a PromqlError for what is no query, or is one of which some part is not understood. */
export function parsePromql(text: string, compilePattern: CompilePattern): Expression {
  const cursor = new TokenCursor(text, compilePattern);
  const expression = expressionAt(cursor, 1);
  cursor.expectEnd();
  if (isRangeVector(expression)) throw unsupported('a range vector as the result of a query');
  return expression;
}

/** Of operators that bind at least as close as `binding`. */
function expressionAt(cursor: TokenCursor, binding: number): Expression {
  return cursor.nested(() => {
    let left = unaryAt(cursor);
    for (;;) {
      const other = OTHER_OPERATORS.find((word) => cursor.isWord(word));
      if (other !== undefined) throw unsupported(`the operator ${other}`);
      const operator = [...COMPARISONS, ...ARITHMETIC].find((one) => cursor.isSymbol(one));
      if (operator === undefined || BINDING[operator] < binding) return left;
      cursor.takeOperator();
      left = binaryAt(cursor, operator, left);
    }
  });
}

/** From behind its operator on. */
function binaryAt(cursor: TokenCursor, operator: Binary['operator'], left: Expression): Binary {
  const isComparison = COMPARISONS.some((one) => one === operator);
  const isBool = cursor.isWord('bool');
  if (isBool && !isComparison) throw invalid(`bool is for comparisons, not for ${operator}`);
  if (isBool) cursor.take();
  const matching = MATCHING_WORDS.find((word) => cursor.isWord(word) && cursor.isSymbol('(', 1));
  if (matching !== undefined) throw unsupported(`the matching of vectors by ${matching}`);
  const right = expressionAt(cursor, operator === '^' ? BINDING[operator] : BINDING[operator] + 1);
  if (isRangeVector(left) || isRangeVector(right)) throw invalid(`${operator} does not take a range vector`);
  if (!isScalar(left) && !isScalar(right)) throw unsupported(`${operator} between two vectors`);
  if (isComparison && !isBool && isScalar(left) && isScalar(right)) {
    throw invalid(`a comparison of two numbers needs bool, like 1 ${operator} bool 2`);
  }
  return { kind: 'binary', operator, isBool, left, right };
}

function unaryAt(cursor: TokenCursor): Expression {
  const isNegation = cursor.takeSymbol('-');
  if (!isNegation && !cursor.takeSymbol('+')) return primaryAt(cursor);
  const argument = expressionAt(cursor, UNARY_BINDING);
  if (isRangeVector(argument)) throw invalid(`${isNegation ? '-' : '+'} does not take a range vector`);
  return isNegation ? { kind: 'negation', argument } : argument;
}

function primaryAt(cursor: TokenCursor): Expression {
  const expression = unmodifiedAt(cursor);
  if (cursor.isSymbol('@')) throw unsupported('the @ modifier');
  if (cursor.isSymbol('[')) throw unsupported('a subquery');
  if (cursor.isWord('offset')) throw invalid('offset follows a selector only');
  return expression;
}

function unmodifiedAt(cursor: TokenCursor): Expression {
  const { kind, text } = cursor.peek();
  if (kind === 'number') return { kind: 'number', value: Number(cursor.take().text) };
  if (kind === 'string') throw unsupported('a text as an expression');
  if (cursor.takeSymbol('(')) {
    const inside = expressionAt(cursor, 1);
    cursor.expectSymbol(')');
    return inside;
  }
  const word = kind === 'name' ? text.toLowerCase() : '';
  if (word === 'inf' || word === 'nan') {
    cursor.take();
    return { kind: 'number', value: word === 'inf' ? Number.POSITIVE_INFINITY : Number.NaN };
  }
  return callAt(cursor) ?? selectorAt(cursor);
}

/** A function or an aggregation; null where the next word is called by nobody, and so is a metric. */
function callAt(cursor: TokenCursor): Expression | null {
  const { kind, text } = cursor.peek();
  if (kind !== 'name') return null;
  const isCalled = cursor.isSymbol('(', 1);
  const word = text.toLowerCase();
  if (isCalled || cursor.isWord('by', 1) || cursor.isWord('without', 1)) {
    const aggregator = AGGREGATORS.find((one) => one === word);
    if (aggregator !== undefined) return aggregationAt(cursor, aggregator);
    if (OTHER_AGGREGATORS.includes(word)) throw unsupported(`the aggregation ${word}`);
  }
  if (!isCalled) return null;
  const name = RANGE_FUNCTIONS.find((one) => one === text);
  if (name === undefined) throw unsupported(`the function ${text}`);
  return rangeCallAt(cursor, name);
}

function rangeCallAt(cursor: TokenCursor, name: RangeFunction): Expression {
  cursor.take();
  const argument = onlyArgumentAt(cursor, name);
  if (!isRangeVector(argument)) throw invalid(`${name} takes a range vector, like ${name}(metric[5m])`);
  return { kind: 'call', name, argument };
}

function aggregationAt(cursor: TokenCursor, name: Aggregator): Expression {
  cursor.take();
  const before = groupingAt(cursor);
  const argument = onlyArgumentAt(cursor, name);
  if (isScalar(argument) || isRangeVector(argument)) throw invalid(`${name} takes an instant vector`);
  const grouping = before ?? groupingAt(cursor) ?? { labels: [], isWithout: false };
  return { kind: 'aggregation', name, argument, ...grouping };
}

function onlyArgumentAt(cursor: TokenCursor, name: string): Expression {
  cursor.expectSymbol('(');
  const argument = expressionAt(cursor, 1);
  if (cursor.isSymbol(',')) throw invalid(`${name} takes one argument`);
  cursor.expectSymbol(')');
  return argument;
}

function groupingAt(cursor: TokenCursor): Pick<Aggregation, 'labels' | 'isWithout'> | null {
  const isWithout = cursor.isWord('without');
  if (!isWithout && !cursor.isWord('by')) return null;
  cursor.take();
  const labels: string[] = [];
  cursor.list('(', ')', () => {
    const { kind } = cursor.peek();
    if (kind !== 'name' && kind !== 'string') throw cursor.unexpected('a label');
    labels.push(cursor.take().text);
  });
  return { labels, isWithout };
}
