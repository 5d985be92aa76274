import type { Selector } from './ast.ts';
import { durationMs } from './duration.ts';
import { NAME_LABEL } from './labels.ts';
import { type CompilePattern, MATCH_OPERATORS, type Matcher, newMatcher } from './matcher.ts';
import { invalid, unsupported } from './promql-error.ts';
import { TokenCursor } from './token-cursor.ts';

/** `match[]` of the lists: one selector, without range and offset. Throws a PromqlError. */
export function parseMatch(text: string, compilePattern: CompilePattern): readonly Matcher[] {
  const cursor = new TokenCursor(text, compilePattern);
  const { matchers, rangeMs, offsetMs } = selectorAt(cursor);
  cursor.expectEnd();
  if (rangeMs !== null || offsetMs !== 0) {
    throw invalid(`${JSON.stringify(text.slice(0, 100))} is not a series selector`);
  }
  return matchers;
}

/** `metric{label="value"}[5m] offset 1h`, of which the metric or the braces can be absent. */
export function selectorAt(cursor: TokenCursor): Selector {
  const matchers: Matcher[] = [];
  const isNamed = cursor.peek().kind === 'name';
  if (isNamed) matchers.push(metricNamed(cursor.take().text, cursor));
  else if (!cursor.isSymbol('{')) throw cursor.unexpected('a metric, a number or (');
  if (cursor.isSymbol('{')) cursor.list('{', '}', () => matchers.push(matcherAt(cursor, matchers)));
  if (matchers.every(({ test }) => test(''))) {
    throw invalid('a selector must contain at least one matcher that does not match the empty text');
  }
  return { kind: 'selector', matchers, rangeMs: rangeAt(cursor), offsetMs: offsetAt(cursor) };
}

const metricNamed = (name: string, { compilePattern }: TokenCursor): Matcher =>
  newMatcher({ label: NAME_LABEL, operator: '=', value: name }, compilePattern);

/** `label="value"`, or in quotes a metric whose name is no word. */
function matcherAt(cursor: TokenCursor, before: readonly Matcher[]): Matcher {
  const { kind, text } = cursor.peek();
  if (kind !== 'name' && kind !== 'string') throw cursor.unexpected('a label');
  cursor.take();
  if (kind === 'string' && (cursor.isSymbol(',') || cursor.isSymbol('}'))) {
    if (before.some(({ label }) => label === NAME_LABEL)) throw invalid('the metric is named twice');
    return metricNamed(text, cursor);
  }
  const operator = MATCH_OPERATORS.find((one) => cursor.isSymbol(one));
  if (operator === undefined) throw cursor.unexpected('=, !=, =~ or !~');
  cursor.take();
  if (cursor.peek().kind !== 'string') throw cursor.unexpected('a text in quotes');
  return newMatcher({ label: text, operator, value: cursor.take().text }, cursor.compilePattern);
}

function rangeAt(cursor: TokenCursor): number | null {
  if (!cursor.takeSymbol('[')) return null;
  const rangeMs = durationAt(cursor);
  if (cursor.isSymbol(':')) throw unsupported('a subquery');
  cursor.expectSymbol(']');
  if (rangeMs === 0) throw invalid('a range must be longer than 0');
  return rangeMs;
}

function offsetAt(cursor: TokenCursor): number {
  if (!cursor.isWord('offset')) return 0;
  cursor.take();
  return cursor.takeSymbol('-') ? -durationAt(cursor) : durationAt(cursor);
}

/** `5m`, or a number of seconds. */
function durationAt(cursor: TokenCursor): number {
  const { kind, text } = cursor.peek();
  const ms = kind === 'duration' ? durationMs(text) : kind === 'number' ? Number(text) * 1000 : null;
  if (ms === null) throw cursor.unexpected('a duration like 5m');
  cursor.take();
  return ms;
}
