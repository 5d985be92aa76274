import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseSigningSecret } from '@cloudbell/core/callback/signing-secret.ts';
import { systemClock } from '../base/clock.ts';
import { formatReceived } from '../inbox/format-received.ts';
import { readArrival } from '../inbox/received-item.ts';
import { createRing } from '../inbox/ring.ts';

export interface ReceiverOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** HTTP status of every answer. */
  readonly status: number;
  /** Null: signatures are not checked. */
  readonly secret: string | null;
  readonly previousSecret: string | null;
  /** Only the exact bytes of each body, one line each. */
  readonly raw: boolean;
  readonly colour: boolean;
  readonly width: number;
  readonly print: (text: string | Uint8Array) => void;
}

export type StartedReceiver =
  | { readonly url: string; readonly stop: () => Promise<void> }
  /** One line: the secret is malformed, the port is taken. */
  | { readonly error: string };

const BODY_BYTES_MAX = 1024 * 1024;
/** So many deliveries are remembered, to tell which come again. */
const KEPT = { keepMax: 10_000, keepBytesMax: 64 * 1024 * 1024 };

/** The inbox's eyes without the rest of Cloudbell: takes a POST at any path, judges and prints it. */
export async function startReceiver(options: ReceiverOptions): Promise<StartedReceiver> {
  for (const secret of [options.secret, options.previousSecret]) {
    const read = secret === null ? null : parseSigningSecret(secret);
    if (read?.valid === false) return { error: read.problem };
  }
  const secrets = options.secret === null ? null : { primary: options.secret, previous: options.previousSecret };
  const ring = createRing('receive', KEPT);
  const show = (request: IncomingMessage, body: Buffer): void => {
    if (options.raw) {
      options.print(Buffer.concat([body, Buffer.from('\n')]));
      return;
    }
    const arrival = {
      name: (request.url ?? '/').replace(/^\//, ''),
      receivedAt: systemClock.wallMs(),
      contentType: request.headers['content-type'] ?? null,
      headers: request.headers,
      body,
    };
    options.print(`${formatReceived(ring.add(readArrival(arrival, secrets)), { ...options, prefix: '/' })}\n`);
  };
  const server = createServer((request, response) => {
    void answer(request, response, options.status).then((body) => body !== null && show(request, body));
  });
  const listening = new Promise<string | null>((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(options.port, options.host, () => resolve(null));
  });
  const refused = await listening;
  if (refused !== null) return { error: `cannot listen on ${options.host} port ${options.port} (${refused})` };
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://${host}:${port}`, stop };
}

/** Reads the body and answers; null for what is no POST, too large, or was broken off. */
async function answer(request: IncomingMessage, response: ServerResponse, status: number): Promise<Buffer | null> {
  const end = (code: number, text: string): null => {
    response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
    return null;
  };
  if (request.method !== 'POST') return end(405, 'This receives callbacks: POST.\n');
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > BODY_BYTES_MAX) return end(413, 'Too large for a callback.\n');
      chunks.push(chunk);
    }
  } catch {
    return null;
  }
  end(status, status < 300 ? 'ok\n' : 'as asked by --status\n');
  return Buffer.concat(chunks);
}
