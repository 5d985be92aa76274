import type { ServerResponse } from 'node:http';
import type { Clock } from './clock.ts';

/**
 * Open streams of server-sent events. A reader that does not keep up is cut off, never waited for: it comes back by
 * itself with `Last-Event-ID` and is told what it missed, as far as that is still kept.
 *
 *     waiting   no stream is open, no timer runs.       → open by the first `open`
 *     open      a comment every 15 s keeps proxies from closing a quiet stream.  → waiting when the last one ends
 *     closed    the server stops: all streams end, new ones end at once.  Final.
 */
export interface EventStreams {
  /** Takes over an answer whose head is not sent yet; `backlog` goes first. */
  open(response: ServerResponse, headers: Readonly<Record<string, string>>, backlog: readonly StreamEvent[]): void;
  send(event: StreamEvent): void;
  readonly count: number;
  close(): void;
}

export interface StreamEvent {
  readonly id: string;
  readonly name: string;
  readonly data: unknown;
}

export interface StreamLimits {
  readonly heartbeatMs: number;
  /** Bytes waiting for one reader. */
  readonly bufferBytesMax: number;
}

export const STREAM_LIMITS: StreamLimits = { heartbeatMs: 15_000, bufferBytesMax: 4 * 1024 * 1024 };

/** ms a browser waits before it comes back. */
const RECONNECT_MS = 2_000;

export function createEventStreams(clock: Clock, limits: StreamLimits = STREAM_LIMITS): EventStreams {
  const responses = new Set<ServerResponse>();
  let cancelHeartbeat: (() => void) | null = null;
  let isClosed = false;

  const write = (response: ServerResponse, text: string): void => {
    response.write(text);
    if (response.writableLength > limits.bufferBytesMax) forget(response, () => response.destroy());
  };
  const forget = (response: ServerResponse, end: () => void): void => {
    responses.delete(response);
    end();
    if (responses.size > 0) return;
    cancelHeartbeat?.();
    cancelHeartbeat = null;
  };
  const beat = (): void => {
    for (const response of [...responses]) write(response, ': still here\n\n');
    cancelHeartbeat = responses.size === 0 ? null : clock.after(limits.heartbeatMs, beat);
  };

  return {
    open(response, headers, backlog) {
      response.writeHead(200, {
        ...headers,
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      if (isClosed) return void response.end();
      responses.add(response);
      response.on('error', () => undefined);
      response.on('close', () => forget(response, () => undefined));
      cancelHeartbeat ??= clock.after(limits.heartbeatMs, beat);
      write(response, `retry: ${RECONNECT_MS}\n\n`);
      for (const event of backlog) if (responses.has(response)) write(response, eventText(event));
    },
    send(event) {
      if (responses.size === 0) return;
      const text = eventText(event);
      for (const response of [...responses]) write(response, text);
    },
    get count() {
      return responses.size;
    },
    close() {
      isClosed = true;
      for (const response of [...responses]) forget(response, () => response.end());
    },
  };
}

/** JSON has no line breaks of its own, so one `data:` line holds it. */
const eventText = ({ id, name, data }: StreamEvent): string =>
  `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

/** Headers that hooks set for every answer (request id, security): a hijacked answer would lose them. */
export function textHeaders(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}
