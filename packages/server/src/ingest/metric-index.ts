import type { SeriesDefinition } from '@cloudbell/core/metric/series.ts';
import type { MetricCardinality, SeriesListing, SeriesQuery } from '../ports/sample-intake.ts';

/** Of the index of ids ({@link ./series-index.ts}); its definition may be replaced by one with another display name. */
interface ListedSeries {
  readonly definition: SeriesDefinition;
}

/** Series of a metric whose dimensions are counted. */
const LOOKED_AT = 10_000;

/** By metric name, within a namespace, within an account. */
type Metrics = Map<string, Map<string, Set<ListedSeries>>>;

/** Finds series by what people know of them. Costs a set entry per series, and a listing what it looks through. */
export class MetricIndex {
  readonly #accounts = new Map<string, Metrics>();

  add(series: ListedSeries): void {
    const { account, namespace, metricName } = series.definition;
    const namespaces = entry(this.#accounts, account, () => new Map());
    const metrics = entry(namespaces, namespace, () => new Map());
    entry(metrics, metricName, () => new Set()).add(series);
  }

  /** Names stay only while a series has them. */
  remove(series: ListedSeries): void {
    const { account, namespace, metricName } = series.definition;
    const namespaces = this.#accounts.get(account);
    const metrics = namespaces?.get(namespace);
    const ofMetric = metrics?.get(metricName);
    if (namespaces === undefined || metrics === undefined || ofMetric === undefined) return;
    ofMetric.delete(series);
    if (ofMetric.size === 0) metrics.delete(metricName);
    if (metrics.size === 0) namespaces.delete(namespace);
  }

  /** The metrics with most series. */
  largest(account: string, limit: number): MetricCardinality[] {
    const all: { namespace: string; metricName: string; of: ReadonlySet<ListedSeries> }[] = [];
    for (const [namespace, metrics] of this.#accounts.get(account) ?? []) {
      for (const [metricName, of] of metrics) all.push({ namespace, metricName, of });
    }
    all.sort((a, b) => b.of.size - a.of.size);
    return all.slice(0, limit).map(({ namespace, metricName, of }) => ({
      ...{ namespace, metricName, series: of.size },
      dimensions: dimensionsOf(of).slice(0, limit),
    }));
  }

  list({ account, namespace, metricName, search, limit }: SeriesQuery): SeriesListing {
    const namespaces = this.#accounts.get(account) ?? new Map<string, Map<string, Set<ListedSeries>>>();
    const wanted = namespace === undefined ? [...namespaces.values()] : [namespaces.get(namespace) ?? new Map()];
    const found = matching(wanted, { metricName, search: search?.toLowerCase(), limit: limit + 1 });
    const items = found.slice(0, limit).map(({ definition }) => ({
      namespace: definition.namespace,
      metricName: definition.metricName,
      dimensions: definition.dimensions,
      instanceName: definition.instanceName,
    }));
    const metricNames = new Set(wanted.flatMap((metrics) => [...metrics.keys()]));
    return {
      namespaces: [...namespaces.keys()].sort(),
      metricNames: [...metricNames].sort(),
      items,
      hasMore: found.length > limit,
    };
  }
}

/** Distinct values by dimension, most first. */
function dimensionsOf(series: Iterable<ListedSeries>): { name: string; values: number }[] {
  const values = new Map<string, Set<string>>();
  let looked = 0;
  for (const { definition } of series) {
    if (++looked > LOOKED_AT) break;
    for (const [name, value] of Object.entries(definition.dimensions)) entry(values, name, () => new Set()).add(value);
  }
  const counts = [...values].map(([name, distinct]) => ({ name, values: distinct.size }));
  return counts.sort((a, b) => b.values - a.values || (a.name < b.name ? -1 : 1));
}

function matching(
  namespaces: readonly ReadonlyMap<string, ReadonlySet<ListedSeries>>[],
  by: { readonly metricName: string | undefined; readonly search: string | undefined; readonly limit: number },
): ListedSeries[] {
  const found: ListedSeries[] = [];
  for (const metrics of namespaces) {
    for (const [metricName, ofMetric] of metrics) {
      if (by.metricName !== undefined && by.metricName !== metricName) continue;
      for (const series of ofMetric) {
        if (found.length === by.limit) return found;
        if (by.search === undefined || holds(series, by.search)) found.push(series);
      }
    }
  }
  return found;
}

function holds({ definition: { dimensions, instanceName } }: ListedSeries, search: string): boolean {
  if (instanceName?.toLowerCase().includes(search) === true) return true;
  return Object.values(dimensions).some((value) => value.toLowerCase().includes(search));
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
