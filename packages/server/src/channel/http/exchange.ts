import type { Dispatcher } from 'undici';
import type { Clock } from '../../base/clock.ts';
import type { Connection } from './connection.ts';

/**
 * One request and as much of its answer as is kept, within one deadline from now to the end of the body: DNS, connect,
 * TLS, head and body share one timer (`AbortSignal.timeout` cost 35 % of throughput, and undici's own two timers let a
 * dripping body run for ever). Whatever happens, it resolves, and says whether the connection can be used again.
 */
export interface ExchangeRequest {
  readonly connection: Connection;
  /** Absent: POST. */
  readonly method?: 'GET' | 'POST' | undefined;
  readonly path: string;
  /** Name, value, name, value … in the order and spelling sent. */
  readonly headers: string[];
  /** Null: none. */
  readonly body: Uint8Array | null;
  readonly clock: Clock;
  readonly deadlineMs: number;
  /** Reading stops, and the connection is closed, once the answer's body is longer. */
  readonly answerBytesMax: number;
}

/** How far it got: what the deadline's sentence tells people. */
export type Phase = 'connecting' | 'waiting' | 'reading';

export interface Exchange {
  /** answered: to the end, or as far as is kept. failed: `error` says why. */
  readonly end: 'answered' | 'timeout' | 'failed';
  readonly phase: Phase;
  /** null before the head of the answer. */
  readonly status: number | null;
  readonly retryAfter: string | null;
  /** What was read of the body; may be a little longer than `answerBytesMax`. */
  readonly answer: Uint8Array;
  /** True when the answer has or may have more than `answer`. */
  readonly cut: boolean;
  readonly error: Error | null;
  /** True when a socket was used that had carried a request before, and no byte of an answer came. */
  readonly stale: boolean;
  /** True when the connection is ready for another request. */
  readonly reusable: boolean;
}

export function exchange(request: ExchangeRequest): Promise<Exchange> {
  const { connection, method = 'POST', path, headers, body, clock, deadlineMs, answerBytesMax } = request;
  const startedMs = clock.monoMs();
  return new Promise((resolve) => {
    const reading = createReading();
    let settled = false;
    let cancelTimer = (): void => {};

    const settle = (end: Exchange['end'], error: Error | null, reusable: boolean): void => {
      if (settled) return;
      settled = true;
      cancelTimer();
      if (!reusable) connection.destroy();
      resolve({ ...reading.result(), end, error, reusable });
    };
    const onTimer = (): void => {
      // A timer may fire a fraction of a millisecond early; five seconds are five seconds.
      const leftMs = deadlineMs - (clock.monoMs() - startedMs);
      if (leftMs > 0) {
        cancelTimer = clock.after(leftMs, onTimer);
        return;
      }
      // After a stall of this process the answer may already be here: sockets get one turn before the verdict.
      setImmediate(() => settle('timeout', null, false));
    };
    cancelTimer = clock.after(deadlineMs, onTimer);

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: (controller) => {
        if (settled) controller.abort(new Error('too late'));
        else reading.begin(connection.beginRequest());
      },
      onResponseStarted: () => reading.firstByte(),
      onResponseStart: (_controller, status, answerHeaders) => reading.head(status, answerHeaders['retry-after']),
      onResponseData: (_controller, chunk) => {
        if (!settled && reading.data(chunk) > answerBytesMax) settle('answered', null, false);
      },
      onResponseEnd: () => {
        reading.whole();
        settle('answered', null, true);
      },
      onResponseError: (_controller, error) => settle('failed', error, false),
    };
    try {
      connection.dispatch({ path, method, headers, body }, handler);
    } catch (thrown) {
      settle('failed', thrown instanceof Error ? thrown : new Error(String(thrown)), false);
    }
  });
}

type Read = Omit<Exchange, 'end' | 'error' | 'reusable'>;

function createReading() {
  let phase: Phase = 'connecting';
  let reused = false;
  let answering = false;
  let status: number | null = null;
  let retryAfter: string | null = null;
  let cut = true;
  let size = 0;
  const chunks: Uint8Array[] = [];
  return {
    begin: (onUsedSocket: boolean): void => {
      reused = onUsedSocket;
      phase = 'waiting';
    },
    firstByte: (): void => {
      answering = true;
    },
    head: (code: number, after: string | string[] | undefined): void => {
      answering = true;
      // 1xx only announces an answer.
      if (code < 200) return;
      phase = 'reading';
      status = code;
      retryAfter = (typeof after === 'string' ? after : after?.[0]) ?? null;
    },
    /** Answers how much has been read. */
    data: (chunk: Uint8Array): number => {
      size += chunk.length;
      chunks.push(chunk);
      return size;
    },
    whole: (): void => {
      cut = false;
    },
    result: (): Read => ({
      phase,
      status,
      retryAfter,
      answer: chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks),
      cut,
      stale: reused && !answering,
    }),
  };
}
