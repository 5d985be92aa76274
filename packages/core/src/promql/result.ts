import { plainDecimal } from '../metric/number.ts';
import { type Column, type Evaluated, labelsKey, type Steps } from './evaluate.ts';
import type { Labels } from './label-matcher.ts';

/** Time in s and value as text, as Prometheus writes them. */
export type PromqlPoint = readonly [seconds: number, value: string];

export type PromqlResult =
  | { readonly resultType: 'scalar'; readonly result: PromqlPoint }
  | {
      readonly resultType: 'vector';
      readonly result: readonly { readonly metric: Labels; readonly value: PromqlPoint }[];
    }
  | {
      readonly resultType: 'matrix';
      readonly result: readonly { readonly metric: Labels; readonly values: readonly PromqlPoint[] }[];
    };

/** Of an evaluation of one step. */
export function instantResult(evaluated: Evaluated, { start }: Steps): PromqlResult {
  if (evaluated.kind === 'scalar') {
    return { resultType: 'scalar', result: [start / 1000, promqlNumber(evaluated.values[0] ?? Number.NaN)] };
  }
  const result = inOrder(evaluated.columns)
    .filter(({ present }) => present[0] === 1)
    .map(({ labels, values }) => ({
      metric: labels,
      value: [start / 1000, promqlNumber(values[0] as number)] as const,
    }));
  return { resultType: 'vector', result };
}

export function rangeResult(evaluated: Evaluated, steps: Steps): PromqlResult {
  const pointsOf = (values: Float64Array, isPresent: (step: number) => boolean): PromqlPoint[] => {
    const points: PromqlPoint[] = [];
    for (let step = 0; step < steps.count; step++) {
      if (isPresent(step))
        points.push([(steps.start + step * steps.stepMs) / 1000, promqlNumber(values[step] as number)]);
    }
    return points;
  };
  if (evaluated.kind === 'scalar') {
    return { resultType: 'matrix', result: [{ metric: {}, values: pointsOf(evaluated.values, () => true) }] };
  }
  const result = inOrder(evaluated.columns)
    .map(({ labels, values, present }) => ({ metric: labels, values: pointsOf(values, (step) => present[step] === 1) }))
    .filter(({ values }) => values.length > 0);
  return { resultType: 'matrix', result };
}

const inOrder = (columns: readonly Column[]): readonly Column[] => {
  const keyed = columns.map((column) => ({ key: labelsKey(column.labels), column }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ column }) => column);
};

function promqlNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return plainDecimal(value);
}
