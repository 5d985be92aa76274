import type { LabelMatcher } from './label-matcher.ts';

/** The part of PromQL that is understood (docs/prometheus.md): everything that a chart of rates and averages needs. */
export type Expression = NumberLiteral | Selector | Call | Aggregation | Arithmetic | Negation;

export interface NumberLiteral {
  readonly kind: 'number';
  readonly value: number;
}

export interface Selector {
  readonly kind: 'selector';
  readonly matchers: readonly LabelMatcher[];
  /** Null: an instant vector. */
  readonly rangeMs: number | null;
  readonly offsetMs: number;
}

export const RANGE_FUNCTIONS = [
  'rate',
  'increase',
  'avg_over_time',
  'min_over_time',
  'max_over_time',
  'sum_over_time',
  'count_over_time',
  'last_over_time',
  'present_over_time',
] as const;
export type RangeFunction = (typeof RANGE_FUNCTIONS)[number];

export interface Call {
  readonly kind: 'call';
  readonly name: RangeFunction;
  readonly argument: Selector;
}

export const AGGREGATORS = ['sum', 'avg', 'min', 'max', 'count'] as const;
export type Aggregator = (typeof AGGREGATORS)[number];

export interface Aggregation {
  readonly kind: 'aggregation';
  readonly name: Aggregator;
  readonly argument: Expression;
  readonly labels: readonly string[];
  /** `without`: all labels but these. */
  readonly isWithout: boolean;
}

export const ARITHMETIC = ['+', '-', '*', '/', '%', '^'] as const;
export type ArithmeticOperator = (typeof ARITHMETIC)[number];

export interface Arithmetic {
  readonly kind: 'arithmetic';
  readonly operator: ArithmeticOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export interface Negation {
  readonly kind: 'negation';
  readonly argument: Expression;
}

export function isScalar(expression: Expression): boolean {
  switch (expression.kind) {
    case 'number':
      return true;
    case 'arithmetic':
      return isScalar(expression.left) && isScalar(expression.right);
    case 'negation':
      return isScalar(expression.argument);
    case 'selector':
    case 'call':
    case 'aggregation':
      return false;
  }
}

/** Every selector, in the order they are written. */
export function selectorsOf(expression: Expression): Selector[] {
  switch (expression.kind) {
    case 'number':
      return [];
    case 'selector':
      return [expression];
    case 'arithmetic':
      return [...selectorsOf(expression.left), ...selectorsOf(expression.right)];
    case 'call':
    case 'aggregation':
    case 'negation':
      return selectorsOf(expression.argument);
  }
}
