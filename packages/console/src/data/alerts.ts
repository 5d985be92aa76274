import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call, withQuery } from './api.ts';
import { LIVE_MS } from './client.ts';
import type { Alert, Page, Transition } from './types.ts';

export type AlertState = Alert['state'];

export function useAlerts(filter: { readonly state?: AlertState | undefined; readonly limit?: number } = {}) {
  const { state, limit = 200 } = filter;
  return useQuery({
    queryKey: ['alerts', 'list', state ?? 'all', limit],
    queryFn: ({ signal }) => call<Page<Alert>>(withQuery('/api/v1/alerts', { state, limit }), { signal }),
    refetchInterval: LIVE_MS,
  });
}

export function useAlert(alertId: string) {
  return useQuery({
    queryKey: ['alerts', 'one', alertId],
    queryFn: ({ signal }) => call<Alert>(`/api/v1/alerts/${encodeURIComponent(alertId)}`, { signal }),
    refetchInterval: LIVE_MS,
  });
}

/** What alerts did, newest first, page by page. */
export function useTransitions(filter: { readonly alertId?: string; readonly ruleId?: string } = {}) {
  return useInfiniteQuery({
    queryKey: ['alerts', 'transitions', filter],
    queryFn: ({ signal, pageParam }) =>
      call<Page<Transition>>(withQuery('/api/v1/transitions', { ...filter, limit: 50, cursor: pageParam }), { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: LIVE_MS,
  });
}

export function useDismissAlert() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (alertId: string) => call(`/api/v1/alerts/${encodeURIComponent(alertId)}`, { method: 'DELETE' }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['alerts'] }),
  });
}
