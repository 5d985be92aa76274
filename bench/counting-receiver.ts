import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers 200 at once and counts; both peers are measured against this same receiver, on the same cores. */
export interface CountingReceiver {
  readonly url: string;
  readonly count: () => number;
  /** Starts counting anew and resolves with the ms from the first to the `expected`th request. */
  expect(expected: number): Promise<number>;
  stop(): Promise<void>;
}

export async function openCountingReceiver(): Promise<CountingReceiver> {
  let count = 0;
  let firstAt = 0;
  let expected = Number.POSITIVE_INFINITY;
  let done: ((ms: number) => void) | null = null;
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      response.end();
      if (count++ === 0) firstAt = performance.now();
      if (count === expected) done?.(performance.now() - firstAt);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    count: () => count,
    expect: (number) =>
      new Promise((resolve) => {
        count = 0;
        expected = number;
        done = resolve;
      }),
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
