import type { EndpointTurn } from '@cloudbell/core/event/endpoint-event.ts';
import {
  type AttemptResult,
  type ClaimedDelivery,
  type DeliveryDraft,
  type DeliveryState,
  UNJUDGED,
} from '@cloudbell/core/notify/delivery.ts';
import type { AlertLevel } from '@cloudbell/core/rule/rule.ts';
import type {
  BornRequest,
  ClaimRequest,
  ClaimTogetherRequest,
  FailingEndpoint,
  LongestWaits,
  Outbox,
  OutboxStatus,
  ReplayQuery,
  Settlement,
  Unsent,
} from '../../ports/outbox.ts';
import { type Due, DueQueue, dueBefore } from './due-queue.ts';

/**
 * The outbox in memory: the same behaviour as the durable engine (ports/outbox.contract.ts), for tests and
 * simulations. What is lost at a crash is what {@link MemoryOutbox.recover} finds without a result.
 *
 * Every lane keeps its open deliveries in order, and offers its head to its endpoint's queue while nothing of it is
 * being sent. An offer that no longer holds (the head was replaced or has another time) is dropped when it comes up.
 */
export interface MemoryDelivery extends DeliveryDraft {
  readonly alertId: string;
  readonly ruleId: string;
  readonly triggerLevel: AlertLevel;
  readonly createdAt: number;
}

export interface MemoryAttempt {
  readonly attemptId: number;
  readonly deliveryId: string;
  /** Wall clock, ms, of the claim. */
  readonly begunAt: number;
  result: AttemptResult | null;
  interrupted: boolean;
}

interface Entry {
  readonly draft: MemoryDelivery;
  sequence: number;
  lane: Lane;
  state: DeliveryState;
  judgedAttempts: number;
  replay: boolean;
  dueAt: number;
  attempt: MemoryAttempt | null;
}

interface Lane {
  readonly endpoint: string;
  /** Of replays: the lane that they let go first. */
  readonly live: Lane | null;
  /** Of a live lane: that of its replays, once there are some. */
  replays: Lane | null;
  /** What is not final, in order of sequence. */
  readonly open: Entry[];
}

interface Offer extends Due {
  readonly entry: Entry;
}

export class MemoryOutbox implements Outbox {
  readonly #entries = new Map<string, Entry>();
  readonly #lanes = new Map<string, Lane>();
  readonly #offers = new Map<string, DueQueue<Offer>>();
  readonly #attempts: MemoryAttempt[] = [];
  readonly #open = new Set<Entry>();
  readonly #failing = new Map<string, FailingEndpoint>();
  #lastSequence = 0;
  #lastAttemptId = 0;
  #waiting: { readonly request: BornRequest; readonly resolve: (claimed: ClaimedDelivery[]) => void } | null = null;

  /** Puts deliveries in as one commit does. A delivery that is there already is left as it is. */
  add(deliveries: readonly MemoryDelivery[]): void {
    const made: Entry[] = [];
    for (const draft of deliveries) {
      if (this.#entries.has(draft.deliveryId)) continue;
      const lane = this.#lanes.get(draft.lane) ?? { endpoint: draft.endpoint, live: null, replays: null, open: [] };
      this.#lanes.set(draft.lane, lane);
      const entry: Entry = {
        draft,
        sequence: ++this.#lastSequence,
        lane,
        state: 'pending',
        judgedAttempts: 0,
        replay: false,
        dueAt: draft.createdAt,
        attempt: null,
      };
      this.#entries.set(draft.deliveryId, entry);
      this.#enter(entry);
      made.push(entry);
    }
    this.#handOverBorn(made);
  }

  /** Where a delivery stands, with its attempts in order: what the ledger would show. */
  ledger(deliveryId: string): { state: DeliveryState; judgedAttempts: number; attempts: MemoryAttempt[] } | null {
    const entry = this.#entries.get(deliveryId);
    if (entry === undefined) return null;
    const attempts = this.#attempts.filter((attempt) => attempt.deliveryId === deliveryId);
    return { state: entry.state, judgedAttempts: entry.judgedAttempts, attempts };
  }

  async recover(now: number, { channels, endpoints = {} }: LongestWaits): Promise<number> {
    let recovered = 0;
    for (const entry of this.#open) {
      const { channel, endpoint } = entry.draft;
      const latest = Math.ceil(now + (endpoints[endpoint] ?? channels[channel] ?? Number.POSITIVE_INFINITY));
      if (entry.state === 'pending' && entry.dueAt > latest) this.#release(entry, latest);
      if (entry.state !== 'sending') continue;
      if (entry.attempt !== null) entry.attempt.interrupted = true;
      this.#release(entry, now);
      recovered++;
    }
    return recovered;
  }

  async claim({ now, limit, room, defaultRoom }: ClaimRequest): Promise<ClaimedDelivery[]> {
    const rooms = new Map<string, number>();
    const claimed: ClaimedDelivery[] = [];
    while (claimed.length < limit) {
      const offer = this.#earliestOffer(now, (endpoint) => rooms.get(endpoint) ?? room[endpoint] ?? defaultRoom);
      if (offer === null) break;
      const { endpoint } = offer.entry.draft;
      rooms.set(endpoint, (rooms.get(endpoint) ?? room[endpoint] ?? defaultRoom) - 1);
      this.#offers.get(endpoint)?.pop();
      claimed.push(this.#begin(offer.entry, now));
    }
    return claimed;
  }

  claimBorn(request: BornRequest): Promise<ClaimedDelivery[]> {
    this.#waiting?.resolve([]);
    return new Promise((resolve) => {
      this.#waiting = { request, resolve };
    });
  }

  async claimTogether({ now, endpoint, limit }: ClaimTogetherRequest): Promise<ClaimedDelivery[]> {
    const heads: Entry[] = [];
    while (heads.length < limit) {
      const offer = this.#earliestOffer(now, (other) => (other === endpoint ? 1 : 0));
      if (offer === null) break;
      this.#offers.get(endpoint)?.pop();
      if (!heads.includes(offer.entry)) heads.push(offer.entry);
    }
    const chosen = [...heads];
    for (const { lane } of heads) chosen.push(...lane.open.slice(1, 1 + Math.max(0, limit - chosen.length)));
    const attemptId = this.#nextAttemptId();
    return chosen.sort((a, b) => a.sequence - b.sequence).map((entry) => this.#begin(entry, now, attemptId));
  }

  async settle(settlements: readonly (Settlement | Unsent)[]): Promise<void> {
    for (const settlement of settlements) {
      const entry = this.#entries.get(settlement.deliveryId);
      // Idempotent: an attempt that has its result already, or was recorded interrupted, is left alone.
      if (entry?.attempt == null || entry.attempt.attemptId !== settlement.attemptId) continue;
      if (settlement.result === null) {
        this.#attempts.splice(this.#attempts.indexOf(entry.attempt), 1);
        this.#release(entry, settlement.nextAttemptAt);
        continue;
      }
      entry.attempt.result = settlement.result;
      if (settlement.turn != null) this.#turn(entry.draft, settlement.turn);
      if (!UNJUDGED.has(settlement.result.outcome)) entry.judgedAttempts++;
      if (settlement.state === 'pending') {
        this.#release(entry, settlement.nextAttemptAt ?? settlement.result.startedAt);
        continue;
      }
      entry.attempt = null;
      entry.state = settlement.state;
      this.#open.delete(entry);
      entry.lane.open.splice(entry.lane.open.indexOf(entry), 1);
      this.#promote(entry.lane, Math.round(settlement.result.startedAt + settlement.result.durationMs));
    }
  }

  async failing(): Promise<readonly FailingEndpoint[]> {
    return [...this.#failing.values()];
  }

  #turn({ endpoint, channel }: MemoryDelivery, { kind, since }: EndpointTurn): void {
    if (kind === 'recovered') this.#failing.delete(endpoint);
    else if (!this.#failing.has(endpoint)) this.#failing.set(endpoint, { endpoint, channel, since });
  }

  async nextDueAt(now: number): Promise<number | null> {
    let earliest: number | null = null;
    for (const { state, dueAt } of this.#open) {
      if (state === 'pending' && dueAt > now && (earliest === null || dueAt < earliest)) earliest = dueAt;
    }
    return earliest;
  }

  async replay(deliveryId: string, now: number): Promise<boolean> {
    const entry = this.#entries.get(deliveryId);
    if (entry === undefined || this.#open.has(entry)) return false;
    entry.state = 'pending';
    entry.sequence = ++this.#lastSequence;
    entry.judgedAttempts = 0;
    entry.replay = true;
    entry.dueAt = now;
    entry.lane = laneOfReplays(entry.lane);
    this.#enter(entry);
    return true;
  }

  /** There is one account here. */
  async replayExhausted(query: ReplayQuery): Promise<{ readonly replayed: number; readonly more: boolean }> {
    const { ruleId, channel, endpoints, since = 0, until = Number.POSITIVE_INFINITY, limit, now, everyMs } = query;
    const found = [...this.#entries.values()].filter(
      ({ state, draft }) =>
        state === 'exhausted' &&
        (ruleId === undefined || draft.ruleId === ruleId) &&
        (channel === undefined || draft.channel === channel) &&
        (endpoints === undefined || endpoints.includes(draft.endpoint)) &&
        draft.createdAt >= since &&
        draft.createdAt < until,
    );
    const oldest = found.toSorted((a, b) => a.draft.createdAt - b.draft.createdAt).slice(0, limit);
    for (const [at, { draft }] of oldest.entries()) await this.replay(draft.deliveryId, now + at * everyMs);
    return { replayed: oldest.length, more: found.length > limit };
  }

  async hasten(deliveryId: string, now: number): Promise<boolean> {
    const entry = this.#entries.get(deliveryId);
    if (entry?.state !== 'pending' || entry.lane.open[0] !== entry || entry.dueAt <= now) return false;
    this.#release(entry, now);
    return true;
  }

  async status(now: number, failing: readonly string[]): Promise<OutboxStatus> {
    let pending = 0;
    let oldestDueAt: number | null = null;
    let oldestHealthyDueAt: number | null = null;
    for (const { state, dueAt, draft } of this.#open) {
      if (state !== 'pending') continue;
      pending++;
      if (dueAt > now) continue;
      oldestDueAt = Math.min(oldestDueAt ?? dueAt, dueAt);
      if (!failing.includes(draft.endpoint)) oldestHealthyDueAt = Math.min(oldestHealthyDueAt ?? dueAt, dueAt);
    }
    return { pending, sending: this.#open.size - pending, oldestDueAt, oldestHealthyDueAt };
  }

  #handOverBorn(made: readonly Entry[]): void {
    if (this.#waiting === null) return;
    const { request, resolve } = this.#waiting;
    const rooms = new Map<string, number>();
    const claimed: ClaimedDelivery[] = [];
    for (const entry of made) {
      const { endpoint, channel, createdAt } = entry.draft;
      const room = rooms.get(endpoint) ?? request.room[endpoint] ?? request.defaultRoom;
      const isHead = entry.lane.open[0] === entry;
      if (!isHead || room <= 0 || claimed.length >= request.limit || !request.channels.includes(channel)) continue;
      rooms.set(endpoint, room - 1);
      claimed.push(this.#begin(entry, createdAt));
    }
    if (claimed.length === 0) return;
    this.#waiting = null;
    resolve(claimed);
  }

  /** After the head of a lane was settled. */
  #promote(lane: Lane, endedAt: number): void {
    const [head] = lane.open;
    // Made later than this ended: the wall clock was set back since.
    if (head !== undefined) head.dueAt = head.replay ? endedAt : Math.min(head.dueAt, endedAt);
    this.#offerHead(lane);
    const [replay] = lane.replays?.open ?? [];
    if (head !== undefined || replay === undefined) return;
    replay.dueAt = Math.max(replay.dueAt, endedAt);
    this.#offerHead(replay.lane);
  }

  #enter(entry: Entry): void {
    entry.lane.open.push(entry);
    this.#open.add(entry);
    this.#offerHead(entry.lane);
  }

  #release(entry: Entry, dueAt: number): void {
    entry.attempt = null;
    entry.state = 'pending';
    entry.dueAt = dueAt;
    this.#offerHead(entry.lane);
  }

  #offerHead(lane: Lane): void {
    const [head] = lane.open;
    if (head === undefined || isSending(lane)) return;
    const queue = this.#offers.get(lane.endpoint) ?? new DueQueue<Offer>();
    this.#offers.set(lane.endpoint, queue);
    queue.push({ entry: head, dueAt: head.dueAt, sequence: head.sequence });
  }

  #holds({ entry, dueAt }: Offer): boolean {
    const { lane } = entry;
    return entry.dueAt === dueAt && lane.open[0] === entry && !isSending(lane) && !lane.live?.open.length;
  }

  #earliestOffer(now: number, roomOf: (endpoint: string) => number): Offer | null {
    let earliest: Offer | null = null;
    for (const [endpoint, queue] of this.#offers) {
      if (roomOf(endpoint) <= 0) continue;
      let top = queue.peek();
      while (top !== undefined && !this.#holds(top)) {
        queue.pop();
        top = queue.peek();
      }
      if (top !== undefined && top.dueAt <= now && (earliest === null || dueBefore(top, earliest))) earliest = top;
    }
    return earliest;
  }

  #nextAttemptId(): number {
    return ++this.#lastAttemptId;
  }

  #begin(entry: Entry, now: number, attemptId = this.#nextAttemptId()): ClaimedDelivery {
    const { deliveryId } = entry.draft;
    entry.attempt = { attemptId, deliveryId, begunAt: now, result: null, interrupted: false };
    this.#attempts.push(entry.attempt);
    entry.state = 'sending';
    const { sequence, judgedAttempts, replay } = entry;
    return { ...entry.draft, sequence, attemptId, judgedAttempts, replay };
  }
}

function laneOfReplays(lane: Lane): Lane {
  if (lane.live !== null) return lane;
  lane.replays ??= { endpoint: lane.endpoint, live: lane, replays: null, open: [] };
  return lane.replays;
}

const isSending = ({ open }: Lane): boolean => open.some((entry) => entry.state === 'sending');
