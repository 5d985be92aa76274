import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from './api.ts';
import { LIVE_MS, SESSION_KEY } from './client.ts';
import { isMissing, isSignedOut } from './problem.ts';
import type { Me } from './types.ts';

/** Who is signed in; null for nobody. Asks on while nobody is: a sign-in in another tab counts here too. */
export function useSession() {
  return useQuery({
    queryKey: SESSION_KEY,
    queryFn: async ({ signal }): Promise<Me | null> => {
      try {
        return await call<Me>('/api/v1/me', { signal });
      } catch (thrown) {
        if (isSignedOut(thrown)) return null;
        throw thrown;
      }
    },
    refetchInterval: ({ state }) => (state.data ? false : LIVE_MS),
  });
}

/** Whether people can sign in with a password: a deployment without users has no such path. */
export function usePasswordSignIn() {
  return useQuery({
    queryKey: ['password-sign-in'],
    queryFn: async (): Promise<boolean> => {
      try {
        await call('/api/v1/signin', { method: 'POST', body: {} });
        return true;
      } catch (thrown) {
        return !isMissing(thrown);
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { user: string; password: string }) => call('/api/v1/signin', { method: 'POST', body }),
    onSuccess: () => client.invalidateQueries(),
  });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call('/api/v1/signout', { method: 'POST' }),
    onSuccess: () => {
      client.clear();
      client.setQueryData(SESSION_KEY, null);
    },
  });
}
