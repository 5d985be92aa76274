import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call, withQuery } from './api.ts';
import { LIVE_MS } from './client.ts';
import { isMissing } from './problem.ts';
import type { Delivery, DeliveryDetail, Page } from './types.ts';

export interface DeliveryFilter {
  readonly status?: Delivery['state'] | undefined;
  readonly channel?: Delivery['channel'] | undefined;
  readonly ruleId?: string | undefined;
  readonly endpoint?: string | undefined;
}

/** Deliveries, newest first, page by page. */
export function useDeliveries(filter: DeliveryFilter = {}, limit = 50) {
  return useInfiniteQuery({
    queryKey: ['deliveries', 'list', filter, limit],
    queryFn: ({ signal, pageParam }) =>
      call<Page<Delivery>>(withQuery('/api/v1/deliveries', { ...filter, limit, cursor: pageParam }), { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: LIVE_MS,
  });
}

const UNDER_WAY_MS = 1_000;

export function useDelivery(deliveryId: string) {
  return useQuery({
    queryKey: ['deliveries', 'one', deliveryId],
    queryFn: ({ signal }) => call<DeliveryDetail>(`/api/v1/deliveries/${encodeURIComponent(deliveryId)}`, { signal }),
    refetchInterval: ({ state }) => (isMissing(state.error) ? false : isFinal(state.data) ? LIVE_MS : UNDER_WAY_MS),
  });
}

export const isFinal = (delivery: Delivery | undefined): boolean =>
  delivery !== undefined && delivery.state !== 'pending' && delivery.state !== 'sending';

export function useReplay() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (deliveryId: string) =>
      call(`/api/v1/deliveries/${encodeURIComponent(deliveryId)}/replay`, { method: 'POST' }),
    onSettled: () => client.invalidateQueries({ queryKey: ['deliveries'] }),
  });
}
