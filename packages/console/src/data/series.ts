import type { SeriesListAnswer } from '@cloudbell/core/contract/live.ts';
import { useQuery } from '@tanstack/react-query';
import { call, withQuery } from './api.ts';

/** Live series, for pickers: every namespace, the metric names of one, and the first resources of a metric. */
export function useSeries(namespace: string, metricName: string) {
  return useQuery({
    queryKey: ['series', namespace, metricName],
    queryFn: ({ signal }) =>
      call<SeriesListAnswer>(withQuery('/api/v1/metrics/series', { namespace, metricName, limit: 1000 }), { signal }),
    placeholderData: (before) => before,
    staleTime: 10_000,
  });
}
