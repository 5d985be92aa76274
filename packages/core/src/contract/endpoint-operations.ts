import { endpointList, endpointListQuery } from './endpoint.ts';
import { errorAnswer } from './error-answer.ts';
import type { Operation } from './operation.ts';

export const ENDPOINT_OPERATIONS = {
  listEndpoints: {
    method: 'GET',
    path: '/api/v1/endpoints',
    tag: 'deliveries',
    summary: 'Where deliveries go, how each endpoint is doing, and what to do about those that fail',
    query: endpointListQuery,
    answers: {
      200: { description: 'The endpoints', schema: endpointList },
      400: { description: 'Something in the request is wrong; error.field says what', schema: errorAnswer },
    },
  },
} as const satisfies Record<string, Operation>;
