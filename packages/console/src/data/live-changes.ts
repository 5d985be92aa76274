import type { ChangeEvent } from '@cloudbell/core/contract/live.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { SESSION_KEY } from './client.ts';
import { follow } from './follow.ts';

/** Which lists a change shows itself in; keys as in the hooks beside this. */
const LISTS: Readonly<Record<ChangeEvent['kind'], readonly (readonly string[])[]>> = {
  alert: [['alerts']],
  rule: [['rules', 'list']],
  silence: [['silences'], ['alerts']],
  delivery: [['deliveries']],
};

/** A storm of changes is one reading of each list in this time. */
const GATHER_MS = 300;

/**
 * Follows what changes, and reads again what shows it. Lists are also read every few seconds: a stream that is broken,
 * or busy, makes them slower and never wrong.
 */
export function useLiveChanges(isSignedIn: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!isSignedIn) return;
    const kinds = new Set<ChangeEvent['kind']>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = (): void => {
      timer = undefined;
      for (const queryKey of [...kinds].flatMap((kind) => LISTS[kind] ?? []))
        void client.invalidateQueries({ queryKey });
      kinds.clear();
    };
    const stop = follow('/api/v1/stream', 'change', {
      received: (data) => {
        kinds.add((JSON.parse(data) as ChangeEvent).kind);
        timer ??= setTimeout(flush, GATHER_MS);
      },
      opened: () => undefined,
      // Also broken off with the session: who was signed out elsewhere is told here.
      broken: () => void client.invalidateQueries({ queryKey: SESSION_KEY }),
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [client, isSignedIn]);
}
