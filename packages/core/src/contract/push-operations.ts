import { z } from 'zod';
import { errorAnswer } from './error-answer.ts';
import type { Operation, OperationAnswer } from './operation.ts';

const error = (description: string): OperationAnswer => ({ description, schema: errorAnswer });
const REFUSALS = {
  400: error('The body is malformed, or samples were refused: the others are durable, it must not be sent again'),
  413: error('Too large, compressed or not; nothing was taken'),
  415: error('A content-type or content-encoding that is not accepted here'),
  429: error('More samples wait for the sample log than allowed; Retry-After says when to send it again'),
  503: error('Not durable, or behind; Retry-After says when to send it again'),
};
const namespaceQuery = (fallback: string) =>
  z.object({
    namespace: z
      .string()
      .min(1)
      .max(4096)
      .default(fallback)
      .meta({ description: 'The namespace of all samples of the request' }),
  });
const bytes = z.any().meta({ description: 'Bytes' });

const push = {
  path: '/metrics/*',
  tag: 'samples',
  query: namespaceQuery('prometheus'),
  body: bytes,
  bodyType: 'text/plain',
  answers: { 200: { description: 'Taken', schema: null }, ...REFUSALS },
} as const;

/** The ways in that other programs already speak. All take `content-encoding` as they are used to it. */
export const PUSH_OPERATIONS = {
  remoteWrite: {
    method: 'POST',
    path: '/prometheus/api/v1/write',
    tag: 'samples',
    summary: 'Prometheus remote write 1.0 and 2.0 (snappy); answers when the samples are durable',
    query: namespaceQuery('prometheus'),
    headers: [
      {
        name: 'Content-Type',
        description: 'application/x-protobuf; proto=io.prometheus.write.v2.Request makes it 2.0',
      },
    ],
    body: bytes,
    bodyType: 'application/x-protobuf',
    answers: {
      200: {
        description: 'Taken, but for what the body names: it is counted and not evaluated',
        schema: null,
        contentType: 'text/plain',
      },
      204: { description: 'Taken; X-Prometheus-Remote-Write-Samples-Written says how many', schema: null },
      ...REFUSALS,
    },
  },
  otlpMetrics: {
    method: 'POST',
    path: '/v1/metrics',
    tag: 'samples',
    summary: 'OTLP/HTTP metrics, protobuf or JSON; what was refused is told as partialSuccess',
    query: namespaceQuery('otlp'),
    body: bytes,
    bodyType: 'application/x-protobuf',
    answers: { 200: { description: 'Taken, wholly or in part', schema: null, contentType: '*/*' }, ...REFUSALS },
  },
  putPush: {
    method: 'PUT',
    summary: 'A push as to the Pushgateway, /metrics/job/<job>/<label>/<value>: one sample of each series, now',
    ...push,
  },
  postPush: {
    method: 'POST',
    summary: 'The same: nothing is kept that a push could add to',
    ...push,
  },
  deletePush: {
    method: 'DELETE',
    path: '/metrics/*',
    tag: 'samples',
    summary: 'Nothing is exposed again after a push, so there is nothing to take back',
    answers: { 202: { description: 'Understood', schema: null }, ...REFUSALS },
  },
} as const satisfies Record<string, Operation>;
