import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it came in: the exact bytes, and when its head arrived and its connection ended (ms, monotonic). */
export interface Received {
  readonly at: number;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  closedAt: number | null;
}

export type Answer = (response: ServerResponse, request: Received) => void;

export const answer =
  (status: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(status, headers).end('seen');
/** Takes the request and never answers. */
export const hang: Answer = () => undefined;

/** A callback receiver that shares no code with the product: records everything, answers as it is told. */
export class Receiver {
  readonly received: Received[] = [];
  answer: Answer;
  readonly #server: Server;
  #waiting: (() => void)[] = [];

  private constructor(how: Answer) {
    this.answer = how;
    this.#server = createServer((request, response) => {
      const at = performance.now();
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('error', () => undefined);
      request.on('end', () => {
        const entry: Received = {
          at,
          path: request.url ?? '',
          headers: request.headers,
          body: Buffer.concat(chunks).toString('utf8'),
          closedAt: null,
        };
        this.received.push(entry);
        response.on('close', () => {
          entry.closedAt = performance.now();
        });
        this.answer(response, entry);
        for (const wake of this.#waiting.splice(0)) wake();
      });
    });
  }

  static async open(how: Answer = answer(200)): Promise<Receiver> {
    const receiver = new Receiver(how);
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Resolves once `count` requests have come in; the test's own timeout is the limit. */
  async until(count: number): Promise<readonly Received[]> {
    while (this.received.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.received;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** The parameters of a form body, read with the platform's parser. */
export const formOf = (received: Received): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(received.body));
