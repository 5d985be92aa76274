import type { KnownMetadata } from '../../ports/sample-intake.ts';

type PrometheusMetadata = Readonly<
  Record<string, readonly { readonly type: string; readonly help: string; readonly unit: string }[]>
>;

/** As Prometheus tells it: by metric, each different one of its namespaces. */
export function readMetadata(
  known: readonly KnownMetadata[],
  {
    namespace,
    metric,
    limit,
  }: { readonly namespace: string | null; readonly metric: string | null; readonly limit: number },
): PrometheusMetadata {
  const wanted = known.filter(
    (one) => (namespace === null || one.namespace === namespace) && (metric === null || one.metricName === metric),
  );
  const byMetric = Map.groupBy(wanted, ({ metricName }) => metricName);
  return Object.fromEntries(
    [...byMetric]
      .slice(0, limit)
      .map(([name, all]) => [name, all.map(({ type, help, unit }) => ({ type, help, unit }))]),
  );
}
