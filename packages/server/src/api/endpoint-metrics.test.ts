import { expect, test } from 'vitest';
import type { EndpointStatus } from '../ports/courier.ts';
import { ENDPOINTS_SHOWN_MAX, endpointRows } from './endpoint-metrics.ts';

const NOW = 1_700_000_000_000;
const SEEN: EndpointStatus = {
  ...{ endpoint: 'http://a.example/hook', channel: 'callback', cap: 8, inFlight: 0, failing: false, failuresInARow: 0 },
  ...{ failingSince: null, lastOutcome: null, lastStatus: null, lastSuccessAt: NOW - 5000, lastFailureAt: null },
  ...{ lastError: null, waitingUntil: null, outcomes: {}, recent: { accepted: 3, failed: 1, p50Ms: 20, p99Ms: 700 } },
};
const told = (...args: Parameters<typeof endpointRows>) =>
  Object.fromEntries(
    endpointRows(...args).map(([, name, , samples]) => [name.replace('cloudbell_endpoint_', ''), samples]),
  );

test('each number, by channel and endpoint', () => {
  const queue = { endpoint: SEEN.endpoint, queued: 1000, oldestQueuedAt: NOW - 60_000 };
  const labels = { channel: 'callback', endpoint: SEEN.endpoint };
  const values = { failing: 0, failure_ratio: 0.25, latency_p50_seconds: 0.02, latency_p99_seconds: 0.7, cap: 8 };
  const times = { last_success_timestamp_seconds: NOW / 1000 - 5, oldest_queued_age_seconds: 60 };
  const wanted = { ...values, ...times, queued: 1000, drain_forecast_seconds: 2.5 };
  expect(told([SEEN], [queue], NOW)).toEqual(
    Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, [[labels, value]]])),
  );
});

test('what nobody can tell has no line', () => {
  const recent = { accepted: 0, failed: 0, p50Ms: null, p99Ms: null };
  const rows = told(
    [{ ...SEEN, recent, lastSuccessAt: null }],
    [{ endpoint: SEEN.endpoint, queued: 1, oldestQueuedAt: NOW }],
    NOW,
  );
  for (const name of [
    'failure_ratio',
    'latency_p50_seconds',
    'last_success_timestamp_seconds',
    'drain_forecast_seconds',
  ])
    expect([name, rows[name]]).toEqual([name, []]);
});

test('no more endpoints than there may be, the failing ones first, and no secret', () => {
  const many = Array.from({ length: 500 }, (_, n) => ({
    ...SEEN,
    endpoint: `http://e${n}.example/`,
    failing: n === 7,
  }));
  const { failing, queued } = told(many, [{ endpoint: 'http://e9.example/', queued: 5, oldestQueuedAt: NOW }], NOW);
  expect(failing).toHaveLength(ENDPOINTS_SHOWN_MAX);
  expect(failing?.[0]).toEqual([{ channel: 'callback', endpoint: 'http://e7.example/' }, 1]);
  expect(queued?.[1]).toEqual([{ channel: 'callback', endpoint: 'http://e9.example/' }, 5]);
  const alike = ['A', 'B'].map((end) => ({
    ...SEEN,
    endpoint: `http://a.example/?token=0123456789abcdef${end}`,
    failing: end === 'B',
  }));
  expect(told(alike, [], NOW).failing).toEqual([
    [{ channel: 'callback', endpoint: 'http://a.example/?token=0123…' }, 1],
  ]);
});
