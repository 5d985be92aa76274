import { drainMs } from '@cloudbell/core/notify/drain.ts';
import { shownEndpoint } from '@cloudbell/core/notify/shown-endpoint.ts';
import type { EndpointStatus } from '../ports/courier.ts';
import type { EndpointQueue } from '../ports/store-reader.ts';
import type { Row, Samples } from './metric-rows.ts';

/** Endpoints that have lines of their own: each is nine time series, and there may be thousands. */
export const ENDPOINTS_SHOWN_MAX = 50;

interface Line extends EndpointStatus {
  readonly queued: number;
  readonly oldestQueuedAt: number | null;
}

/**
 * How single endpoints are doing: those that fail first, then those with most queued, then those that were used last. They are
 * named as they may be shown; of two that are shown alike the worse has the line.
 */
export function endpointRows(
  endpoints: readonly EndpointStatus[],
  queues: readonly EndpointQueue[],
  now: number,
): Row[] {
  const lines = linesOf(endpoints, queues);
  const gauge = (name: string, help: string, value: (line: Line) => number | null): Row => [
    'gauge',
    `cloudbell_endpoint_${name}`,
    help,
    lines.flatMap((line): Samples => {
      const told = value(line);
      return told === null ? [] : [[{ channel: line.channel, endpoint: shownEndpoint(line.endpoint) }, told]];
    }),
  ];
  return [
    gauge('failing', '1 from the fourth judged failure in a row to the next success', ({ failing }) =>
      failing ? 1 : 0,
    ),
    gauge('failure_ratio', 'Failed of judged attempts, last 5 to 10 min', ({ recent: { accepted, failed } }) =>
      accepted + failed === 0 ? null : failed / (accepted + failed),
    ),
    gauge('latency_p50_seconds', 'Median of accepted attempts, last 5 to 10 min', ({ recent }) =>
      seconds(recent.p50Ms),
    ),
    gauge('latency_p99_seconds', 'The same, 99th percentile', ({ recent }) => seconds(recent.p99Ms)),
    gauge('cap', 'Attempts it may have under way at once', ({ cap }) => cap),
    gauge('last_success_timestamp_seconds', 'When it took something last, since the start', ({ lastSuccessAt }) =>
      seconds(lastSuccessAt),
    ),
    gauge('queued', 'Deliveries that are not settled', ({ queued }) => queued),
    gauge('oldest_queued_age_seconds', 'Since when the oldest of them waits', ({ oldestQueuedAt }) =>
      seconds(oldestQueuedAt === null ? 0 : Math.max(0, now - oldestQueuedAt)),
    ),
    gauge('drain_forecast_seconds', 'How long they take at the present cap and latency', ({ recent, ...line }) =>
      seconds(drainMs({ ...line, p50Ms: recent.p50Ms })),
    ),
  ];
}

function linesOf(endpoints: readonly EndpointStatus[], queues: readonly EndpointQueue[]): Line[] {
  const queueOf = new Map(queues.map((queue) => [queue.endpoint, queue]));
  // They come in order of last use.
  const ranked = endpoints
    .map((endpoint): Line => {
      const { queued = 0, oldestQueuedAt = null } = queueOf.get(endpoint.endpoint) ?? {};
      return { ...endpoint, queued, oldestQueuedAt };
    })
    .toReversed()
    .sort((a, b) => Number(b.failing) - Number(a.failing) || b.queued - a.queued);
  const shown = new Map<string, Line>();
  for (const line of ranked) {
    const key = JSON.stringify([line.channel, shownEndpoint(line.endpoint)]);
    if (shown.size < ENDPOINTS_SHOWN_MAX && !shown.has(key)) shown.set(key, line);
  }
  return [...shown.values()];
}

const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000);
