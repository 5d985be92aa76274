import type { Alert, AlertState, Transition } from '@cloudbell/core/alert/alert.ts';
import type { NotificationIntent, SuppressionReason } from '@cloudbell/core/alert/effect.ts';
import type { SilenceState } from '@cloudbell/core/alert/silence.ts';
import type { ReportedEvent } from '@cloudbell/core/event/event.ts';
import type { AttemptOutcome, ChannelName, DeliveryState } from '@cloudbell/core/notify/delivery.ts';
import type { AlertLevel, Level } from '@cloudbell/core/rule/rule.ts';
import type { Acknowledgement } from './acknowledgement-store.ts';
import type { StoredSilence } from './silence-store.ts';

/** Pages go backwards in time (newest first) by an opaque cursor; `next` is null on the last one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}
export interface PageRequest {
  readonly limit: number;
  readonly cursor: string | null;
}

export interface AlertQuery extends PageRequest {
  readonly account: string;
  readonly state?: AlertState | undefined;
  readonly ruleId?: string | undefined;
}

/**
 * A step of an alert as stored: a transition, a repeat or catch-up, or a suppressed repeat (`transition` null). Or what
 * an event rule made of an event (`event` set, `transition` and `notification` null).
 */
export interface TransitionRow {
  readonly transitionId: string;
  readonly alertId: string;
  readonly ruleId: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly instanceName: string | null;
  readonly transition: Transition | null;
  readonly notification: Omit<NotificationIntent, 'rule'> | null;
  readonly event:
    | (Pick<ReportedEvent, 'product' | 'type' | 'level' | 'name' | 'status'> & { readonly eventId: string })
    | null;
  readonly suppressed: SuppressionReason | null;
  readonly ruleVersion: number;
  readonly createdAt: number;
  readonly deliveryIds: readonly string[];
}
export interface TransitionQuery extends PageRequest {
  readonly account: string;
  readonly ruleId?: string | undefined;
  readonly alertId?: string | undefined;
  readonly since?: number | undefined;
}

export interface DeliveryRow {
  readonly deliveryId: string;
  readonly transitionId: string;
  readonly alertId: string;
  readonly ruleId: string;
  readonly channel: ChannelName;
  readonly endpoint: string;
  readonly state: DeliveryState;
  readonly triggerLevel: AlertLevel;
  readonly judgedAttempts: number;
  readonly replay: boolean;
  readonly createdAt: number;
  readonly settledAt: number | null;
  readonly nextAttemptAt: number | null;
}
export interface AttemptRow {
  readonly attemptId: number;
  readonly startedAt: number;
  /** Null while under way. */
  readonly outcome: AttemptOutcome | null;
  readonly durationMs: number | null;
  readonly status: number | null;
  readonly error: string | null;
  readonly answer: string | null;
  /** The judged attempt number, 1…4; null for `interrupted` and `stale_socket`. */
  readonly number: number | null;
}
export interface DeliveryDetail extends DeliveryRow {
  readonly contentType: string;
  readonly body: string;
  readonly attempts: readonly AttemptRow[];
}
export interface DeliveryQuery extends PageRequest {
  readonly account: string;
  readonly state?: DeliveryState | undefined;
  readonly ruleId?: string | undefined;
  readonly alertId?: string | undefined;
  readonly channel?: ChannelName | undefined;
  /** To one of these. */
  readonly endpoints?: readonly string[] | undefined;
  /** Wall clock, ms, of the making: from, and up to but without. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

/** What the ledger knows of an endpoint that something was sent to, or is to be. */
export interface EndpointRow {
  readonly endpoint: string;
  readonly channel: ChannelName;
  /** Its newest delivery. */
  readonly deliveryId: string;
  /** Wall clock, ms: when that was made. */
  readonly createdAt: number;
  /** How the newest attempt of that delivery ended that has an end; null while there is none. */
  readonly lastAttempt:
    | (Pick<AttemptRow, 'status' | 'error' | 'startedAt'> & { readonly outcome: AttemptOutcome })
    | null;
  /** Deliveries that are not settled, at most {@link QUEUE_COUNTED_MAX} counted over all endpoints. */
  readonly queued: number;
  /** Wall clock, ms: when the oldest of them was made. */
  readonly oldestQueuedAt: number | null;
}
export const QUEUE_COUNTED_MAX = 5000;

export interface EndpointQueue {
  readonly endpoint: string;
  readonly queued: number;
  /** Wall clock, ms: when the oldest of them was made. */
  readonly oldestQueuedAt: number;
}

export interface EventRow extends ReportedEvent {
  readonly eventId: string;
  /** Wall clock, ms: when it was stored. */
  readonly createdAt: number;
}
/** What one rule that matched made of an event. */
export interface EventOutcome {
  readonly transitionId: string;
  readonly ruleId: string;
  readonly ruleVersion: number;
  /** Why nobody was notified; null when there are deliveries. */
  readonly suppressed: SuppressionReason | null;
  readonly deliveryIds: readonly string[];
}
export interface EventDetail extends EventRow {
  readonly outcomes: readonly EventOutcome[];
}
export interface EventQuery extends PageRequest {
  readonly account: string;
  readonly product?: string | undefined;
  readonly level?: Level | undefined;
  readonly name?: string | undefined;
  readonly resourceId?: string | undefined;
  /** Stored at or after, wall clock ms. */
  readonly since?: number | undefined;
}

/** A live alert, and who knows about it as it is. */
export interface AlertRow extends Alert {
  readonly acknowledged: Acknowledgement | null;
}

export interface SilenceQuery extends PageRequest {
  readonly account: string;
  readonly state?: SilenceState | undefined;
  /** Wall clock, ms: what the state goes by. */
  readonly now: number;
}

export type ChangeKind = 'alert' | 'rule' | 'silence' | 'delivery';
export interface ChangeItem {
  /** Null: it may be anybody's. */
  readonly account: string | null;
  readonly kind: ChangeKind;
  /** Null: one or more of the kind, whichever. */
  readonly id: string | null;
}
export interface StoreChanges {
  /** To go on from. Opaque; also after a restart of the process. */
  readonly mark: string;
  readonly items: readonly ChangeItem[];
}

/** Reads for screens and API: separate from the writers, on read-only connections, one query each. */
export interface StoreReader {
  alerts(query: AlertQuery): Promise<Page<AlertRow>>;
  alert(account: string, alertId: string): Promise<AlertRow | null>;
  transitions(query: TransitionQuery): Promise<Page<TransitionRow>>;
  deliveries(query: DeliveryQuery): Promise<Page<DeliveryRow>>;
  delivery(account: string, deliveryId: string): Promise<DeliveryDetail | null>;
  /** Every endpoint of the account's deliveries, in order; at most so many. */
  endpoints(account: string, limit: number): Promise<EndpointRow[]>;
  /** What waits for each endpoint of the account; of the {@link QUEUE_COUNTED_MAX} that wait longest. */
  queues(account: string): Promise<EndpointQueue[]>;
  events(query: EventQuery): Promise<Page<EventRow>>;
  event(account: string, eventId: string): Promise<EventDetail | null>;
  /** Those that end last come first. */
  silences(query: SilenceQuery): Promise<Page<StoredSilence>>;
  silence(account: string, silenceId: string): Promise<StoredSilence | null>;
  /** What was written since a mark, told coarsely and at a cost that does not grow; nothing for null, which begins. */
  changes(mark: string | null): Promise<StoreChanges>;
}
