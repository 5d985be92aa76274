import type { Socket } from 'node:net';
import { Client, type Dispatcher } from 'undici';
import { type DialTarget, type DialTools, dial } from './dial.ts';

/**
 * One connection to one receiver, for one request at a time: an undici Client with at most one socket. A pool of these
 * is kept instead of undici's Agent because three things must be known per attempt that its pool hides: whether the
 * socket had been used before, which dial to give up at the deadline, and which policy the address was judged by.
 */
export interface Connection {
  /** What it may be reused for. */
  readonly key: string;
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void;
  /** Counts a request about to be written; true when its socket has carried one before. */
  beginRequest(): boolean;
  /** Closes the socket, or gives up opening it. */
  destroy(): void;
}

/** Idle sockets are closed after this; a receiver's Keep-Alive header can ask for up to the second. */
const KEEP_ALIVE_MS = 4_000;
const KEEP_ALIVE_MAX_MS = 10_000;

export interface ConnectionRequest {
  readonly key: string;
  readonly origin: string;
  readonly target: DialTarget;
  readonly tools: DialTools;
  /** The socket is gone; another request would open a new one. */
  readonly onDisconnect: (connection: Connection) => void;
  /** Is told every byte that is written, before TLS. */
  readonly onWrite?: ((bytes: Uint8Array) => void) | undefined;
}

export function openConnection(request: ConnectionRequest): Connection {
  const { key, origin, target, tools, onDisconnect, onWrite } = request;
  let requestsOnSocket = 0;
  let giveUp: (() => void) | null = null;
  const client = new Client(origin, {
    pipelining: 1,
    allowH2: false,
    // One timer of our own covers an attempt from its first step to the end of the answer.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MAX_MS,
    connect: (_options, callback) => {
      requestsOnSocket = 0;
      giveUp = dial(target, tools, (error, socket) => {
        giveUp = null;
        if (socket === null) callback(error ?? new Error('no socket'), null);
        else {
          if (onWrite !== undefined) tellWrites(socket, onWrite);
          callback(null, socket);
        }
      });
    },
  });
  const connection: Connection = {
    key,
    dispatch: (options, handler) => {
      client.dispatch(options, handler);
    },
    beginRequest: () => requestsOnSocket++ > 0,
    destroy: () => {
      const giveUpNow = giveUp;
      client.destroy().catch(() => {});
      giveUpNow?.();
    },
  };
  client.on('disconnect', () => onDisconnect(connection));
  return connection;
}

/** Of the socket itself, so that what is told is what was sent and not what should have been. */
function tellWrites(socket: Socket, onWrite: (bytes: Uint8Array) => void): void {
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  socket.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
    const encoding = typeof rest[0] === 'string' ? (rest[0] as BufferEncoding) : 'utf8';
    onWrite(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : Uint8Array.from(chunk));
    return write(chunk, ...rest);
  }) as Socket['write'];
}
