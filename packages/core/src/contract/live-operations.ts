import { errorAnswer } from './error-answer.ts';
import { cardinality, cardinalityQuery, metadataList, metadataQuery, seriesList, seriesListQuery } from './live.ts';
import type { Operation } from './operation.ts';

export const LIVE_OPERATIONS = {
  listSeries: {
    method: 'GET',
    path: '/api/v1/metrics/series',
    tag: 'samples',
    summary: 'Which namespaces, metric names and series there are',
    query: seriesListQuery,
    answers: {
      200: { description: 'What matches', schema: seriesList },
      400: { description: 'Something in the request is wrong; error.field says what', schema: errorAnswer },
    },
  },
  readCardinality: {
    method: 'GET',
    path: '/api/v1/metrics/cardinality',
    tag: 'samples',
    summary: 'Where the series of the account come from, and how many there may be',
    query: cardinalityQuery,
    answers: { 200: { description: 'The metrics with most series', schema: cardinality } },
  },
  listMetadata: {
    method: 'GET',
    path: '/api/v1/metrics/metadata',
    tag: 'samples',
    summary: 'Type, unit and help of metrics, as senders told them since Cloudbell started',
    query: metadataQuery,
    answers: { 200: { description: 'What is known', schema: metadataList } },
  },
  streamChanges: {
    method: 'GET',
    path: '/api/v1/stream',
    tag: 'standing',
    summary: 'Live: an event "change" {kind, id} when alerts, rules, silences or deliveries have changed',
    headers: [{ name: 'Last-Event-ID', description: 'An id: what changed since is told first' }],
    answers: {
      200: { description: 'Server-sent events, for an hour at most', schema: null, contentType: 'text/event-stream' },
      503: { description: 'As many streams as allowed', schema: errorAnswer },
    },
  },
} as const satisfies Record<string, Operation>;
