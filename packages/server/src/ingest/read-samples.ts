import assert from 'node:assert/strict';
import type { Problem } from '@cloudbell/core/contract/problem.ts';
import { copyDimensions, type NameLimits } from '@cloudbell/core/metric/dimension-rules.ts';
import {
  identityProblem,
  readMeasurement,
  type SampleTimes,
  shapeProblem,
} from '@cloudbell/core/metric/sample-rules.ts';
import type { Series } from '@cloudbell/core/metric/series.ts';
import type { SampleError } from '../ports/sample-intake.ts';
import { rawSeriesKey, type SeriesIndex } from './series-index.ts';

/** A sample that passed every check; its id is found later, because that may have to be done again. */
export interface ReadSample {
  readonly index: number;
  readonly series: Series;
  readonly rawKey: string;
  readonly timestamp: number;
  readonly value: number;
  readonly instanceName: string | null;
}

/** Checks each item on its own. A spelling of a series that the index knows was checked when it was learnt. */
export function readSamples(
  account: string,
  items: readonly unknown[],
  by: { readonly index: SeriesIndex; readonly times: SampleTimes; readonly limits: NameLimits },
): { readonly read: ReadSample[]; readonly errors: SampleError[] } {
  const read: ReadSample[] = [];
  const errors: SampleError[] = [];
  items.forEach((item, index) => {
    const shape = shapeProblem(item);
    if (shape !== null) {
      errors.push(sampleError(index, shape));
      return;
    }
    const fields = item as Readonly<Record<string, unknown>>;
    const rawKey = rawSeriesKey(account, fields);
    const known = rawKey === null ? undefined : by.index.findRaw(rawKey);
    const problem = known === undefined ? identityProblem(fields, by.limits) : null;
    const measurement = problem === null ? readMeasurement(fields, by.times, by.limits) : { problem };
    if ('problem' in measurement) {
      errors.push(sampleError(index, measurement.problem));
      return;
    }
    assert(rawKey !== null, 'names and dimensions that passed their check are texts');
    read.push({ index, rawKey, series: known?.definition ?? seriesOf(account, fields), ...measurement });
  });
  return { read, errors };
}

export function sampleError(index: number, problem: Problem): SampleError {
  return { index, code: problem.code, field: problem.field ?? null, message: problem.message, hint: problem.hint };
}

function seriesOf(account: string, fields: Readonly<Record<string, unknown>>): Series {
  return {
    account,
    namespace: fields.namespace as string,
    metricName: fields.metricName as string,
    dimensions: copyDimensions(fields.dimensions ?? {}),
  };
}
