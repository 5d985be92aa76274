import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { isSignedOut } from './problem.ts';

/** How often what is looked at is read again. A page in the background asks nothing. */
export const LIVE_MS = 4_000;
export const SESSION_KEY = ['session'] as const;

/**
 * What was read, by key. Nothing is retried within a query: what is live asks again anyway, and a person is told at
 * once. An answer that says "signed out" ends the session for every page.
 */
export function createClient(): QueryClient {
  const onError = (error: unknown): void => {
    if (isSignedOut(error)) client.setQueryData(SESSION_KEY, null);
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      // The browser's idea of being offline does not count: Cloudbell may be on this very host.
      queries: { retry: false, networkMode: 'always', staleTime: 1_000 },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
  return client;
}
