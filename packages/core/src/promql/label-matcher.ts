import { type TextTest, wholeTextTest } from './linear-regex.ts';

export const MATCH_OPERATORS = ['=', '!=', '=~', '!~'] as const;
export type MatchOperator = (typeof MATCH_OPERATORS)[number];

/** The metric's name among its labels. */
export const NAME_LABEL = '__name__';
/** Cloudbell's namespace, which Prometheus does not have: can be matched, and is not among the labels of an answer. */
export const NAMESPACE_LABEL = '__namespace__';

export type Labels = Readonly<Record<string, string>>;

export interface LabelMatcher {
  readonly label: string;
  readonly operator: MatchOperator;
  readonly value: string;
  /** Of the label's value; a label that is absent has the value ''. */
  readonly matches: TextTest;
}

export function labelMatcher(label: string, operator: MatchOperator, value: string): LabelMatcher {
  return { label, operator, value, matches: testOf(operator, value) };
}

function testOf(operator: MatchOperator, value: string): TextTest {
  switch (operator) {
    case '=':
      return (text) => text === value;
    case '!=':
      return (text) => text !== value;
    case '=~':
      return wholeTextTest(value);
    case '!~': {
      const matches = wholeTextTest(value);
      return (text) => !matches(text);
    }
  }
}

export const matchesAll = (matchers: readonly LabelMatcher[], labelOf: (label: string) => string): boolean =>
  matchers.every(({ label, matches }) => matches(labelOf(label)));
