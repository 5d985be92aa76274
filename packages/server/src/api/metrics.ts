import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ApiDeps } from './deps.ts';
import { mount } from './route.ts';
import type { Standing } from './standing.ts';
import { statusMetrics } from './status-metrics.ts';

/** Limits that the HTTP side itself enforces; ingest counts its own. */
const HTTP_LIMITS = [
  'event_rules_per_account',
  'events_per_batch',
  'body_bytes',
  'request_line_bytes',
  'header_bytes',
  'rules_per_account',
  'silences_per_account',
  'contacts_per_account',
  'contact_groups_per_account',
  'endpoint_settings_per_account',
  'users_per_account',
  'access_keys_per_account',
] as const;
export type HttpLimit = (typeof HTTP_LIMITS)[number];

/** What the API counts about itself. */
export interface Meters {
  readonly registry: Registry;
  readonly limitHits: ReadonlyMap<HttpLimit, number>;
  limitHit(limit: HttpLimit): void;
}

export function createMeters(app: FastifyInstance, version: string): Meters {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  new Gauge({ name: 'cloudbell_build_info', help: 'Version', labelNames: ['version'], registers }).set({ version }, 1);
  const labelNames = ['method', 'route', 'status'];
  const requests = new Counter({
    name: 'cloudbell_http_requests_total',
    help: 'Requests answered',
    labelNames,
    registers,
  });
  const duration = new Histogram({
    name: 'cloudbell_http_request_duration_seconds',
    help: 'From head of the request to end of the answer',
    labelNames: ['method', 'route'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
  app.addHook('onResponse', async (request, reply) => {
    // The route's pattern, never the path: ids would make a time series each.
    const route = request.routeOptions.url ?? 'none';
    requests.inc({ method: request.method, route, status: String(reply.statusCode) });
    duration.observe({ method: request.method, route }, reply.elapsedTime / 1000);
  });
  const limitHits = new Map<HttpLimit, number>(HTTP_LIMITS.map((limit) => [limit, 0]));
  return { registry, limitHits, limitHit: (limit) => void limitHits.set(limit, (limitHits.get(limit) ?? 0) + 1) };
}

export function mountMetrics(
  app: FastifyInstance,
  deps: Pick<ApiDeps, 'ingest' | 'reader' | 'settings'> & {
    readonly meters: Meters;
    readonly standing: () => Promise<Standing>;
  },
): void {
  const { meters, ingest, reader, settings } = deps;
  mount(app, 'metrics', async (_, __, reply) => {
    const [standing, queues] = await Promise.all([deps.standing(), reader.queues(settings.accountId)]);
    const { limitHits } = meters;
    const status = await statusMetrics({ standing, ingest: ingest.status(), limitHits, queues });
    return reply.type(meters.registry.contentType).send(`${await meters.registry.metrics()}${status}`);
  });
}
