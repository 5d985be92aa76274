import type { Role } from '@cloudbell/core/contract/role.ts';
import type { AccessKeyAnswer, NewAccessKeyAnswer } from '@cloudbell/core/contract/user.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from './api.ts';
import type { Page } from './types.ts';

export type AccessKey = AccessKeyAnswer;
export type NewAccessKey = NewAccessKeyAnswer;

const KEYS_KEY = ['access-keys'] as const;

export function useAccessKeys() {
  return useQuery({
    queryKey: KEYS_KEY,
    queryFn: async ({ signal }) => (await call<Page<AccessKey>>('/api/v1/access-keys?limit=1000', { signal })).items,
  });
}

/** The answer has the secret: it is kept by nobody but who shows it. */
export function useCreateAccessKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { readonly name: string; readonly role: Role }) =>
      call<NewAccessKey>('/api/v1/access-keys', { method: 'POST', body }),
    onSuccess: () => client.invalidateQueries({ queryKey: KEYS_KEY }),
    gcTime: 0,
  });
}

export function useDeleteAccessKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (accessKeyId: string) =>
      call(`/api/v1/access-keys/${encodeURIComponent(accessKeyId)}`, { method: 'DELETE' }),
    onSettled: () => client.invalidateQueries({ queryKey: KEYS_KEY }),
  });
}
