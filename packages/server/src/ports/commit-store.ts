import type { Alert } from '@cloudbell/core/alert/alert.ts';
import type { AlertEffect, NotificationIntent } from '@cloudbell/core/alert/effect.ts';
import type { AcknowledgeRecord, Position, RuleRecord, ZoneRecord } from '@cloudbell/core/alert/log-record.ts';
import type { Silence } from '@cloudbell/core/alert/silence.ts';
import type { Contact } from '@cloudbell/core/notify/contact.ts';
import type { DeliveryDraft } from '@cloudbell/core/notify/delivery.ts';
import type { CallbackSettings } from '@cloudbell/core/notify/endpoint-settings.ts';

/** The right to commit for a partition; a newer claim fences an older one off. */
export interface PartitionClaim {
  readonly epoch: number;
  /** Committed fold position; 0n before the first commit. */
  readonly position: Position;
}

export interface CommitRequest {
  readonly partition: number;
  readonly epoch: number;
  /** Must equal the stored position, else the commit is refused with `stale_owner`. */
  readonly from: Position;
  readonly to: Position;
  /** Effects in order, each with the position of the entry that caused it. */
  readonly effects: readonly PositionedEffect[];
  /** Wall clock, ms: `createdAt` of what is written. */
  readonly now: number;
}

export interface PositionedEffect {
  readonly position: Position;
  readonly effect: AlertEffect;
}

/** A notification that is due, for the injected expansion to turn into deliveries. */
export interface Expansion {
  /** Names the notification for ever, across deployments and restored backups: `webhook-id` is a hash of it and the endpoint. */
  readonly notificationId: string;
  /** The alert after the step. */
  readonly alert: Alert;
  readonly intent: NotificationIntent;
}

/** What an expansion may look up, as the commit's transaction sees it. */
export interface ExpansionBook {
  /** The contacts of groups of the alert's account. */
  contactsOf(groups: readonly string[]): readonly Contact[];
  /** Null for a callback URL without settings of its own. */
  callbackSettingsOf(endpoint: string): CallbackSettings | null;
}

/**
 * Makes the deliveries of a notification; none when nobody is to be told. Called inside the commit's transaction:
 * it must be quick and must not throw for bad data.
 */
export type Expand = (expansion: Expansion, book: ExpansionBook) => readonly DeliveryDraft[];

/**
 * Where the fold's decisions become durable, in one transaction with the deliveries they cause and the fold's
 * position (transactional outbox): a replay after a crash can neither lose nor double a notification.
 */
export interface CommitStore {
  /** Raises the epoch: every older claim of the partition is stale from now on. */
  claimPartition(partition: number): Promise<PartitionClaim>;
  /**
   * Writes alerts, transitions, suppressions, and the deliveries that the injected expansion makes of each
   * notification; moves the position. All or nothing. Rejects with `stale_owner` or `store_unavailable`.
   * Resolves with the number of deliveries made, so that the courier can be woken.
   */
  commit(request: CommitRequest): Promise<{ readonly deliveries: number }>;
  /** Live alerts as committed: they win where a checkpoint cannot be read. */
  liveAlerts(): Promise<Alert[]>;
  /** The present version of every rule that is not deleted, as log records: they win likewise. */
  ruleRecords(): Promise<RuleRecord[]>;
  /** The zone last enqueued for every account, as log records: the log no longer says it once it is trimmed. */
  zoneRecords(): Promise<ZoneRecord[]>;
  /** The present version of every silence that ends after a time (event time, ms): likewise. */
  silences(endAfter: number): Promise<Silence[]>;
  /** The last word on each live alert as it is: likewise. */
  acknowledgeRecords(): Promise<AcknowledgeRecord[]>;
}
