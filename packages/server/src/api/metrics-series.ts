import type { FastifyInstance } from 'fastify';
import type { ApiDeps } from './deps.ts';
import { principalOf } from './principal.ts';
import { mount } from './route.ts';

/** Which series there are, for pickers: from what ingest holds in memory, so nothing is read from a disk. */
export function mountMetricsSeries(app: FastifyInstance, deps: Pick<ApiDeps, 'ingest'>): void {
  mount(app, 'listSeries', async ({ query }, request) =>
    deps.ingest.series({ ...query, account: principalOf(request).account }),
  );
  mount(app, 'readCardinality', ({ query }, request) =>
    deps.ingest.cardinality(principalOf(request).account, query.limit),
  );
  mount(app, 'listMetadata', ({ query }, request) => ({
    items: deps.ingest
      .metadata(principalOf(request).account)
      .filter(({ namespace }) => namespace === (query.namespace ?? namespace))
      .filter(({ metricName }) => metricName === (query.metricName ?? metricName)),
  }));
}
