import type { SigningSecrets } from '@cloudbell/core/callback/signing-secret.ts';
import { OPERATIONS } from '@cloudbell/core/contract/operations.ts';
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { Clock } from '../base/clock.ts';
import { CloudbellError } from '../base/errors.ts';
import {
  createEventStreams,
  type EventStreams,
  STREAM_LIMITS,
  type StreamLimits,
  textHeaders,
} from '../base/event-streams.ts';
import { readQuery } from '../base/read-query.ts';
import { type ReceivedItem, readArrival } from './received-item.ts';
import { createRing, type Ring } from './ring.ts';

/**
 * The built-in receiver: takes any callback, says whether its signatures hold, and shows it. Open to everybody on the
 * way in, like the receivers it stands for; to be read, it needs the API's credentials.
 */
export interface Inbox {
  /** `POST /inbox/<name>`: for the open part of the server. */
  readonly receiver: FastifyPluginAsync;
  /** `GET /api/v1/inbox` and `/api/v1/inbox/stream`: for the part that checks credentials. */
  readonly views: FastifyPluginAsync;
}

export interface InboxOptions {
  /** Asked at each arrival, so that a rotation counts at once. Null: signatures are not checked. */
  readonly secrets: () => SigningSecrets | null;
  readonly clock: Clock;
  readonly keepMax?: number;
  readonly keepBytesMax?: number;
  readonly bodyBytesMax?: number;
  readonly streamsMax?: number;
  readonly streamLimits?: StreamLimits;
  /** Told of each arrival after it was answered; `npm run demo` prints it. */
  readonly onReceived?: (item: ReceivedItem) => void;
}

const MIB = 1024 * 1024;

export function createInbox(options: InboxOptions): Inbox {
  const { clock, keepMax = 1_000, keepBytesMax = 32 * MIB, streamsMax = 64 } = options;
  const ring = createRing(clock.wallMs().toString(36), { keepMax, keepBytesMax });
  const streams = createEventStreams(clock, options.streamLimits ?? STREAM_LIMITS);
  return { receiver: receiverOf(options, ring, streams), views: viewsOf(ring, streams, streamsMax) };
}

function receiverOf(options: InboxOptions, ring: Ring, streams: EventStreams): FastifyPluginAsync {
  const { secrets, clock, onReceived, bodyBytesMax = MIB } = options;
  const take = (request: FastifyRequest<{ Params: { name: string } }>): void => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const arrival = {
      name: request.params.name,
      receivedAt: clock.wallMs(),
      contentType: request.headers['content-type'] ?? null,
      headers: request.headers,
      body,
    };
    const item = ring.add(readArrival(arrival, secrets()));
    streams.send(eventOf(item));
    onReceived?.(item);
  };
  return async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyBytesMax }, (_request, body, done) => {
      done(null, body);
    });
    app.post<{ Params: { name: string } }>('/inbox/:name', { bodyLimit: bodyBytesMax }, async (request, reply) => {
      take(request);
      return reply.type('text/plain; charset=utf-8').send('ok');
    });
  };
}

const eventOf = (item: ReceivedItem) => ({ id: item.id, name: 'received', data: item });

function viewsOf(ring: Ring, streams: EventStreams, streamsMax: number): FastifyPluginAsync {
  return async (app) => {
    app.get('/api/v1/inbox', async (request) => {
      const { limit, cursor = null, name = null } = readQuery(OPERATIONS.listInbox, request.query);
      const page = ring.page({ limit, olderThan: cursor, name });
      if (page !== null) return page;
      throw new CloudbellError('cursor_invalid', {
        message: 'cursor is not one that this list gave since Cloudbell started.',
        field: 'cursor',
        hint: 'Leave cursor out to begin at the newest.',
      });
    });
    app.get('/api/v1/inbox/stream', (request, reply) => {
      if (streams.count >= streamsMax) {
        throw new CloudbellError('streams_busy', { message: `${streamsMax} streams are open already.` });
      }
      const last = request.headers['last-event-id'];
      reply.hijack();
      streams.open(
        reply.raw,
        textHeaders(reply.getHeaders()),
        typeof last === 'string' ? ring.after(last).map(eventOf) : [],
      );
    });
    // Streams never end by themselves: a server that waits for them would never stop.
    app.addHook('preClose', async () => streams.close());
  };
}
