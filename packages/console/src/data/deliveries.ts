import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call, withQuery } from './api.ts';
import { LIVE_MS } from './client.ts';
import type { Delivery, DeliveryDetail, Page } from './types.ts';

export interface DeliveryFilter {
  readonly status?: Delivery['state'] | undefined;
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
    refetchInterval: ({ state }) => (isFinal(state.data) ? LIVE_MS : UNDER_WAY_MS),
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

export interface EndpointStanding {
  readonly endpoint: string;
  readonly channel: Delivery['channel'];
  /** The latest that did not arrive. */
  readonly latest: Delivery;
  /** Of those looked at: how many did not arrive. */
  readonly failed: number;
}

/** Endpoints whose latest judged delivery did not arrive, or is being tried again; `deliveries` newest first. */
export function failingEndpoints(deliveries: readonly Delivery[]): readonly EndpointStanding[] {
  const standing = new Map<string, EndpointStanding | null>();
  for (const delivery of deliveries) {
    const { endpoint, channel } = delivery;
    const isTriedAgain = delivery.state === 'pending' && delivery.judgedAttempts > 0;
    const hasFailed = delivery.state === 'exhausted' || isTriedAgain;
    const known = standing.get(endpoint);
    if (known) standing.set(endpoint, hasFailed ? { ...known, failed: known.failed + 1 } : known);
    else if (known === undefined && hasFailed)
      standing.set(endpoint, { endpoint, channel, latest: delivery, failed: 1 });
    else if (known === undefined && delivery.state === 'delivered') standing.set(endpoint, null);
  }
  return [...standing.values()].filter((one) => one !== null);
}
