import type { AttemptOutcome, ChannelName } from '@cloudbell/core/notify/delivery.ts';
import type { DeliveryQuery, EndpointQueue, EndpointRow } from '../../ports/store-reader.ts';

/**
 * What the ledger knows of endpoints. There is no table of them: their names are found by leaping through the index of
 * deliveries from one to the next, so that it costs what is found and not what was ever sent.
 */
export const ENDPOINTS_SQL = {
  list: `WITH RECURSIVE names (endpoint) AS (
      SELECT min(endpoint) FROM deliveries WHERE account = :account
      UNION ALL
      SELECT (SELECT min(endpoint) FROM deliveries WHERE account = :account AND endpoint > names.endpoint)
      FROM names WHERE names.endpoint IS NOT NULL
      LIMIT :limit + 1
    ), newest (delivery_key) AS (
      SELECT (SELECT delivery_key FROM deliveries WHERE account = :account AND endpoint = names.endpoint
              ORDER BY created_at DESC, delivery_key DESC LIMIT 1)
      FROM names WHERE names.endpoint IS NOT NULL
    )
    SELECT endpoint, channel, delivery_id, created_at, attempts.outcome, attempts.status, attempts.error,
      attempts.started_at
    FROM newest CROSS JOIN deliveries USING (delivery_key)
    LEFT JOIN attempts ON attempts.delivery_key = deliveries.delivery_key AND attempts.attempt_id = (
      SELECT max(attempt_id) FROM attempts AS ended
      WHERE ended.delivery_key = deliveries.delivery_key AND ended.outcome IS NOT NULL
    )
    LIMIT :limit`,
  queues: `SELECT endpoint, count(*) AS queued, min(created_at) AS oldest_at FROM (
      SELECT endpoint, created_at FROM deliveries WHERE account = :account AND settled_at IS NULL
      ORDER BY created_at LIMIT :limit
    ) GROUP BY endpoint`,
} as const;

export interface EndpointDbRow {
  readonly endpoint: string;
  readonly channel: ChannelName;
  readonly delivery_id: string;
  readonly created_at: number;
  readonly outcome: AttemptOutcome | null;
  readonly status: number | null;
  readonly error: string | null;
  readonly started_at: number | null;
}

export interface QueueDbRow {
  readonly endpoint: string;
  readonly queued: number;
  readonly oldest_at: number;
}

export const queueFrom = ({ endpoint, queued, oldest_at }: QueueDbRow): EndpointQueue => ({
  endpoint,
  queued,
  oldestQueuedAt: oldest_at,
});

export function endpointsFrom(rows: readonly EndpointDbRow[], queues: readonly EndpointQueue[]): EndpointRow[] {
  const queueOf = new Map(queues.map((queue) => [queue.endpoint, queue]));
  return rows.map(({ endpoint, channel, delivery_id, created_at, outcome, status, error, started_at }) => ({
    endpoint,
    channel,
    deliveryId: delivery_id,
    createdAt: created_at,
    lastAttempt: outcome === null ? null : { outcome, status, error, startedAt: started_at ?? created_at },
    queued: queueOf.get(endpoint)?.queued ?? 0,
    oldestQueuedAt: queueOf.get(endpoint)?.oldestQueuedAt ?? null,
  }));
}

/** The parameter of the condition that {@link ./reads-sql.ts} makes of a query's endpoints. */
export function endpointsOf({ endpoints }: DeliveryQuery): { endpoint?: string; endpoints?: string } {
  if (endpoints === undefined) return {};
  const [endpoint, ...others] = endpoints;
  return endpoint !== undefined && others.length === 0 ? { endpoint } : { endpoints: JSON.stringify(endpoints) };
}
