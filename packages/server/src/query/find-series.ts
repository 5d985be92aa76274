import { type Labels, labelsOf, NAME_LABEL, NAMESPACE_LABEL, PLAIN_NAMESPACE } from '@cloudbell/core/promql/labels.ts';
import { type Matcher, matchesAll } from '@cloudbell/core/promql/matcher.ts';
import type { HistoryStore, SeriesNumber } from '../ports/history-store.ts';
import type { PromqlScope } from '../ports/promql-history.ts';
import type { Pace } from './pace.ts';

export interface FoundSeries {
  readonly number: SeriesNumber;
  readonly labels: Labels;
}

/** The series of a scope that match, in order of namespace, metric name, dimensions. */
export async function* findSeries(
  matchers: readonly Matcher[],
  scope: PromqlScope,
  { store, pace }: { readonly store: Pick<HistoryStore, 'series'>; readonly pace: Pace },
): AsyncGenerator<FoundSeries> {
  const metricName = equalTo(matchers, NAME_LABEL);
  const namespace = scope.namespace ?? namespaceOf(matchers);
  await pace.rest();
  for await (const page of store.series({ account: scope.account, namespace, metricName })) {
    for (const series of page) {
      // A pattern can take long over a single text, too.
      if (pace.isDue()) await pace.rest();
      const labels = labelsOf(series, scope.namespace !== null);
      if (matchesAll(matchers, labels)) yield { number: series.number, labels };
    }
  }
}

const equalTo = (matchers: readonly Matcher[], name: string): string | undefined =>
  matchers.find(({ label, operator }) => label === name && operator === '=')?.value;

function namespaceOf(matchers: readonly Matcher[]): string | undefined {
  const value = equalTo(matchers, NAMESPACE_LABEL);
  return value === '' ? PLAIN_NAMESPACE : value;
}
