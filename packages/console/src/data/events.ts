import type { eventAnswer, eventDetail } from '@cloudbell/core/contract/event.ts';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { call, withQuery } from './api.ts';
import { LIVE_MS } from './client.ts';
import type { Output, Page } from './types.ts';

export type EventItem = Output<typeof eventAnswer>;
export type EventDetail = Output<typeof eventDetail>;

export interface EventFilter {
  readonly product?: string | undefined;
  readonly level?: string | undefined;
  readonly name?: string | undefined;
  readonly resourceId?: string | undefined;
}

/** Events, newest first, page by page. */
export function useEvents(filter: EventFilter) {
  return useInfiniteQuery({
    queryKey: ['events', 'list', filter],
    queryFn: ({ signal, pageParam }) =>
      call<Page<EventItem>>(withQuery('/api/v1/events', { ...filter, limit: 50, cursor: pageParam }), { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: LIVE_MS,
  });
}

/** One event with what each rule made of it, once it is opened. */
export function useEvent(eventId: string, isOpen: boolean) {
  return useQuery({
    queryKey: ['events', 'one', eventId],
    queryFn: ({ signal }) => call<EventDetail>(`/api/v1/events/${encodeURIComponent(eventId)}`, { signal }),
    enabled: isOpen,
  });
}
