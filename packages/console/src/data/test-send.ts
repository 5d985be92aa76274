import type { TestSendAnswer, TestSendInput } from '@cloudbell/core/contract/test-send.ts';
import { useMutation } from '@tanstack/react-query';
import { call } from './api.ts';

/** A mail may take as long as its server does: 15 s, and the way there and back. */
const ANSWER_MS = 20_000;

/** Sends one message by hand; answers what came of it, whatever that is. */
export function useTestSend() {
  return useMutation({
    mutationFn: (body: TestSendInput) =>
      call<TestSendAnswer>('/api/v1/test-sends', { method: 'POST', body, answerMs: ANSWER_MS }),
  });
}
