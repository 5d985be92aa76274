import type { LogRecord } from '@cloudbell/core/alert/log-record.ts';
import type { Rule } from '@cloudbell/core/rule/rule.ts';

/** A rule as stored; times are wall clock ms. */
export interface StoredRule {
  readonly rule: Rule;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** The version a write requires: a number (If-Match), 'absent' (If-None-Match: *), or null for any. */
export type VersionCondition = number | 'absent' | null;

export type RuleWrite =
  /** `change` is the log outbox id to wait for. */
  | { readonly outcome: 'created' | 'updated' | 'removed'; readonly stored: StoredRule; readonly change: number }
  /**
   * Equal to what is stored: no new version (semantics.md, Alerts over time). The write may be the second try of one
   * that never got its answer, so `change` is the newest log outbox id, of any rule: what was stored is in the log
   * once that is. Null when nothing waits.
   */
  | { readonly outcome: 'unchanged'; readonly stored: StoredRule; readonly change: number | null }
  | { readonly outcome: 'version_mismatch'; readonly current: number | null }
  | { readonly outcome: 'not_found' }
  | { readonly outcome: 'too_many_rules'; readonly limit: number };

/** A change that must reach the log: written in the transaction that made it. */
export interface LogOutboxRow {
  readonly id: number;
  readonly record: LogRecord;
}

export interface RuleQuery {
  readonly account: string;
  readonly limit: number;
  /** ruleId after which to go on; null for the first page. */
  readonly after: string | null;
  readonly namespace?: string | undefined;
  readonly metricName?: string | undefined;
  /** Part of ruleId or ruleName, any case. */
  readonly search?: string | undefined;
}

/** What is done to a rule that is there. */
export interface RuleChange {
  readonly account: string;
  readonly ruleId: string;
  /** Whether the alerts that this ends are told. */
  readonly closeNotify: boolean;
  readonly condition: VersionCondition;
  /** Wall clock ms. */
  readonly now: number;
}

/** The truth for rules. Each write puts the new version and its log outbox row into one transaction. */
export interface RuleStore {
  put(rule: Omit<Rule, 'version'>, condition: VersionCondition, now: number): Promise<RuleWrite>;
  setEnabled(change: RuleChange & { readonly enabled: boolean }): Promise<RuleWrite>;
  remove(change: RuleChange): Promise<RuleWrite>;
  get(account: string, ruleId: string): Promise<StoredRule | null>;
  list(query: RuleQuery): Promise<StoredRule[]>;
  /** Any other record for the log (dismiss, zone), by the same durable road. Answers its outbox id. An account's last zone is kept. */
  enqueue(record: LogRecord): Promise<number>;
  /** Changes that are not known to be in the log yet, oldest first. */
  pendingChanges(limit: number): Promise<LogOutboxRow[]>;
  /** Forgets changes up to and including this id: they are in the log. */
  settleChanges(upToId: number): Promise<void>;
}
