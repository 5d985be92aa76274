import type { Column, Evaluated, Frame, Steps } from './column.ts';
import { labelsText } from './labels.ts';

/**
 * The answer of an evaluation of one step, in Prometheus's own form, as text: a matrix can have a million points, and an
 * object for each would cost more than all that was computed.
 */
export async function instantResult(evaluated: Evaluated, frame: Frame): Promise<string> {
  const seconds = frame.steps.start / 1000;
  if (evaluated.kind === 'scalar') {
    return resultText('scalar', `[${seconds},"${numberText(evaluated.values[0] as number)}"]`);
  }
  const series = await seriesText(evaluated.columns, frame, ({ values }) => {
    return `"value":[${seconds},"${numberText(values[0] as number)}"]`;
  });
  return resultText('vector', `[${series}]`);
}

/** The same of any number of steps. */
export async function rangeResult(evaluated: Evaluated, frame: Frame): Promise<string> {
  if (evaluated.kind === 'scalar') {
    const { values } = evaluated;
    const points = pointsText({ values, present: new Uint8Array(values.length).fill(1) }, frame.steps);
    return resultText('matrix', `[{"metric":{},"values":[${points}]}]`);
  }
  const series = await seriesText(evaluated.columns, frame, (column) => {
    return `"values":[${pointsText(column, frame.steps)}]`;
  });
  return resultText('matrix', `[${series}]`);
}

const resultText = (type: 'scalar' | 'vector' | 'matrix', result: string): string =>
  `{"resultType":"${type}","result":${result}}`;

/** Of those with values, in order of their labels. */
async function seriesText(
  columns: AsyncIterable<Column>,
  { onKept }: Frame,
  valuesText: (column: Column) => string,
): Promise<string> {
  const texts: string[] = [];
  for await (const column of columns) {
    const count = column.present.reduce((sum, is) => sum + is, 0);
    if (count === 0) continue;
    onKept(count);
    texts.push(`{"metric":${labelsText(column.labels)},${valuesText(column)}}`);
  }
  return texts.sort().join(',');
}

function pointsText({ values, present }: Pick<Column, 'values' | 'present'>, { start, stepMs }: Steps): string {
  const points: string[] = [];
  for (let step = 0; step < values.length; step++) {
    if (present[step] !== 1) continue;
    points.push(`[${(start + step * stepMs) / 1000},"${numberText(values[step] as number)}"]`);
  }
  return points.join(',');
}

/** As Go writes them: shortest, exponents of at least two digits. */
function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
}
