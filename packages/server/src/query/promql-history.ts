import { PromqlError } from '@cloudbell/core/promql/promql-error.ts';
import { CloudbellError } from '../base/errors.ts';
import type { PromqlHistory } from '../ports/promql-history.ts';
import { labelNames, labelValues, matchingSeries } from './label-lists.ts';
import type { QueryOptions } from './options.ts';
import { instantData, rangeData } from './promql.ts';

export const createPromqlHistory = (options: QueryOptions): PromqlHistory => ({
  instantData: (question) => told(instantData(question, options)),
  rangeData: (question) => told(rangeData(question, options)),
  matchingSeries: (question) => told(matchingSeries(question, options)),
  labelNames: (question) => told(labelNames(question, options)),
  labelValues: (label, question) => told(labelValues(label, question, options)),
});

/** What core says about a query leaves as an error of ours. */
async function told<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (thrown) {
    if (!(thrown instanceof PromqlError)) throw thrown;
    const hint = thrown.code === 'unsupported_promql' ? { hint: 'docs/queries.md says what is.' } : {};
    throw new CloudbellError(thrown.code, { message: `${thrown.message}.`, ...hint, cause: thrown });
  }
}
