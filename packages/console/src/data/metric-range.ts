import type { MetricRange } from '@cloudbell/core/contract/history.ts';
import type { ChartStatistic } from '@cloudbell/core/history/statistic-points.ts';
import type { Dimensions } from '@cloudbell/core/metric/dimensions.ts';
import { useQuery } from '@tanstack/react-query';
import { call, withQuery } from './api.ts';

export type { MetricRange };

export interface RangeWanted {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Dimensions;
  /** Only the series with these dimensions and no others: an alert's. */
  readonly exact: boolean;
  /** The last so many ms, up to now. */
  readonly spanMs: number;
  readonly statistic: ChartStatistic;
  /** s; null: the samples, or whatever shows them well. */
  readonly period: number | null;
  readonly limit: number;
}

/** A chart goes on while it is looked at. */
const REFETCH_MS = 10_000;

export function useMetricRange(wanted: RangeWanted) {
  const { namespace, metricName, dimensions, exact, spanMs, statistic, period, limit } = wanted;
  return useQuery({
    queryKey: ['metric-range', wanted],
    enabled: namespace !== '' && metricName !== '',
    queryFn: ({ signal }) => {
      const to = Date.now();
      const query = { namespace, metricName, from: Math.max(0, Math.floor(to - spanMs)), to, statistic, period, limit };
      const filter = { dimensions: JSON.stringify(dimensions), exact: String(exact), points: 2000 };
      return call<MetricRange>(withQuery('/api/v1/metrics/range', { ...query, ...filter }), { signal });
    },
    placeholderData: (before) => before,
    refetchInterval: REFETCH_MS,
    retry: false,
  });
}
