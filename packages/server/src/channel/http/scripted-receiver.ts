import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/**
 * A receiver for tests that does to its connections exactly what a script says, well-behaved or not; node:http would
 * be too polite.
 */
export interface ScriptedReceiver {
  readonly port: number;
  readonly origin: string;
  /** Connections accepted so far. */
  readonly connections: number;
  /** Requests seen so far, each whole: head and body as text. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** Called with each whole request; `number` counts from 1 over all connections. */
export type Script = (socket: Socket, number: number) => void;

export interface ReceiverOptions {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
  /** Called as soon as a connection is there, before any request. */
  readonly onConnection?: ((socket: Socket) => void) | undefined;
}

export async function startReceiver(script: Script, options: ReceiverOptions = {}): Promise<ScriptedReceiver> {
  const { host = '127.0.0.1', port = 0, tls, onConnection } = options;
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const accept = (socket: Socket): void => {
    let received = '';
    socket.on('error', () => {});
    onConnection?.(socket);
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      const length = wholeLength(received);
      if (length === null) return;
      requests.push(Buffer.from(received.slice(0, length), 'latin1').toString());
      received = received.slice(length);
      script(socket, requests.length);
    });
  };
  const server = tls === undefined ? createServer(accept) : createTlsServer({ ...tls }, accept);
  server.on('connection', (socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  const shown = host.includes(':') ? `[${host}]` : host;
  return {
    port: address.port,
    origin: `${tls === undefined ? 'http' : 'https'}://${shown}:${address.port}`,
    get connections() {
      return connections;
    },
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Length of the first whole request in what was received, null while it is not whole. */
function wholeLength(received: string): number | null {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const length = end + 4 + Number(/\r\ncontent-length: (\d+)/i.exec(received.slice(0, end))?.[1] ?? 0);
  return received.length >= length ? length : null;
}

/** An answer with a body of known length. */
export function answer(status: string, body = '', headers: readonly string[] = []): string {
  return [`HTTP/1.1 ${status}`, `Content-Length: ${Buffer.byteLength(body)}`, ...headers, '', body].join('\r\n');
}
