import type { EndpointTurn } from '@cloudbell/core/event/endpoint-event.ts';
import type { AttemptResult, ChannelName, ClaimedDelivery, DeliveryState } from '@cloudbell/core/notify/delivery.ts';

/** What the courier decided about one claimed delivery; `attemptId` as claimed. */
export interface Settlement {
  readonly deliveryId: string;
  readonly attemptId: number;
  readonly result: AttemptResult;
  readonly state: Extract<DeliveryState, 'pending' | 'delivered' | 'exhausted'>;
  /** Wall clock, ms, of the next attempt; null unless `state` is pending. */
  readonly nextAttemptAt: number | null;
  /** With this attempt the endpoint began, or ceased, to fail; absent or null: neither. */
  readonly turn?: EndpointTurn | null | undefined;
}

/** An endpoint that was failing when the process before ended. */
export interface FailingEndpoint {
  readonly endpoint: string;
  readonly channel: ChannelName;
  /** Wall clock, ms. */
  readonly since: number;
}

/** ms that a delivery may have to wait for its next attempt: by its endpoint, if that is named, else by its channel; without limit for one that is absent. */
export interface LongestWaits {
  readonly channels: Readonly<Partial<Record<ChannelName, number>>>;
  readonly endpoints?: Readonly<Record<string, number>>;
}

/** A claimed delivery that was not sent: the claim is undone, and the attempt that it began is forgotten. */
export interface Unsent {
  readonly deliveryId: string;
  readonly attemptId: number;
  readonly result: null;
  readonly state: 'pending';
  /** Wall clock, ms: due again since then. */
  readonly nextAttemptAt: number;
}

export interface OutboxStatus {
  readonly pending: number;
  readonly sending: number;
  /** Wall clock, ms, since when the longest overdue delivery is due; null when none is. */
  readonly oldestDueAt: number | null;
  /** The same without the endpoints that were named as failing: what only Cloudbell itself can be late with. */
  readonly oldestHealthyDueAt: number | null;
}

/**
 * Deliveries on their way out. One courier process owns the outbox at a time; the ledger of attempts is written
 * here too, so that what was sent and what is due can never disagree. Calls take effect in the order they are made:
 * a claim called after a settle, without waiting for it, finds the lanes free that it frees.
 */
export interface Outbox {
  /**
   * At start: attempts without a result are recorded `interrupted` (not judged), their deliveries are pending again,
   * due at once. Answers how many. No delivery stays due later than the longest wait from now: after a wall clock that was
   * set back by hours, the times on record lie far ahead.
   */
  recover(now: number, longest: LongestWaits): Promise<number>;
  /**
   * Claims due deliveries, oldest due first, at most `limit` and for any one endpoint no more than its room: only the
   * head of each lane, and only if nothing of that lane is `sending`.
   * Each claim begins an attempt in the ledger, durably, before it resolves.
   */
  claim(request: ClaimRequest): Promise<ClaimedDelivery[]>;
  /**
   * Leaves room for what the next commit makes: a delivery that finds room, and nothing else in its lane, is born claimed,
   * in the transaction that makes it. Resolves with those, once they are durable; with none when another call takes this
   * one's place. Whatever finds no room is pending, as if nobody had called.
   */
  claimBorn(request: BornRequest): Promise<ClaimedDelivery[]>;
  /**
   * Claims what is due of one endpoint for a single attempt, at most `limit`: the due heads of its lanes first, then what
   * waits behind them, answered in the order they were made. All have the same attempt id; each is settled on its own.
   */
  claimTogether(request: ClaimTogetherRequest): Promise<ClaimedDelivery[]>;
  /**
   * Records results and moves the deliveries on, in one transaction. Of a lane only the head has a time of its own: what
   * was claimed together with it and is pending again waits behind it. Idempotent: an attempt that has its result
   * already, or was recorded interrupted, is left alone.
   */
  settle(settlements: readonly (Settlement | Unsent)[]): Promise<void>;
  /** Endpoints of which it is on record that they fail: began, and not ceased, within the last week. */
  failing(now: number): Promise<readonly FailingEndpoint[]>;
  /** Wall clock, ms, of the earliest attempt that is not due yet; null when there is none. */
  nextDueAt(now: number): Promise<number | null>;
  /**
   * Makes a final delivery pending again with the same id, marked replay, judged attempts from 0. False if it is not final.
   * It is claimed only while no live delivery of its lane is on its way, and none ever waits for it: replays of a lane
   * go out in order among themselves.
   */
  replay(deliveryId: string, now: number): Promise<boolean>;
  /**
   * Replays exhausted deliveries that match, the oldest first, each `everyMs` after the one before, so that they come
   * between live alerts and not in their stead. `more`: there are others beyond `limit`.
   */
  replayExhausted(query: ReplayQuery): Promise<{ readonly replayed: number; readonly more: boolean }>;
  /**
   * A pending delivery that waits for its next attempt is due now instead: the attempt that was planned is this one. False
   * if it waits for nothing but its turn, is being sent, or is final.
   */
  hasten(deliveryId: string, now: number): Promise<boolean>;
  /** `failing`: endpoints whose queues are theirs to answer for. Looks no further than the 10,000 longest due. */
  status(now: number, failing: readonly string[]): Promise<OutboxStatus>;
}

export interface ReplayQuery {
  readonly account: string;
  readonly ruleId?: string | undefined;
  readonly channel?: ChannelName | undefined;
  /** Any of these; absent: wherever it went. */
  readonly endpoints?: readonly string[] | undefined;
  /** Wall clock, ms, of the delivery's making: from, and up to but without. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly now: number;
  readonly limit: number;
  readonly everyMs: number;
}

export interface ClaimRequest {
  readonly now: number;
  readonly limit: number;
  /** Room left per endpoint: an endpoint that is absent has `defaultRoom`; 0 claims none. */
  readonly room: Readonly<Record<string, number>>;
  readonly defaultRoom: number;
}

/** The same for deliveries to come; {@link Outbox.claimBorn}. */
export interface BornRequest extends Omit<ClaimRequest, 'now'> {
  /** Of other channels none is born claimed: those have budgets of messages, which a claim has to ask first. */
  readonly channels: readonly ChannelName[];
}

export interface ClaimTogetherRequest {
  readonly now: number;
  readonly endpoint: string;
  readonly limit: number;
}
