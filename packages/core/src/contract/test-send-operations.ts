import { errorAnswer } from './error-answer.ts';
import type { Operation, OperationAnswer } from './operation.ts';
import { testSendAnswer, testSendInput } from './test-send.ts';

const error = (description: string): OperationAnswer => ({ description, schema: errorAnswer });

export const TEST_SEND_OPERATIONS = {
  testSend: {
    method: 'POST',
    path: '/api/v1/test-sends',
    tag: 'deliveries',
    summary: 'Sends one message, marked as a test, and tells what was sent and what came of it; it stands in no ledger',
    body: testSendInput,
    answers: {
      200: { description: 'It was tried; `outcome` says what came of it', schema: testSendAnswer },
      400: error('Something in the request is wrong; error.field and error.hint say what'),
      404: error('No such contact'),
      429: error('Too many tests; Retry-After says when the next may be sent'),
    },
  },
} as const satisfies Record<string, Operation>;
