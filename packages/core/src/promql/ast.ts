import type { Matcher } from './matcher.ts';

/** The part of PromQL that is understood (docs/queries.md): what charts of values, rates and averages need. */
export type Expression = NumberLiteral | Selector | Call | Aggregation | Binary | Negation;

export interface NumberLiteral {
  readonly kind: 'number';
  readonly value: number;
}

export interface Selector {
  readonly kind: 'selector';
  readonly matchers: readonly Matcher[];
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
  readonly argument: Selector & { readonly rangeMs: number };
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

export const COMPARISONS = ['==', '!=', '>', '<', '>=', '<='] as const;
export const ARITHMETIC = ['+', '-', '*', '/', '%', '^'] as const;
export type ComparisonOperator = (typeof COMPARISONS)[number];
export type ArithmeticOperator = (typeof ARITHMETIC)[number];

/** One side at least is a scalar. */
export interface Binary {
  readonly kind: 'binary';
  readonly operator: ArithmeticOperator | ComparisonOperator;
  /** A comparison that says 1 or 0, where it would else keep or drop. */
  readonly isBool: boolean;
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
    case 'binary':
      return isScalar(expression.left) && isScalar(expression.right);
    case 'negation':
      return isScalar(expression.argument);
    case 'selector':
    case 'call':
    case 'aggregation':
      return false;
  }
}

export const isRangeVector = (expression: Expression): expression is Call['argument'] =>
  expression.kind === 'selector' && expression.rangeMs !== null;
