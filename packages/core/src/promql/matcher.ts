import { type Labels, labelOf } from './labels.ts';

export const MATCH_OPERATORS = ['=', '!=', '=~', '!~'] as const;
export type MatchOperator = (typeof MATCH_OPERATORS)[number];

export type TextTest = (text: string) => boolean;

/**
 * Makes a test of whole texts from a regular expression in RE2's syntax; throws a PromqlError where it is none. Its time
 * must be linear in the text, whatever the pattern: queries come from outside. Core has no such engine; the caller brings it.
 */
export type CompilePattern = (pattern: string) => TextTest;

export interface Matcher {
  readonly label: string;
  readonly operator: MatchOperator;
  readonly value: string;
  readonly test: TextTest;
}

export function newMatcher({ label, operator, value }: Omit<Matcher, 'test'>, compilePattern: CompilePattern): Matcher {
  return { label, operator, value, test: testOf(operator, value, compilePattern) };
}

function testOf(operator: MatchOperator, value: string, compilePattern: CompilePattern): TextTest {
  switch (operator) {
    case '=':
      return (text) => text === value;
    case '!=':
      return (text) => text !== value;
    case '=~':
      return compilePattern(value);
    case '!~': {
      const matches = compilePattern(value);
      return (text) => !matches(text);
    }
  }
}

export const matchesAll = (matchers: readonly Matcher[], labels: Labels): boolean =>
  matchers.every(({ label, test }) => test(labelOf(labels, label)));
