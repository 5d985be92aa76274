import type { ChangeEvent } from '@cloudbell/core/contract/live.ts';
import type { FastifyInstance } from 'fastify';
import { CloudbellError } from '../base/errors.ts';
import { createEventStreams, type EventStreams, type StreamEvent, textHeaders } from '../base/event-streams.ts';
import type { StoreChanges } from '../ports/store-reader.ts';
import type { ApiDeps } from './deps.ts';
import { principalOf } from './principal.ts';
import { mount } from './route.ts';

type StreamDeps = Pick<ApiDeps, 'reader' | 'clock' | 'logger'>;

const STREAMS_MAX = 256;
const POLL_MS = 1_000;
/** Then a client comes back by itself, and has to show its credentials again. */
const STREAM_MS_MAX = 3_600_000;

/**
 * `GET /api/v1/stream`: tells open screens what to read again. The store is asked once a second, whatever wrote it and
 * however many listen, and not at all while nobody does. Nothing is kept here: an event's id is the store's own mark,
 * so a client that comes back is told what it missed, also after a restart.
 */
export function mountStream(app: FastifyInstance, deps: StreamDeps): void {
  const follower = new Follower(deps);
  mount(app, 'streamChanges', async (_, request, reply) => {
    if (follower.count >= STREAMS_MAX) {
      throw new CloudbellError('streams_busy', { message: `${STREAMS_MAX} streams are open already.` });
    }
    const { account } = principalOf(request);
    const last = request.headers['last-event-id'];
    // Asked before the stream is taken over: what fails is still answered as an error.
    const missed = await deps.reader.changes(typeof last === 'string' ? last : null);
    reply.hijack();
    follower.follow(account, missed.mark).open(reply.raw, textHeaders(reply.getHeaders()), eventsOf(missed, account));
    const cancel = deps.clock.after(STREAM_MS_MAX, () => reply.raw.end());
    reply.raw.on('close', cancel);
    return reply;
  });
  // Streams never end by themselves: a server that waits for them would never stop.
  app.addHook('preClose', async () => follower.close());
}

/**
 * idle      nobody listens, nothing is asked.  → asking with the first stream
 * asking    once a second, from the mark of the answer before.  → idle at a turn that finds nobody
 */
class Follower {
  readonly #deps: StreamDeps;
  readonly #streams = new Map<string, EventStreams>();
  /** How far open streams have been told; null while idle. */
  #mark: string | null = null;
  #cancelPoll: () => void = () => undefined;
  #isFailing = false;

  constructor(deps: StreamDeps) {
    this.#deps = deps;
  }

  get count(): number {
    let count = 0;
    for (const streams of this.#streams.values()) count += streams.count;
    return count;
  }

  /** The streams of an account, told of everything after `mark` (of some after a mark before it). */
  follow(account: string, mark: string): EventStreams {
    if (this.#mark === null) {
      this.#mark = mark;
      this.#schedule();
    }
    let streams = this.#streams.get(account);
    if (streams === undefined) {
      streams = createEventStreams(this.#deps.clock);
      this.#streams.set(account, streams);
    }
    return streams;
  }

  close(): void {
    this.#cancelPoll();
    for (const streams of this.#streams.values()) streams.close();
  }

  #schedule(): void {
    this.#cancelPoll = this.#deps.clock.after(POLL_MS, () => void this.#poll());
  }

  async #poll(): Promise<void> {
    if (this.count === 0) {
      this.#mark = null;
      return;
    }
    try {
      const changes = await this.#deps.reader.changes(this.#mark);
      this.#mark = changes.mark;
      this.#tell(changes);
      this.#isFailing = false;
    } catch (err) {
      if (!this.#isFailing) this.#deps.logger.warn({ err }, 'the store could not be asked what has changed');
      this.#isFailing = true;
    }
    this.#schedule();
  }

  #tell(changes: StoreChanges): void {
    for (const [account, streams] of this.#streams) {
      for (const event of eventsOf(changes, account)) streams.send(event);
    }
  }
}

function eventsOf({ mark, items }: StoreChanges, account: string): StreamEvent[] {
  return items
    .filter((item) => item.account === null || item.account === account)
    .map(({ kind, id }) => ({ id: mark, name: 'change', data: { kind, id } satisfies ChangeEvent }));
}
