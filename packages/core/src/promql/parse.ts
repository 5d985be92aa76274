import {
  AGGREGATORS,
  type Aggregation,
  type Aggregator,
  ARITHMETIC,
  type ArithmeticOperator,
  type Expression,
  isScalar,
  RANGE_FUNCTIONS,
  type RangeFunction,
  type Selector,
} from './ast.ts';
import { type LabelMatcher, labelMatcher, MATCH_OPERATORS, type MatchOperator, NAME_LABEL } from './label-matcher.ts';
import { type Token, tokensOf } from './lexer.ts';
import { invalid, unsupported } from './promql-error.ts';
import { OTHER_AGGREGATORS, OTHER_OPERATORS } from './unsupported-words.ts';

const LENGTH_MAX = 10_000;
const DEPTH_MAX = 100;
/** Higher binds closer; `^` to the right. */
const BINDING: Readonly<Record<string, number>> = { '+': 1, '-': 1, '*': 2, '/': 2, '%': 2, '^': 4 };
const UNARY_BINDING = 3;

interface Parser {
  readonly tokens: readonly Token[];
  at: number;
  depth: number;
}

/** Throws a PromqlError for what is no query, or is one of which some part is not understood. */
export function parsePromql(text: string): Expression {
  const parser = parserOf(text);
  const expression = expressionFrom(parser, 1);
  expectEnd(parser);
  if (expression.kind === 'selector' && expression.rangeMs !== null) {
    throw unsupported('a range vector as the result of a query');
  }
  return expression;
}

/** `match[]` of the lists: one selector, without a range. */
export function parseSelector(text: string): readonly LabelMatcher[] {
  const parser = parserOf(text);
  const expression = primary(parser);
  expectEnd(parser);
  if (expression.kind !== 'selector' || expression.rangeMs !== null || expression.offsetMs !== 0) {
    throw invalid(`${JSON.stringify(text.slice(0, 100))} is not a series selector`);
  }
  return expression.matchers;
}

function parserOf(text: string): Parser {
  if (text.length > LENGTH_MAX) throw invalid(`the query is longer than ${LENGTH_MAX} characters`);
  return { tokens: tokensOf(text), at: 0, depth: 0 };
}

const peek = (parser: Parser): Token => parser.tokens[parser.at] as Token;
const isSymbol = (parser: Parser, text: string): boolean =>
  peek(parser).kind === 'symbol' && peek(parser).text === text;

function take(parser: Parser): Token {
  const token = peek(parser);
  if (token.kind !== 'end') parser.at += 1;
  return token;
}

function expectSymbol(parser: Parser, text: string): void {
  if (!isSymbol(parser, text)) throw unexpected(peek(parser), `"${text}"`);
  parser.at += 1;
}

function expectEnd(parser: Parser): void {
  const token = peek(parser);
  if (token.kind !== 'end') throw unexpected(token, 'the end of the query');
}

function unexpected(token: Token, wanted: string): Error {
  const found = token.kind === 'end' ? 'the end of the query' : JSON.stringify(token.text);
  return invalid(`expected ${wanted} at ${token.at + 1}, found ${found}`);
}

function expressionFrom(parser: Parser, binding: number): Expression {
  if (++parser.depth > DEPTH_MAX) throw invalid('the query is nested too deeply');
  let left = unary(parser);
  for (;;) {
    const token = peek(parser);
    if (OTHER_OPERATORS.has(token.text) && token.kind !== 'string') throw unsupported(`the operator ${token.text}`);
    const operator = ARITHMETIC.find((one) => token.kind === 'symbol' && one === token.text);
    const own = operator === undefined ? 0 : (BINDING[operator] ?? 0);
    if (operator === undefined || own < binding) break;
    parser.at += 1;
    left = arithmetic(operator, left, expressionFrom(parser, operator === '^' ? own : own + 1));
  }
  parser.depth -= 1;
  return left;
}

function arithmetic(operator: ArithmeticOperator, left: Expression, right: Expression): Expression {
  for (const side of [left, right]) {
    if (side.kind === 'selector' && side.rangeMs !== null) throw invalid(`${operator} does not take a range vector`);
  }
  if (!isScalar(left) && !isScalar(right)) throw unsupported(`${operator} between two vectors`);
  return { kind: 'arithmetic', operator, left, right };
}

function unary(parser: Parser): Expression {
  if (isSymbol(parser, '-') || isSymbol(parser, '+')) {
    const { text } = take(parser);
    const argument = expressionFrom(parser, UNARY_BINDING);
    return text === '-' ? { kind: 'negation', argument } : argument;
  }
  return primary(parser);
}

function primary(parser: Parser): Expression {
  const token = peek(parser);
  if (token.kind === 'number') {
    parser.at += 1;
    return { kind: 'number', value: Number(token.text) };
  }
  if (token.kind === 'string') throw unsupported('a string as an expression');
  if (token.kind === 'symbol' && token.text === '(') {
    parser.at += 1;
    const inside = expressionFrom(parser, 1);
    expectSymbol(parser, ')');
    return afterwards(parser, inside);
  }
  if (token.kind === 'symbol' && token.text === '{') return selector(parser, null);
  if (token.kind !== 'name') throw unexpected(token, 'a metric, a number or (');
  return named(parser, token.text);
}

function named(parser: Parser, name: string): Expression {
  const lower = name.toLowerCase();
  if (lower === 'inf' || lower === 'nan') {
    parser.at += 1;
    return { kind: 'number', value: lower === 'inf' ? Number.POSITIVE_INFINITY : Number.NaN };
  }
  const following = parser.tokens[parser.at + 1];
  const isCalled = following?.kind === 'symbol' && following.text === '(';
  const isGrouped = following?.kind === 'name' && /^(?:by|without)$/i.test(following.text);
  if (isCalled || isGrouped) {
    const aggregator = AGGREGATORS.find((one) => one === lower);
    if (aggregator !== undefined) return aggregation(parser, aggregator);
    if (OTHER_AGGREGATORS.has(lower)) throw unsupported(`the aggregation ${lower}`);
  }
  if (isCalled) {
    const found = RANGE_FUNCTIONS.find((one) => one === name);
    if (found === undefined) throw unsupported(`the function ${name}`);
    return call(parser, found);
  }
  return selector(parser, take(parser).text);
}

function call(parser: Parser, name: RangeFunction): Expression {
  parser.at += 1;
  expectSymbol(parser, '(');
  const argument = expressionFrom(parser, 1);
  if (isSymbol(parser, ',')) throw invalid(`${name} takes one argument`);
  expectSymbol(parser, ')');
  if (argument.kind !== 'selector' || argument.rangeMs === null) {
    throw invalid(`${name} takes a range vector, like ${name}(metric[5m])`);
  }
  return afterwards(parser, { kind: 'call', name, argument });
}

function aggregation(parser: Parser, name: Aggregator): Expression {
  parser.at += 1;
  const before = grouping(parser);
  expectSymbol(parser, '(');
  const argument = expressionFrom(parser, 1);
  if (isSymbol(parser, ',')) throw invalid(`${name} takes one argument`);
  expectSymbol(parser, ')');
  const { labels, isWithout } = before ?? grouping(parser) ?? { labels: [], isWithout: false };
  if (isScalar(argument)) throw invalid(`${name} takes a vector, not a number`);
  if (argument.kind === 'selector' && argument.rangeMs !== null) throw invalid(`${name} does not take a range vector`);
  return afterwards(parser, { kind: 'aggregation', name, argument, labels, isWithout });
}

function grouping(parser: Parser): Pick<Aggregation, 'labels' | 'isWithout'> | null {
  const token = peek(parser);
  const word = token.kind === 'name' ? token.text.toLowerCase() : '';
  if (word !== 'by' && word !== 'without') return null;
  parser.at += 1;
  expectSymbol(parser, '(');
  const labels: string[] = [];
  while (!isSymbol(parser, ')')) {
    const label = take(parser);
    if (label.kind !== 'name' && label.kind !== 'string') throw unexpected(label, 'a label');
    labels.push(label.text);
    if (!isSymbol(parser, ',')) break;
    parser.at += 1;
  }
  expectSymbol(parser, ')');
  return { labels, isWithout: word === 'without' };
}

function selector(parser: Parser, name: string | null): Expression {
  const matchers: LabelMatcher[] = name === null ? [] : [labelMatcher(NAME_LABEL, '=', name)];
  if (isSymbol(parser, '{')) matchers.push(...braces(parser, name));
  if (!matchers.some(({ matches }) => !matches(''))) {
    throw invalid('a selector must contain at least one matcher that does not match the empty text');
  }
  let rangeMs: number | null = null;
  if (isSymbol(parser, '[')) {
    parser.at += 1;
    const duration = take(parser);
    if (duration.kind !== 'duration') throw unexpected(duration, 'a duration like 5m');
    if (isSymbol(parser, ':')) throw unsupported('a subquery');
    expectSymbol(parser, ']');
    rangeMs = Number(duration.text);
    if (rangeMs <= 0) throw invalid('a range must be longer than 0');
  }
  const found: Selector = { kind: 'selector', matchers, rangeMs, offsetMs: offset(parser) };
  return afterwards(parser, found);
}

function braces(parser: Parser, name: string | null): LabelMatcher[] {
  const matchers: LabelMatcher[] = [];
  parser.at += 1;
  while (!isSymbol(parser, '}')) {
    const label = take(parser);
    const operator = peek(parser);
    if (label.kind === 'string' && (operator.text === ',' || operator.text === '}')) {
      // {"a metric's name"}, for names that are no words.
      if (name !== null) throw invalid('the metric is named twice');
      matchers.push(labelMatcher(NAME_LABEL, '=', label.text));
    } else {
      matchers.push(matcher(parser, label));
    }
    if (!isSymbol(parser, ',')) break;
    parser.at += 1;
  }
  expectSymbol(parser, '}');
  return matchers;
}

function matcher(parser: Parser, label: Token): LabelMatcher {
  if (label.kind !== 'name' && label.kind !== 'string') throw unexpected(label, 'a label');
  const operator = take(parser);
  const known = MATCH_OPERATORS.find((one) => operator.kind === 'symbol' && one === operator.text);
  if (known === undefined) throw unexpected(operator, '=, !=, =~ or !~');
  const value = take(parser);
  if (value.kind !== 'string') throw unexpected(value, 'a text in quotes');
  return labelMatcher(label.text, known satisfies MatchOperator, value.text);
}

function offset(parser: Parser): number {
  const token = peek(parser);
  if (token.kind !== 'name' || token.text.toLowerCase() !== 'offset') return 0;
  parser.at += 1;
  const isBack = isSymbol(parser, '-');
  if (isBack) parser.at += 1;
  const duration = take(parser);
  if (duration.kind !== 'duration') throw unexpected(duration, 'a duration like 5m');
  return isBack ? -Number(duration.text) : Number(duration.text);
}

/** What may follow an expression in PromQL and is not understood. */
function afterwards(parser: Parser, expression: Expression): Expression {
  if (isSymbol(parser, '@')) throw unsupported('the @ modifier');
  if (isSymbol(parser, '[')) throw unsupported('a subquery');
  const token = peek(parser);
  if (token.kind === 'name' && token.text.toLowerCase() === 'offset') throw invalid('offset follows a selector only');
  return expression;
}
