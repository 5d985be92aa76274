import { type Binary, COMPARISONS } from './ast.ts';
import { type Column, distinct, type Evaluated } from './column.ts';
import { withoutName } from './labels.ts';

type Compute = (left: number, right: number) => number;

const OPERATIONS: Readonly<Record<Binary['operator'], Compute>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
  '^': (left, right) => left ** right,
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
  '>': (left, right) => Number(left > right),
  '<': (left, right) => Number(left < right),
  '>=': (left, right) => Number(left >= right),
  '<=': (left, right) => Number(left <= right),
};

/** Of two scalars, or of a vector and a scalar, whichever side that is. */
export function binary({ operator, isBool }: Binary, left: Evaluated, right: Evaluated): Evaluated {
  const compute = OPERATIONS[operator];
  const isFilter = !isBool && COMPARISONS.some((one) => one === operator);
  const apply = isFilter ? filtered : mapped;
  if (right.kind === 'scalar') return apply(left, (value, step) => compute(value, right.values[step] as number));
  if (left.kind === 'scalar') return apply(right, (value, step) => compute(left.values[step] as number, value));
  throw new Error('the parser lets no two vectors be combined');
}

type OfValue = (value: number, step: number) => number;

/** The results are measurements of another thing: the metric's name does not fit them. */
export function mapped(evaluated: Evaluated, of: OfValue): Evaluated {
  if (evaluated.kind === 'scalar') return { kind: 'scalar', values: evaluated.values.map(of) };
  return { kind: 'vector', columns: distinct(mappedColumns(evaluated.columns, of)) };
}

async function* mappedColumns(columns: AsyncIterable<Column>, of: OfValue): AsyncGenerator<Column> {
  for await (const { labels, values, present } of columns) {
    yield { labels: withoutName(labels), values: values.map(of), present };
  }
}

/** Values stay what they are, where `of` says 1. */
function filtered(evaluated: Evaluated, of: OfValue): Evaluated {
  if (evaluated.kind === 'scalar') throw new Error('the parser lets no two scalars be filtered');
  return { kind: 'vector', columns: filteredColumns(evaluated.columns, of) };
}

async function* filteredColumns(columns: AsyncIterable<Column>, of: OfValue): AsyncGenerator<Column> {
  for await (const column of columns) {
    const { values, present } = column;
    yield { ...column, present: present.map((is, step) => is * of(values[step] as number, step)) };
  }
}
