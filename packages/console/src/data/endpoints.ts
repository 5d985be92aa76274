import type { EndpointAnswer, EndpointListAnswer } from '@cloudbell/core/contract/endpoint.ts';
import { useQuery } from '@tanstack/react-query';
import { call } from './api.ts';
import { LIVE_MS } from './client.ts';

export type Endpoint = EndpointAnswer;

/** How endpoints are doing, failing ones first. Below `deliveries`: a delivery that changes is read anew with it. */
export function useEndpoints() {
  return useQuery({
    queryKey: ['deliveries', 'endpoints'],
    queryFn: ({ signal }) => call<EndpointListAnswer>('/api/v1/endpoints?limit=100', { signal }),
    refetchInterval: LIVE_MS,
  });
}
