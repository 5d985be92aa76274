import { errorAnswer } from './error-answer.ts';
import { rangeAnswer, rangeQuery } from './history.ts';
import type { Operation } from './operation.ts';

export const HISTORY_OPERATIONS = {
  metricRange: {
    method: 'GET',
    path: '/api/v1/metrics/range',
    tag: 'samples',
    summary: 'What was measured: samples, or one value for each period',
    query: rangeQuery,
    answers: {
      200: { description: 'What matches; no series is no error', schema: rangeAnswer },
      400: {
        description: 'Something in the request is wrong; error.field and error.hint say what',
        schema: errorAnswer,
      },
      503: { description: 'History cannot be read', schema: errorAnswer },
    },
  },
} as const satisfies Record<string, Operation>;
