import type { SilenceAnswer } from '@cloudbell/core/contract/silence.ts';
import { dimensionsContain } from '@cloudbell/core/metric/dimensions.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call, withQuery } from './api.ts';
import { LIVE_MS } from './client.ts';
import type { Alert, Page } from './types.ts';

export type Silence = SilenceAnswer;

/** Silences that hold something back now. */
export function useActiveSilences() {
  return useQuery({
    queryKey: ['silences', 'active'],
    queryFn: ({ signal }) => call<Page<Silence>>('/api/v1/silences?state=active&limit=1000', { signal }),
    refetchInterval: LIVE_MS,
  });
}

/** Silences of a kind; those that end last first. */
export function useSilences(state: Silence['state'] | undefined) {
  return useQuery({
    queryKey: ['silences', 'list', state ?? 'all'],
    queryFn: ({ signal }) => call<Page<Silence>>(withQuery('/api/v1/silences', { state, limit: 200 }), { signal }),
    refetchInterval: LIVE_MS,
  });
}

/** What a form says of a silence. */
export interface SilenceDraft {
  readonly by: object;
  /** ms; absent: now. */
  readonly from?: number | undefined;
  /** ms; NaN where nothing sensible was typed, which the server refuses. */
  readonly until: number;
  readonly why: string;
}

export function useCreateSilence() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: SilenceDraft) => call<Silence>('/api/v1/silences', { method: 'POST', body }),
    onSettled: () => client.invalidateQueries({ queryKey: ['silences'] }),
  });
}

/** Whether a silence is about this alert. */
export function isSilenced(
  alert: Pick<Alert, 'alertId' | 'ruleId' | 'dimensions'>,
  { by }: Pick<Silence, 'by'>,
): boolean {
  if ('alertId' in by) return by.alertId === alert.alertId;
  if ('ruleId' in by) return by.ruleId === alert.ruleId;
  return dimensionsContain(alert.dimensions, by.dimensions);
}

export function useSilenceAlert() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ alertId, forMs }: { alertId: string; forMs: number }) =>
      call<Silence>('/api/v1/silences', {
        method: 'POST',
        body: { by: { alertId }, until: Date.now() + forMs },
      }),
    onSettled: () => client.invalidateQueries({ queryKey: ['silences'] }),
  });
}

export function useEndSilence() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (silenceId: string) => call(`/api/v1/silences/${encodeURIComponent(silenceId)}`, { method: 'DELETE' }),
    onSettled: () => client.invalidateQueries({ queryKey: ['silences'] }),
  });
}

/** `note` null takes the acknowledgement back. */
export function useAcknowledge() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ alertId, note }: { alertId: string; note: string | null }) =>
      call(`/api/v1/alerts/${encodeURIComponent(alertId)}/acknowledge`, {
        ...(note === null ? { method: 'DELETE' } : { method: 'POST', body: { note } }),
      }),
    onSettled: () => client.invalidateQueries({ queryKey: ['alerts'] }),
  });
}
