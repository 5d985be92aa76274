import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call } from './api.ts';
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
const RETRY_MS = { least: 1_000, most: 15_000 };

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

/**
 * Follows a stream of server-sent events. The browser reconnects by itself after a broken connection; where it gives
 * up (an answer that is not a stream), this opens a new one, ever more slowly. Answers what stops it.
 */
export function follow(
  path: string,
  eventName: string,
  on: { readonly received: (data: string) => void; readonly opened: () => void; readonly broken: () => void },
): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waitMs = RETRY_MS.least;
  const open = (): void => {
    const stream = new EventSource(path);
    source = stream;
    stream.addEventListener('open', () => {
      waitMs = RETRY_MS.least;
      on.opened();
    });
    stream.addEventListener(eventName, (event) => on.received((event as MessageEvent<string>).data));
    stream.addEventListener('error', () => {
      on.broken();
      if (stream.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, waitMs);
      waitMs = Math.min(waitMs * 2, RETRY_MS.most);
    });
  };
  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
