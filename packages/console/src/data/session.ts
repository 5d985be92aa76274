import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from './api.ts';
import { LIVE_MS, SESSION_KEY } from './client.ts';
import { isSignedOut } from './problem.ts';
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

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { user: string; password: string }) => call<Me>('/api/v1/signin', { method: 'POST', body }),
    onSuccess: (me) => become(client, me),
  });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call('/api/v1/signout', { method: 'POST' }),
    onSuccess: () => become(client, null),
  });
}

/** Somebody else from now on, or nobody: what was read before is forgotten. */
function become(client: QueryClient, me: Me | null): void {
  // Not by clearing all: whoever looks at the session would go on looking at the one that was cleared away.
  client.setQueryData(SESSION_KEY, me);
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] });
}
