import type { Problem } from '@cloudbell/core/contract/problem.ts';
import type { NameLimits } from '@cloudbell/core/metric/dimension-rules.ts';
import { identityProblem } from '@cloudbell/core/metric/sample-rules.ts';
import type { Series } from '@cloudbell/core/metric/series.ts';
import { type Labels, readLabels } from '@cloudbell/core/wire/label-bytes.ts';
import type { TextCache } from '@cloudbell/core/wire/text-cache.ts';
import { WireError } from '@cloudbell/core/wire/wire-error.ts';

/** The series that label bytes stand for, or what is wrong with them. */
export function seriesOfLabels(
  key: Uint8Array,
  owner: { readonly account: string; readonly namespace: string },
  by: { readonly limits: NameLimits; readonly read: TextCache['read'] },
): Series | { readonly problem: Problem } {
  try {
    const labels = readLabels(key, 0, key.length, by.read);
    const series = { ...owner, metricName: labels.metricName, dimensions: labels.dimensions };
    const problem = labelProblem(labels) ?? identityProblem(series, by.limits);
    return problem === null ? series : { problem };
  } catch (thrown) {
    if (!(thrown instanceof WireError)) throw thrown;
    return { problem: { code: thrown.code, message: thrown.message, hint: thrown.hint } };
  }
}

function labelProblem({ metricName, repeated, isUtf8 }: Labels): Problem | null {
  if (!isUtf8) {
    return {
      code: 'sample_dimensions_invalid',
      field: 'labels',
      message: 'A label is not UTF-8.',
      hint: 'Names and values of labels are UTF-8 texts.',
    };
  }
  if (repeated !== null) {
    return {
      code: 'sample_dimensions_invalid',
      field: 'labels',
      message: `The label "${repeated.slice(0, 64)}" occurs twice in one series.`,
      hint: 'Each label may occur once.',
    };
  }
  if (metricName !== '') return null;
  return {
    code: 'sample_metric_name_invalid',
    field: '__name__',
    message: 'A series has no label __name__.',
    hint: 'Send the name of the metric as the label __name__.',
  };
}

export const seriesLimitProblem = (seriesPerAccountMax: number): Problem => ({
  code: 'series_limit_reached',
  message: `The account has ${seriesPerAccountMax} series, as many as allowed; samples of new ones are refused.`,
  hint: 'Drop dimensions that change with every sample, or raise --series-per-account-max.',
});
