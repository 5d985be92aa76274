import type { EndpointSettingsAnswer, RotateAnswer } from '@cloudbell/core/contract/endpoint-settings.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from './api.ts';
import { LIVE_MS } from './client.ts';
import type { Page } from './types.ts';

/** What one callback URL wants otherwise. Secrets come masked; sent back as they came, the stored ones stay. */
export type EndpointSettings = EndpointSettingsAnswer;

const KEY = ['endpoint-settings'];
const PATH = '/api/v1/endpoint-settings';
const pathOf = (name: string): string => `${PATH}/${encodeURIComponent(name)}`;

export function useEndpointSettings() {
  return useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => (await call<Page<EndpointSettings>>(`${PATH}?limit=1000`, { signal })).items,
    refetchInterval: LIVE_MS,
  });
}

/** Something that is written, after which the list is read anew. */
function useWrite<Input, Answer>(write: (input: Input) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: write, onSettled: () => client.invalidateQueries({ queryKey: KEY }) });
}

/** `from`: the version that was read; null for one that must not be there yet. */
export const usePutEndpointSettings = () =>
  useWrite((put: { readonly name: string; readonly body: object; readonly from: number | null }) =>
    call(pathOf(put.name), {
      method: 'PUT',
      body: put.body,
      ...(put.from === null ? { onlyNew: true } : { ifMatch: put.from }),
    }),
  );

export const useDeleteEndpointSettings = () => useWrite((name: string) => call(pathOf(name), { method: 'DELETE' }));

export const useRotate = () =>
  useWrite((name: string) => call<RotateAnswer>(`${pathOf(name)}/rotate`, { method: 'POST', body: {} }));

export const usePromote = () => useWrite((name: string) => call(`${pathOf(name)}/promote`, { method: 'POST' }));
