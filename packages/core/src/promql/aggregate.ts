import type { Aggregation, Aggregator } from './ast.ts';
import { type Column, type Evaluated, type Frame, newColumn } from './column.ts';
import { type Labels, labelsText, NAME_LABEL } from './labels.ts';

interface Group {
  readonly column: Column;
  readonly counts: Float64Array;
  /** What additions lost: sums are compensated, as Prometheus has them. */
  readonly lost: Float64Array;
}

/** The series with equal values of the grouping's labels become one. */
export async function* aggregate(
  { name, labels, isWithout }: Aggregation,
  argument: Evaluated,
  { steps, onKept }: Frame,
): AsyncGenerator<Column> {
  if (argument.kind === 'scalar') throw new Error('the parser lets no scalar be aggregated');
  const named = new Set(labels);
  const isKept = (label: string): boolean => (isWithout ? !named.has(label) && label !== NAME_LABEL : named.has(label));
  const groups = new Map<string, Group>();
  for await (const column of argument.columns) {
    const grouped: Labels = Object.fromEntries(Object.entries(column.labels).filter(([label]) => isKept(label)));
    const key = labelsText(grouped);
    let group = groups.get(key);
    if (group === undefined) {
      onKept(steps.count);
      const { count } = steps;
      group = { column: newColumn(grouped, steps), counts: new Float64Array(count), lost: new Float64Array(count) };
      groups.set(key, group);
    }
    addTo(group, column, name);
  }
  for (const group of groups.values()) yield finished(group, name);
}

function addTo({ column, counts, lost }: Group, { values, present }: Column, name: Aggregator): void {
  const results = column.values;
  for (let step = 0; step < values.length; step++) {
    if (present[step] !== 1) continue;
    const value = values[step] as number;
    const before = results[step] as number;
    const isFirst = column.present[step] !== 1;
    column.present[step] = 1;
    counts[step] = (counts[step] as number) + 1;
    if (isFirst) results[step] = value;
    // NaN loses against any number.
    else if (name === 'min') results[step] = Number.isNaN(before) || value < before ? value : before;
    else if (name === 'max') results[step] = Number.isNaN(before) || value > before ? value : before;
    else {
      const sum = before + value;
      const rest = Math.abs(before) >= Math.abs(value) ? before - sum + value : value - sum + before;
      lost[step] = (lost[step] as number) + rest;
      results[step] = sum;
    }
  }
}

function finished({ column, counts, lost }: Group, name: Aggregator): Column {
  switch (name) {
    case 'count':
      return { ...column, values: counts };
    case 'sum':
      return { ...column, values: column.values.map((sum, step) => whole(sum, lost[step] as number)) };
    case 'avg':
      return {
        ...column,
        values: column.values.map((sum, step) => whole(sum, lost[step] as number) / (counts[step] as number)),
      };
    case 'min':
    case 'max':
      return column;
  }
}

/** Of infinities nothing can be lost, and what was computed of them is NaN. */
const whole = (sum: number, lost: number): number => (Number.isFinite(sum) ? sum + lost : sum);
