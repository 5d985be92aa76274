import type { Aggregation, Aggregator, Arithmetic, ArithmeticOperator, Call, Expression, Selector } from './ast.ts';
import { type Labels, NAME_LABEL } from './label-matcher.ts';
import { PromqlError } from './promql-error.ts';
import { type SampleColumns, windowFunction } from './windows.ts';

/**
 * A query over all its steps at once: a value is a column with one number for each step, so a series is walked through
 * once, however many steps there are. Semantics are Prometheus's, ranges are open to the left (as since 3.0).
 */
export const LOOKBACK_MS = 300_000;

export interface Steps {
  /** ms */
  readonly start: number;
  readonly count: number;
  /** ms; of one step it does not matter. */
  readonly stepMs: number;
}

export interface SelectedSeries extends SampleColumns {
  readonly labels: Labels;
}

export interface Column {
  readonly labels: Labels;
  readonly values: Float64Array;
  /** 1 where there is a value; NaN may be one. */
  readonly present: Uint8Array;
}

export type Evaluated =
  | { readonly kind: 'scalar'; readonly values: Float64Array }
  | { readonly kind: 'vector'; readonly columns: readonly Column[] };

export interface Evaluation {
  readonly steps: Steps;
  /** Series of a selector with all samples of {@link neededStretch}. */
  readonly select: (selector: Selector) => readonly SelectedSeries[];
}

/** What an evaluation looks at of a selector's series, ms; both included. */
export function neededStretch(
  { rangeMs, offsetMs }: Selector,
  steps: Steps,
): { readonly from: number; readonly to: number } {
  const last = steps.start + (steps.count - 1) * steps.stepMs;
  return { from: steps.start - offsetMs - (rangeMs ?? LOOKBACK_MS), to: last - offsetMs };
}

export function evaluate(expression: Expression, evaluation: Evaluation): Evaluated {
  const { count } = evaluation.steps;
  switch (expression.kind) {
    case 'number':
      return { kind: 'scalar', values: new Float64Array(count).fill(expression.value) };
    case 'selector':
      return {
        kind: 'vector',
        columns: evaluation.select(expression).map((one) => latest(one, expression, evaluation)),
      };
    case 'call':
      return { kind: 'vector', columns: distinct(calls(expression, evaluation)) };
    case 'aggregation':
      return { kind: 'vector', columns: aggregate(expression, evaluation) };
    case 'arithmetic':
      return arithmetic(expression, evaluation);
    case 'negation':
      return mapped(evaluate(expression.argument, evaluation), (value) => -value);
  }
}

const newColumn = (labels: Labels, count: number): Column => ({
  labels,
  values: new Float64Array(count),
  present: new Uint8Array(count),
});

function latest(series: SelectedSeries, { offsetMs }: Selector, { steps }: Evaluation): Column {
  const column = newColumn(series.labels, steps.count);
  const { timestamps, values } = series;
  let end = 0;
  for (let step = 0; step < steps.count; step++) {
    const at = steps.start + step * steps.stepMs - offsetMs;
    while (end < timestamps.length && (timestamps[end] as number) <= at) end += 1;
    if (end === 0 || (timestamps[end - 1] as number) <= at - LOOKBACK_MS) continue;
    const value = values[end - 1] as number;
    if (Number.isNaN(value)) continue;
    column.values[step] = value;
    column.present[step] = 1;
  }
  return column;
}

function calls({ name, argument }: Call, { steps, select }: Evaluation): Column[] {
  const compute = windowFunction(name);
  const rangeMs = argument.rangeMs ?? 0;
  return select(argument).map((series) => {
    const samples = withoutMarkers(series);
    const { timestamps } = samples;
    const labels = name === 'last_over_time' ? series.labels : withoutName(series.labels);
    const column = newColumn(labels, steps.count);
    let start = 0;
    let end = 0;
    for (let step = 0; step < steps.count; step++) {
      const to = steps.start + step * steps.stepMs - argument.offsetMs;
      const from = to - rangeMs;
      while (start < timestamps.length && (timestamps[start] as number) <= from) start += 1;
      while (end < timestamps.length && (timestamps[end] as number) <= to) end += 1;
      const value = compute({ samples, start, end: Math.max(start, end), from, to });
      if (value === null) continue;
      column.values[step] = value;
      column.present[step] = 1;
    }
    return column;
  });
}

function withoutMarkers(series: SelectedSeries): SampleColumns {
  if (!series.values.some(Number.isNaN)) return series;
  const keep = (_: number, index: number): boolean => !Number.isNaN(series.values[index]);
  return { timestamps: series.timestamps.filter(keep), values: series.values.filter(keep) };
}

function withoutName(labels: Labels): Labels {
  const { [NAME_LABEL]: _, ...rest } = labels;
  return rest;
}

/** Identifies a set of labels. */
export const labelsKey = (labels: Labels): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Two metrics may differ in nothing but their name, and a result has none. */
function distinct(columns: readonly Column[]): readonly Column[] {
  const seen = new Set<string>();
  for (const { labels } of columns) {
    const key = labelsKey(labels);
    if (seen.has(key)) throw new PromqlError('execution', 'the result would have two series with the same labels');
    seen.add(key);
  }
  return columns;
}

function aggregate(expression: Aggregation, evaluation: Evaluation): Column[] {
  const argument = evaluate(expression.argument, evaluation);
  if (argument.kind === 'scalar') throw new PromqlError('invalid', `${expression.name} takes a vector`);
  const { count } = evaluation.steps;
  const groups = new Map<string, { readonly column: Column; readonly counts: Float64Array }>();
  for (const { labels, values, present } of argument.columns) {
    const grouped = groupLabels(labels, expression);
    const key = labelsKey(grouped);
    let group = groups.get(key);
    if (group === undefined) {
      group = { column: newColumn(grouped, count), counts: new Float64Array(count) };
      groups.set(key, group);
    }
    for (let step = 0; step < count; step++) {
      if (present[step] !== 1) continue;
      const value = values[step] as number;
      const { column, counts } = group;
      column.values[step] =
        counts[step] === 0 ? value : combined(expression.name, column.values[step] as number, value);
      column.present[step] = 1;
      counts[step] = (counts[step] as number) + 1;
    }
  }
  return [...groups.values()].map(({ column, counts }) => {
    if (expression.name === 'avg')
      return { ...column, values: column.values.map((sum, i) => sum / (counts[i] as number)) };
    return expression.name === 'count' ? { ...column, values: counts } : column;
  });
}

function combined(name: Aggregator, before: number, value: number): number {
  // NaN loses against any number, as in Prometheus.
  if (name === 'min') return Number.isNaN(before) || value < before ? value : before;
  if (name === 'max') return Number.isNaN(before) || value > before ? value : before;
  return before + value;
}

function groupLabels(labels: Labels, { labels: names, isWithout }: Aggregation): Labels {
  const wanted = new Set(names);
  return Object.fromEntries(
    Object.entries(labels).filter(([name]) =>
      isWithout ? !wanted.has(name) && name !== NAME_LABEL : wanted.has(name),
    ),
  );
}

function arithmetic({ operator, left, right }: Arithmetic, evaluation: Evaluation): Evaluated {
  const [a, b] = [evaluate(left, evaluation), evaluate(right, evaluation)];
  if (b.kind === 'scalar') return mapped(a, (value, step) => computed(operator, value, b.values[step] as number));
  if (a.kind === 'scalar') return mapped(b, (value, step) => computed(operator, a.values[step] as number, value));
  throw new PromqlError('unsupported', `${operator} between two vectors is not supported here`);
}

function computed(operator: ArithmeticOperator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '^':
      return a ** b;
  }
}

function mapped(evaluated: Evaluated, change: (value: number, step: number) => number): Evaluated {
  if (evaluated.kind === 'scalar') return { kind: 'scalar', values: evaluated.values.map(change) };
  const columns = evaluated.columns.map(({ labels, values, present }) => ({
    labels: withoutName(labels),
    values: values.map(change),
    present,
  }));
  return { kind: 'vector', columns: distinct(columns) };
}
