import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type EndpointTurn, endpointEvent } from '@cloudbell/core/event/endpoint-event.ts';
import type { ChannelName } from '@cloudbell/core/notify/delivery.ts';
import type { FailingEndpoint } from '../../ports/outbox.ts';
import type { EventRecorder } from './event-recorder.ts';

const SQL = {
  begin: 'INSERT INTO failing_endpoints (endpoint, channel, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  end: 'DELETE FROM failing_endpoints WHERE endpoint = ? RETURNING since',
  all: 'SELECT endpoint, channel, since FROM failing_endpoints',
  forget: 'DELETE FROM failing_endpoints WHERE since < ?',
  delivery: 'SELECT account, channel, endpoint FROM deliveries WHERE delivery_key = ?',
} as const;

/** ms. Whoever has failed for so long is hardly used any more, and nobody waits for word of it. */
const EPISODE_MAX = 7 * 86_400_000;

/**
 * The episodes in which an endpoint fails. Each begins and ends once, whatever restarts come between, and each of the two
 * is an event: event rules of its product say whom it is told, and what is told goes the way of all notifications. All of
 * it in the transaction that records the attempt; to the endpoint that fails nothing is sent about it.
 */
export class FailingEndpoints {
  readonly #recorder: EventRecorder;
  readonly #begin: StatementSync;
  readonly #end: StatementSync;
  readonly #all: StatementSync;
  readonly #forget: StatementSync;
  readonly #delivery: StatementSync;

  constructor(db: DatabaseSync, recorder: EventRecorder) {
    this.#recorder = recorder;
    this.#begin = db.prepare(SQL.begin);
    this.#end = db.prepare(SQL.end);
    this.#all = db.prepare(SQL.all);
    this.#forget = db.prepare(SQL.forget);
    this.#delivery = db.prepare(SQL.delivery);
  }

  /** `deliveryKey`: the delivery whose attempt made the difference; `now`: wall clock, ms. */
  turned(
    deliveryKey: number,
    { turn, error }: { readonly turn: EndpointTurn; readonly error: string | null },
    now: number,
  ): void {
    const row = this.#delivery.get(deliveryKey) as unknown as {
      account: string;
      channel: ChannelName;
      endpoint: string;
    };
    const { account, channel, endpoint } = row;
    const since = turn.kind === 'began_failing' ? this.#began(endpoint, channel, turn.since) : this.#ended(endpoint);
    if (since === null) return;
    const event = endpointEvent({ kind: turn.kind, since }, { channel, endpoint, error }, now);
    this.#recorder.record(account, [event], { now, except: endpoint });
  }

  failing(now: number): FailingEndpoint[] {
    this.#forget.run(now - EPISODE_MAX);
    return this.#all.all() as unknown as FailingEndpoint[];
  }

  /** Null when the episode is on record already. */
  #began(endpoint: string, channel: ChannelName, since: number): number | null {
    return this.#begin.run(endpoint, channel, since).changes === 1 ? since : null;
  }

  #ended(endpoint: string): number | null {
    return (this.#end.get(endpoint)?.since as number | undefined) ?? null;
  }
}
