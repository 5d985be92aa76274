import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call } from './api.ts';
import { follow } from './follow.ts';
import type { Page, Received } from './types.ts';

/**
 * The inbox as it fills: a list that is read at the start and after every break, and a stream that adds to it.
 *
 *     connecting  the stream is being opened             → live, broken
 *     live        what arrives is shown at once          → broken
 *     broken      the stream ended; another is opened    → live
 */
export type StreamState = 'connecting' | 'live' | 'broken';

const SHOWN_MAX = 200;

export function useInbox(): { readonly items: readonly Received[]; readonly stream: StreamState } {
  const client = useQueryClient();
  const [items, setItems] = useState<readonly Received[]>([]);
  const [stream, setStream] = useState<StreamState>('connecting');
  useEffect(() => {
    const add = (received: readonly Received[]): void => setItems((before) => merged(before, received));
    const readAll = async (): Promise<void> => {
      const page = await client.fetchQuery({
        queryKey: ['inbox'],
        queryFn: () => call<Page<Received>>(`/api/v1/inbox?limit=${SHOWN_MAX}`),
        staleTime: 0,
      });
      add(page.items);
    };
    return follow('/api/v1/inbox/stream', 'received', {
      received: (data) => add([JSON.parse(data) as Received]),
      opened: () => {
        setStream('live');
        readAll().catch(() => setStream('broken'));
      },
      broken: () => setStream('broken'),
    });
  }, [client]);
  return { items, stream };
}

/** Both without doubles, newest first. */
export function merged(before: readonly Received[], more: readonly Received[]): readonly Received[] {
  const byId = new Map([...before, ...more].map((one) => [one.id, one]));
  return [...byId.values()].sort((a, b) => b.receivedAt - a.receivedAt || (a.id < b.id ? 1 : -1)).slice(0, SHOWN_MAX);
}
