import type { Role } from '@cloudbell/core/contract/role.ts';
import type { SessionAnswer, UserAnswer } from '@cloudbell/core/contract/user.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from './api.ts';
import type { Page } from './types.ts';

export type User = UserAnswer;
export type Session = SessionAnswer;

const USERS_KEY = ['users'] as const;
const SESSIONS_KEY = ['own-sessions'] as const;
const pathOf = (name: string): string => `/api/v1/users/${encodeURIComponent(name)}`;

export function useUsers() {
  return useQuery({
    queryKey: USERS_KEY,
    queryFn: async ({ signal }) => (await call<Page<User>>('/api/v1/users?limit=1000', { signal })).items,
  });
}

export interface UserWrite {
  readonly name: string;
  readonly isNew: boolean;
  readonly body: { readonly role: Role; readonly enabled: boolean; readonly password?: string };
}

/** May also be one's own user: then who one is may have changed, and everything is read again. */
export function usePutUser() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ name, isNew, body }: UserWrite) => call<User>(pathOf(name), { method: 'PUT', body, onlyNew: isNew }),
    onSuccess: () => client.invalidateQueries(),
  });
}

export function useDeleteUser() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => call(pathOf(name), { method: 'DELETE' }),
    onSettled: () => client.invalidateQueries(),
  });
}

/** Ends all sessions of a user. */
export function useSignOutUser() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => call(`${pathOf(name)}/sessions`, { method: 'DELETE' }),
    onSettled: () => client.invalidateQueries(),
  });
}

export function useOwnSessions() {
  return useQuery({
    queryKey: SESSIONS_KEY,
    queryFn: async ({ signal }) => (await call<Page<Session>>('/api/v1/sessions', { signal })).items,
  });
}

export function useEndSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (sessionId: string) => call(`/api/v1/sessions/${sessionId}`, { method: 'DELETE' }),
    onSettled: () => client.invalidateQueries(),
  });
}

export function useChangePassword() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { readonly currentPassword: string; readonly password: string }) =>
      call('/api/v1/me/password', { method: 'PUT', body }),
    onSuccess: () => client.invalidateQueries({ queryKey: SESSIONS_KEY }),
  });
}
