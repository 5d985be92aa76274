import type { ReadinessAnswer } from '@cloudbell/core/contract/standing.ts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { call } from './api.ts';
import { LIVE_MS } from './client.ts';
import { LostConnection } from './problem.ts';

/** Whether Cloudbell does its work in time. Asked for as long as a page is looked at; the connection is judged by it. */
export function useReadiness() {
  return useQuery({
    queryKey: ['readiness'],
    queryFn: ({ signal }) => call<ReadinessAnswer>('/readyz', { signal, alsoOk: [503] }),
    refetchInterval: LIVE_MS,
  });
}

export interface Connection {
  readonly isLost: boolean;
  /** Wall clock, ms, of the last answer; null before the first. */
  readonly lastSeenAt: number | null;
}

/** The connection, and its healing: when answers come again, everything shown is read anew. */
export function useConnection(): Connection {
  const client = useQueryClient();
  const { error, dataUpdatedAt } = useReadiness();
  const isLost = error instanceof LostConnection;
  const wasLost = useRef(false);
  useEffect(() => {
    if (wasLost.current && !isLost) void client.invalidateQueries();
    wasLost.current = isLost;
  }, [client, isLost]);
  return { isLost, lastSeenAt: dataUpdatedAt === 0 ? null : dataUpdatedAt };
}

/** What `/metrics` counts: total samples taken, and the instant they were counted; null where metrics are closed. */
export interface IngestCount {
  readonly samples: number;
  readonly series: number;
  readonly at: number;
}

export function useIngest() {
  const last = useRef<IngestCount | null>(null);
  return useQuery({
    queryKey: ['ingest'],
    queryFn: async ({ signal }) => {
      const now = readIngest(await metricsText(signal), Date.now());
      const before = last.current;
      last.current = now;
      return { ...now, perSecond: before === null ? null : rateOf(before, now) };
    },
    refetchInterval: LIVE_MS,
  });
}

async function metricsText(signal: AbortSignal): Promise<string> {
  const response = await fetch('/metrics', { signal, cache: 'no-store' });
  if (!response.ok) throw new Error(`/metrics ${response.status}`);
  return response.text();
}

export function readIngest(text: string, at: number): IngestCount {
  const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
  return { samples: value('cloudbell_ingest_samples_accepted_total'), series: value('cloudbell_ingest_series'), at };
}

/** Samples per second between two counts; a restart starts from 0 again. */
export function rateOf(before: IngestCount, now: IngestCount): number | null {
  const seconds = (now.at - before.at) / 1000;
  if (seconds <= 0 || now.samples < before.samples) return null;
  return (now.samples - before.samples) / seconds;
}
