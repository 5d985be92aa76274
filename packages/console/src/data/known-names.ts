import type { Dimensions } from '@cloudbell/core/metric/dimensions.ts';
import { useAlerts } from './alerts.ts';
import { useRules } from './rules.ts';

/** What a form offers while one types: names that live alerts and rules have. Anything else can be typed too. */
export interface KnownNames {
  readonly namespaces: readonly string[];
  metricNames(namespace: string): readonly string[];
  resources(namespace: string, metricName: string): readonly Dimensions[];
  readonly contactGroups: readonly string[];
}

interface Watched {
  readonly namespace: string;
  readonly metricName: string;
  readonly resources: readonly Dimensions[];
}

/** Of this host's own metrics (collect/samples.ts): there to be watched before any rule names one. */
const COLLECTED: Watched[] = [
  'Host.cpu.totalused',
  'Host.mem.usedutilization',
  'Host.disk.utilization',
  'Host.load1',
  'Host.netin.rate',
  'Host.netout.rate',
].map((metricName) => ({ namespace: 'acs_ecs', metricName, resources: [] }));

export function useKnownNames(): KnownNames {
  const rules = useRules().data?.items ?? [];
  const alerts = useAlerts({ limit: 1000 }).data?.items ?? [];
  const watched: readonly Watched[] = [
    ...COLLECTED,
    ...alerts.map((alert) => ({ ...alert, resources: [alert.dimensions] })),
    ...rules,
  ];
  return {
    namespaces: distinct(watched.map(({ namespace }) => namespace)),
    metricNames: (namespace) =>
      distinct(watched.filter((one) => one.namespace === namespace).map(({ metricName }) => metricName)),
    resources: (namespace, metricName) =>
      watched
        .filter((one) => one.namespace === namespace && one.metricName === metricName)
        .flatMap(({ resources }) => resources),
    contactGroups: distinct(rules.flatMap(({ contactGroups }) => contactGroups)),
  };
}

const distinct = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();
