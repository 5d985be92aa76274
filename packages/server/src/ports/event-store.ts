import type { ReportedEvent } from '@cloudbell/core/event/event.ts';
import type { EventRule } from '@cloudbell/core/event/event-rule.ts';
import type { EventNotification } from '@cloudbell/core/event/expand-event.ts';
import type { DeliveryDraft } from '@cloudbell/core/notify/delivery.ts';
import type { VersionCondition } from './rule-store.ts';

/** An event rule as stored; times are wall clock ms. */
export interface StoredEventRule {
  readonly rule: EventRule;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export type EventRuleWrite =
  | { readonly outcome: 'created' | 'updated' | 'removed'; readonly stored: StoredEventRule }
  /** Equal to what is stored: no new version. */
  | { readonly outcome: 'unchanged'; readonly stored: StoredEventRule }
  | { readonly outcome: 'version_mismatch'; readonly current: number | null }
  | { readonly outcome: 'not_found' }
  | { readonly outcome: 'too_many_rules'; readonly limit: number };

export interface EventRuleQuery {
  readonly account: string;
  readonly limit: number;
  /** ruleId after which to go on; null for the first page. */
  readonly after: string | null;
  /** Part of ruleId or ruleName, any case. */
  readonly search?: string | undefined;
}

export interface RecordedEvents {
  /** In the order of the request. */
  readonly eventIds: readonly string[];
  /** Deliveries made, so that the courier can be woken. */
  readonly deliveries: number;
}

/** Called inside the transaction that stores the event: it must be quick and must not throw for bad data. */
export type ExpandEvent = (notification: EventNotification) => readonly DeliveryDraft[];

/** Events and the rules that forward them. */
export interface EventStore {
  /**
   * Stores events, and for each rule that matches one either its deliveries or the reason why there are none, all in
   * one transaction; resolves when that is durable. Rejects with `store_unavailable`; nothing is stored then.
   */
  record(account: string, events: readonly ReportedEvent[], now: number): Promise<RecordedEvents>;
  /** The version of a rule made again after it was removed goes on from its last one. */
  putRule(rule: Omit<EventRule, 'version'>, condition: VersionCondition, now: number): Promise<EventRuleWrite>;
  setRuleEnabled(
    rule: { readonly account: string; readonly ruleId: string; readonly enabled: boolean },
    condition: VersionCondition,
    now: number,
  ): Promise<EventRuleWrite>;
  /** Deliveries that are due already are still sent. */
  removeRule(
    rule: { readonly account: string; readonly ruleId: string },
    condition: VersionCondition,
    now: number,
  ): Promise<EventRuleWrite>;
  rule(account: string, ruleId: string): Promise<StoredEventRule | null>;
  /** In code unit order of ids. */
  rules(query: EventRuleQuery): Promise<StoredEventRule[]>;
}
