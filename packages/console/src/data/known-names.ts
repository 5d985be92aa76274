import type { Dimensions } from '@cloudbell/core/metric/dimensions.ts';
import { useContactGroups } from './contacts.ts';
import { useRules } from './rules.ts';
import { useSeries } from './series.ts';

/** What a form offers while one types: what live series and other rules have. Anything else can be typed too. */
export interface KnownNames {
  readonly namespaces: readonly string[];
  readonly metricNames: readonly string[];
  readonly resources: readonly Dimensions[];
  readonly contactGroups: readonly string[];
}

export function useKnownNames(namespace: string, metricName: string): KnownNames {
  const rules = useRules().data?.items ?? [];
  const groups = useContactGroups().data ?? [];
  const series = useSeries(namespace, metricName).data;
  const ofNamespace = rules.filter((rule) => rule.namespace === namespace);
  const ofMetric = ofNamespace.filter((rule) => rule.metricName === metricName);
  return {
    namespaces: distinct([...(series?.namespaces ?? []), ...rules.map((rule) => rule.namespace)]),
    metricNames: distinct([...(series?.metricNames ?? []), ...ofNamespace.map((rule) => rule.metricName)]),
    resources: [
      ...(series?.items ?? []).map((one) => one.dimensions),
      ...ofMetric.flatMap(({ resources }) => resources),
    ],
    contactGroups: distinct([
      ...groups.map((group) => group.name),
      ...rules.flatMap(({ contactGroups }) => contactGroups),
    ]),
  };
}

const distinct = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();
