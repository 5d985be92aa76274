import type { EventRuleAnswer } from '@cloudbell/core/contract/event-rule.ts';
import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call, withQuery } from './api.ts';
import { LIVE_MS } from './client.ts';
import type { Page } from './types.ts';

export type EventRule = EventRuleAnswer;

const EVENT_RULES = 'event-rules';
const pathOf = (ruleId: string): string => `/api/v1/event-rules/${encodeURIComponent(ruleId)}`;

export function useEventRules(search = '') {
  return useQuery({
    queryKey: [EVENT_RULES, 'list', search],
    queryFn: ({ signal }) =>
      call<Page<EventRule>>(withQuery('/api/v1/event-rules', { limit: 1000, search }), { signal }),
    refetchInterval: LIVE_MS,
    placeholderData: (before) => before,
  });
}

/** As it is when a form opens: never refreshed behind the back of somebody who is typing. */
export function useEventRule(ruleId: string | null) {
  return useQuery({
    queryKey: [EVENT_RULES, 'one', ruleId],
    queryFn: ({ signal }) => readEventRule(ruleId ?? '', signal),
    enabled: ruleId !== null,
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

export const readEventRule = (ruleId: string, signal?: AbortSignal): Promise<EventRule> =>
  call<EventRule>(pathOf(ruleId), signal === undefined ? {} : { signal });

export interface EventRuleWrite {
  readonly ruleId: string;
  readonly body: object;
  /** The version that was read; `null` for a rule that must not be there yet. */
  readonly from: number | null;
}

export function usePutEventRule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ ruleId, body, from }: EventRuleWrite) =>
      call<EventRule>(pathOf(ruleId), {
        method: 'PUT',
        body,
        ...(from === null ? { onlyNew: true } : { ifMatch: from }),
      }),
    onSuccess: () => forget(client),
  });
}

export function useDeleteEventRule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (rule: EventRule) => call<void>(pathOf(rule.ruleId), { method: 'DELETE', ifMatch: rule.version }),
    onSettled: () => forget(client),
  });
}

export function useEnableEventRule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ rule, enabled }: { readonly rule: EventRule; readonly enabled: boolean }) =>
      call<EventRule>(`${pathOf(rule.ruleId)}/${enabled ? 'enable' : 'disable'}`, {
        method: 'POST',
        ifMatch: rule.version,
      }),
    onSettled: () => forget(client),
  });
}

const forget = (client: QueryClient): Promise<unknown> => client.invalidateQueries({ queryKey: [EVENT_RULES, 'list'] });
