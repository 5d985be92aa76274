import type { RuleAnswer } from '@cloudbell/core/contract/rule.ts';
import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call, withQuery } from './api.ts';
import { LIVE_MS } from './client.ts';
import type { Page } from './types.ts';

export type Rule = RuleAnswer;

const RULES = 'rules';
const pathOf = (ruleId: string): string => `/api/v1/rules/${encodeURIComponent(ruleId)}`;

/** A page of rules in order of id; `search` is part of a name or id. */
export function useRules(search = '') {
  return useQuery({
    queryKey: [RULES, 'list', search],
    queryFn: ({ signal }) => call<Page<Rule>>(withQuery('/api/v1/rules', { limit: 1000, search }), { signal }),
    refetchInterval: LIVE_MS,
    placeholderData: (before) => before,
  });
}

/** Rules by id, as far as they are on the first page: for names beside alerts and deliveries. */
export function useRulesById(): ReadonlyMap<string, Rule> {
  const { data } = useRules();
  return new Map((data?.items ?? []).map((rule) => [rule.ruleId, rule]));
}

/** The rule as it is when a form opens: never refreshed behind the back of somebody who is typing. */
export function useRule(ruleId: string | null) {
  return useQuery({
    queryKey: [RULES, 'one', ruleId],
    queryFn: ({ signal }) => readRule(ruleId ?? '', signal),
    enabled: ruleId !== null,
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

export const readRule = (ruleId: string, signal?: AbortSignal): Promise<Rule> =>
  call<Rule>(pathOf(ruleId), signal === undefined ? {} : { signal });

export interface RuleWrite {
  readonly ruleId: string;
  readonly body: object;
  /** The version that was read; `null` for a rule that must not be there yet. */
  readonly from: number | null;
}

export function usePutRule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ ruleId, body, from }: RuleWrite) =>
      call<Rule>(pathOf(ruleId), {
        method: 'PUT',
        body,
        ...(from === null ? { onlyNew: true } : { ifMatch: from }),
      }),
    onSuccess: () => forgetRules(client),
  });
}

export interface RuleEnd {
  readonly rule: Rule;
  /** Whoever was notified gets a last OK. */
  readonly notify: boolean;
}

export function useDeleteRule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ rule, notify }: RuleEnd) =>
      call<void>(withQuery(pathOf(rule.ruleId), { close: notify ? 'notify' : undefined }), {
        method: 'DELETE',
        ifMatch: rule.version,
      }),
    onSettled: () => forgetRules(client),
  });
}

export function useDisableRule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ rule, notify }: RuleEnd) =>
      call<Rule>(withQuery(`${pathOf(rule.ruleId)}/disable`, { close: notify ? 'notify' : undefined }), {
        method: 'POST',
        ifMatch: rule.version,
      }),
    onSettled: () => forgetRules(client),
  });
}

export function useEnableRule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (rule: Rule) => call<Rule>(`${pathOf(rule.ruleId)}/enable`, { method: 'POST', ifMatch: rule.version }),
    onSettled: () => forgetRules(client),
  });
}

/** What a change of a rule can show itself in. */
const forgetRules = (client: QueryClient): Promise<unknown> =>
  Promise.all([
    client.invalidateQueries({ queryKey: [RULES, 'list'] }),
    client.invalidateQueries({ queryKey: ['alerts'] }),
  ]);
