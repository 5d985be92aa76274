import { aggregate } from './aggregate.ts';
import type { Call, Expression, Selector } from './ast.ts';
import { binary, mapped } from './binary.ts';
import { type Column, distinct, type Evaluated, type Frame, newColumn, type Steps } from './column.ts';
import { type Labels, withoutName } from './labels.ts';
import { type SampleColumns, WINDOW_FUNCTIONS, type WindowFunction } from './windows.ts';

/** A sample that is older than this is no longer a series' value, ms. */
const LOOKBACK_MS = 300_000;

export interface SelectedSeries extends SampleColumns {
  readonly labels: Labels;
}

/** What a selector is read for. */
export interface Selection {
  readonly selector: Selector;
  /** Samples at these times are needed, ms: after `from`, up to and including `to`. */
  readonly from: number;
  readonly to: number;
  /** How far one look goes back; buckets that are much shorter serve as well as samples. */
  readonly windowMs: number;
  readonly ofBucket: WindowFunction['ofBucket'];
}

export interface Evaluation extends Frame {
  readonly select: (selection: Selection) => AsyncIterable<SelectedSeries>;
}

/**
 * A query over all its steps at once: a value is a column with one number for each step, so a series is walked through
 * once, however many steps there are. Series flow one by one from where they are read to the answer, and nothing but
 * an aggregation's groups is kept of them. Semantics are Prometheus 3's: windows are open to the left.
 * Columns come while they are asked for; what cannot be computed throws a PromqlError then.
 */
export function evaluate(expression: Expression, evaluation: Evaluation): Evaluated {
  switch (expression.kind) {
    case 'number':
      return { kind: 'scalar', values: new Float64Array(evaluation.steps.count).fill(expression.value) };
    case 'selector':
      return { kind: 'vector', columns: latest(expression, evaluation) };
    case 'call':
      return { kind: 'vector', columns: distinct(overWindows(expression, evaluation)) };
    case 'aggregation':
      return {
        kind: 'vector',
        columns: aggregate(expression, evaluate(expression.argument, evaluation), evaluation),
      };
    case 'binary':
      return binary(expression, evaluate(expression.left, evaluation), evaluate(expression.right, evaluation));
    case 'negation':
      return mapped(evaluate(expression.argument, evaluation), (value) => -value);
  }
}

function selectionOf(selector: Selector, steps: Steps, ofBucket: Selection['ofBucket']): Selection {
  const { rangeMs, offsetMs } = selector;
  const first = steps.start - offsetMs;
  const to = first + (steps.count - 1) * steps.stepMs;
  return {
    selector,
    from: first - (rangeMs ?? LOOKBACK_MS),
    to,
    windowMs: rangeMs ?? steps.stepMs,
    ofBucket,
  };
}

/** Of each series the newest sample that is not older than {@link LOOKBACK_MS}. */
async function* latest(selector: Selector, { steps, select }: Evaluation): AsyncGenerator<Column> {
  for await (const { labels, timestamps, values } of select(selectionOf(selector, steps, 'last'))) {
    const column = newColumn(labels, steps);
    let end = 0;
    for (let step = 0; step < steps.count; step++) {
      const at = steps.start + step * steps.stepMs - selector.offsetMs;
      while (end < timestamps.length && (timestamps[end] as number) <= at) end += 1;
      if (end === 0 || (timestamps[end - 1] as number) <= at - LOOKBACK_MS) continue;
      const value = values[end - 1] as number;
      if (Number.isNaN(value)) continue;
      column.values[step] = value;
      column.present[step] = 1;
    }
    yield column;
  }
}

async function* overWindows({ name, argument }: Call, { steps, select }: Evaluation): AsyncGenerator<Column> {
  const { compute, ofBucket } = WINDOW_FUNCTIONS[name];
  for await (const series of select(selectionOf(argument, steps, ofBucket))) {
    const samples = withoutMarkers(series);
    const { timestamps } = samples;
    const column = newColumn(name === 'last_over_time' ? series.labels : withoutName(series.labels), steps);
    let start = 0;
    let end = 0;
    for (let step = 0; step < steps.count; step++) {
      const to = steps.start + step * steps.stepMs - argument.offsetMs;
      const from = to - argument.rangeMs;
      while (start < timestamps.length && (timestamps[start] as number) <= from) start += 1;
      while (end < timestamps.length && (timestamps[end] as number) <= to) end += 1;
      const value = start < end ? compute({ samples, start, end, from, to }) : null;
      if (value === null) continue;
      column.values[step] = value;
      column.present[step] = 1;
    }
    yield column;
  }
}

function withoutMarkers(series: SampleColumns): SampleColumns {
  if (!series.values.some(Number.isNaN)) return series;
  const isValue = (_: number, index: number): boolean => !Number.isNaN(series.values[index]);
  return {
    timestamps: series.timestamps.filter(isValue),
    values: series.values.filter(isValue),
    counts: series.counts?.filter(isValue) ?? null,
  };
}
