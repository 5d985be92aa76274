import { errorAnswer } from './error-answer.ts';
import type { Operation } from './operation.ts';
import { testSendAnswer, testSendInput } from './test-send.ts';

export const TEST_SEND_OPERATIONS = {
  testSend: {
    method: 'POST',
    path: '/api/v1/test-sends',
    tag: 'deliveries',
    summary:
      'Sends a test to an endpoint, as a notification is sent, and shows the exact bytes and what became of them',
    body: testSendInput,
    answers: {
      200: { description: 'It was tried; outcome says what came of it', schema: testSendAnswer },
      400: { description: 'Something in the request is wrong; error.field says what', schema: errorAnswer },
      404: { description: 'No such contact', schema: errorAnswer },
      429: { description: 'Too many tests; Retry-After says when', schema: errorAnswer },
    },
  },
} as const satisfies Record<string, Operation>;
