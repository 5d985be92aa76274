import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { EndpointStatus } from '../ports/courier.ts';
import { NOW } from '../ports/store-fixtures.contract.ts';
import { openFixture } from './api-fixture.contract.ts';

const DOC = new URL('../../../../docs/metrics.md', import.meta.url);
const ENDPOINT: EndpointStatus = {
  ...{ endpoint: 'http://a.example/', channel: 'callback', cap: 4, inFlight: 0, failing: false, failuresInARow: 0 },
  ...{ failingSince: null, lastOutcome: 'accepted', lastStatus: 200, lastSuccessAt: NOW, lastFailureAt: null },
  ...{ lastError: null, waitingUntil: null, outcomes: {}, recent: { accepted: 1, failed: 1, p50Ms: 1, p99Ms: 1 } },
};

test('docs/metrics.md has a line for every metric of ours, and for no other', async () => {
  const api = await openFixture();
  try {
    api.state.courier = { ...api.state.courier, endpoints: [ENDPOINT] };
    await api.ask({ method: 'POST', url: '/api/v1/samples', body: [{}] });
    const { body } = await api.ask({ url: '/metrics' });
    const told = [...body.matchAll(/^# TYPE (cloudbell_\w+)/gm)].map(([, name]) => name);
    const written = [...readFileSync(DOC, 'utf8').matchAll(/^\| `(cloudbell_\w+)/gm)].map(([, name]) => name);
    expect(written.toSorted()).toEqual([...new Set(told)].toSorted());
  } finally {
    await api.close();
  }
});
