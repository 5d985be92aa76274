import { type Labels, labelsText } from './labels.ts';
import { PromqlError } from './promql-error.ts';

/** The times at which a query is evaluated. */
export interface Steps {
  /** ms */
  readonly start: number;
  readonly count: number;
  /** ms; of one step it does not matter. */
  readonly stepMs: number;
}

/** A series of a result: a value for each step, or none. */
export interface Column {
  readonly labels: Labels;
  readonly values: Float64Array;
  /** 1 where there is a value; NaN may be one. */
  readonly present: Uint8Array;
}

export type Evaluated =
  | { readonly kind: 'scalar'; readonly values: Float64Array }
  | { readonly kind: 'vector'; readonly columns: AsyncIterable<Column> };

/** What there is to evaluate by. */
export interface Frame {
  readonly steps: Steps;
  /** Told of every column that stays in memory until the answer; throws when they are too many. */
  readonly onKept: (points: number) => void;
}

export const newColumn = (labels: Labels, { count }: Steps): Column => ({
  labels,
  values: new Float64Array(count),
  present: new Uint8Array(count),
});

/** Two metrics may differ in nothing but their name, and a result has none. */
export async function* distinct(columns: AsyncIterable<Column>): AsyncGenerator<Column> {
  const seen = new Set<string>();
  for await (const column of columns) {
    const key = labelsText(column.labels);
    if (seen.has(key)) {
      throw new PromqlError('promql_execution', `the result would have two series with the same labels ${key}`);
    }
    seen.add(key);
    yield column;
  }
}
