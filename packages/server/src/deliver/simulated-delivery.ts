import { BUDGETS } from '@cloudbell/core/notify/budget.ts';
import {
  type AttemptOutcome,
  type AttemptResult,
  CHANNELS,
  type ChannelName,
  type ClaimedDelivery,
} from '@cloudbell/core/notify/delivery.ts';
import type { Clock } from '../base/clock.ts';
import { type Random, seededRandom } from '../base/random.ts';
import { SimulatedClock } from '../base/simulated-clock.ts';
import type { Channel } from '../ports/channel.ts';
import type { BornRequest, ClaimRequest, ClaimTogetherRequest, Outbox, Settlement, Unsent } from '../ports/outbox.ts';
import { type NewDelivery, newDelivery } from '../ports/outbox-bench.contract.ts';
import { Courier, type CourierOptions } from './courier.ts';

/**
 * A world on simulated time for the courier's tests: the outbox and the receivers outlive any number of courier
 * processes, and a process can be killed at any moment: its timers, its sends and its calls simply never come back.
 */
export const START = 1_700_000_000_000;
/** Deliveries of one attempt, at most. */
const MERGED_MAX = 40;

export interface Answer {
  readonly outcome: AttemptOutcome;
  /** How long the attempt takes; default 10. */
  readonly afterMs?: number;
  readonly status?: number;
  readonly retryAfterMs?: number;
}
/** How a receiver answers: `attempt` counts the requests of that delivery it has seen, from 1. */
export type Script = (delivery: ClaimedDelivery, attempt: number) => Answer;

/**
 * What a receiver saw. `at` and `end` are wall clock ms since {@link START}, `runAt` and `runEnd` the same on the
 * clock that never steps; the ends are null while it is under way.
 */
export interface Seen {
  /** The first of the deliveries that the attempt carried, and all of them. */
  readonly id: string;
  readonly ids: readonly string[];
  readonly endpoint: string;
  readonly lane: string;
  readonly judgedBefore: number;
  readonly outcome: AttemptOutcome;
  readonly at: number;
  readonly runAt: number;
  end: number | null;
  runEnd: number | null;
  /** The sender was killed before it had the answer. */
  cutOff: boolean;
}

interface Life {
  alive: boolean;
}

export class SimulatedDelivery<O extends Outbox & { add(deliveries: readonly NewDelivery[]): void }> {
  readonly clock = new SimulatedClock(START);
  readonly outbox: O;
  readonly seen: Seen[] = [];
  readonly complaints: string[] = [];
  script: Script;
  /** Thrown by the outbox's calls of that name while set. */
  readonly outboxFaults: Partial<Record<keyof Outbox, Error>> = {};
  readonly random: Random;
  courier: Courier;
  #life: Life = { alive: false };
  readonly #options: Partial<CourierOptions>;
  readonly #channels: readonly ChannelName[];

  constructor(
    outbox: O,
    script: Script,
    {
      channelNames = ['callback'],
      ...options
    }: Partial<CourierOptions> & { channelNames?: readonly ChannelName[] } = {},
  ) {
    this.#channels = channelNames;
    this.outbox = outbox;
    this.script = script;
    this.random = options.random ?? seededRandom(1);
    this.#options = options;
    this.courier = this.#process();
  }

  now(): number {
    return this.clock.wallMs() - START;
  }

  /**
   * Commits deliveries, `alert@endpoint` or just `alert` each, and wakes the courier. Ids are given in order: d1, d2 …
   * An endpoint that begins with the name of another channel is one of that channel: `alert@dingtalk-a`.
   */
  async commit(...lanes: readonly string[]): Promise<void> {
    const createdAt = this.clock.wallMs();
    this.outbox.add(
      lanes.map((lane) => {
        const [alert = '', endpoint = 'a'] = lane.split('@');
        const channel = CHANNELS.find((name) => endpoint.startsWith(`${name}-`)) ?? 'callback';
        return { ...newDelivery(`d${++this.#count}`, { alert, endpoint, createdAt }), channel };
      }),
    );
    await this.courier.wake();
  }
  #count = 0;

  /** The process dies: whatever it had under way is cut off, and nothing of it is heard again. */
  kill(): void {
    this.#life.alive = false;
    // The store of the dead process is gone as well.
    void this.outbox.claimBorn({ limit: 0, room: {}, defaultRoom: 0, channels: [] });
    for (const each of this.seen) {
      if (each.end !== null) continue;
      this.#ended(each);
      each.cutOff = true;
    }
  }

  /** A new process on the same outbox. */
  async restart(): Promise<number> {
    this.kill();
    this.courier = this.#process();
    return this.courier.start();
  }

  /** Times at which a delivery's attempts began. */
  timesOf(id: string): number[] {
    return this.seen.filter((each) => each.ids.includes(id)).map((each) => each.at);
  }

  #process(): Courier {
    const life: Life = { alive: true };
    this.#life = life;
    const clock = mortalClock(this.clock, life);
    const complain = (fields: object, message: string): void => {
      const err = (fields as { err?: Error }).err;
      this.complaints.push(err === undefined ? message : `${message}: ${err.message}`);
    };
    return new Courier({
      outbox: this.#mortalOutbox(life),
      channels: new Map<ChannelName, Channel>(this.#channels.map((name) => [name, this.#channel(name, clock)])),
      clock,
      random: this.random,
      logger: { info: complain, warn: complain, error: complain },
      ...this.#options,
    });
  }

  #ended(seen: Seen): void {
    seen.end = this.now();
    seen.runEnd = this.clock.monoMs();
  }

  #channel(name: ChannelName, clock: Clock): Channel {
    return {
      name,
      merge: BUDGETS[name] === null ? undefined : { max: MERGED_MAX },
      close: async () => undefined,
      send: (deliveries) => {
        const [delivery] = deliveries;
        if (delivery === undefined) throw new Error('an attempt without a delivery');
        const attempt = this.timesOf(delivery.deliveryId).length + 1;
        const { outcome, afterMs = 10, status = null, retryAfterMs = null } = this.script(delivery, attempt);
        const { deliveryId: id, endpoint, lane, judgedAttempts: judgedBefore } = delivery;
        const ends = { end: null, runEnd: null, cutOff: false };
        const runAt = this.clock.monoMs();
        const ids = deliveries.map((each) => each.deliveryId);
        const entry: Seen = { id, ids, endpoint, lane, judgedBefore, outcome, at: this.now(), runAt, ...ends };
        this.seen.push(entry);
        const startedAt = clock.wallMs();
        return new Promise<AttemptResult>((resolve) => {
          clock.after(afterMs, () => {
            this.#ended(entry);
            resolve({ outcome, startedAt, durationMs: afterMs, status, error: null, answer: null, retryAfterMs });
          });
        });
      },
    };
  }

  #mortalOutbox(life: Life): Outbox {
    const live = async <T>(name: keyof Outbox, call: () => Promise<T>): Promise<T> => {
      if (!life.alive) return never();
      const fault = this.outboxFaults[name];
      if (fault !== undefined) throw fault;
      const answer = await call();
      return life.alive ? answer : never();
    };
    return {
      failing: (now) => live('failing', () => this.outbox.failing(now)),
      recover: (now, longest) => live('recover', () => this.outbox.recover(now, longest)),
      claim: (request: ClaimRequest) => live('claim', () => this.outbox.claim(request)),
      claimBorn: (request: BornRequest) => live('claimBorn', () => this.outbox.claimBorn(request)),
      claimTogether: (request: ClaimTogetherRequest) => live('claimTogether', () => this.outbox.claimTogether(request)),
      settle: (settlements: readonly (Settlement | Unsent)[]) => live('settle', () => this.outbox.settle(settlements)),
      nextDueAt: (now) => live('nextDueAt', () => this.outbox.nextDueAt(now)),
      replay: (deliveryId, now) => this.outbox.replay(deliveryId, now),
      replayExhausted: (query) => this.outbox.replayExhausted(query),
      hasten: (deliveryId, now) => this.outbox.hasten(deliveryId, now),
      status: (now, failing) => this.outbox.status(now, failing),
    };
  }
}

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

const mortalClock = (clock: Clock, life: Life): Clock => ({
  wallMs: () => clock.wallMs(),
  monoMs: () => clock.monoMs(),
  after: (delayMs, callback) =>
    clock.after(delayMs, () => {
      if (life.alive) callback();
    }),
});
