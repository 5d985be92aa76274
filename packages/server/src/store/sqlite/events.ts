import type { StatementSync } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import type { ReportedEvent } from '@cloudbell/core/event/event.ts';
import type { EventRule } from '@cloudbell/core/event/event-rule.ts';
import type {
  EventRuleQuery,
  EventRuleWrite,
  EventStore,
  RecordedEvents,
  StoredEventRule,
} from '../../ports/event-store.ts';
import type { VersionCondition } from '../../ports/rule-store.ts';
import type { EventRecorder } from './event-recorder.ts';
import { EVENT_RULES_SQL, EVENTS_SQL } from './events-sql.ts';
import type { WriteQueue } from './write-queue.ts';

interface RuleName {
  readonly account: string;
  readonly ruleId: string;
}

/** As with threshold rules, `event_rules` holds what is live and `event_rule_versions` all that ever was. */
export class SqliteEvents implements EventStore {
  readonly #queue: WriteQueue;
  readonly #recorder: EventRecorder;
  readonly #rulesPerAccountMax: number;
  readonly #get: StatementSync;
  readonly #list: StatementSync;
  readonly #lastVersion: StatementSync;
  readonly #upsert: StatementSync;
  readonly #delete: StatementSync;
  readonly #insertVersion: StatementSync;
  readonly #count: StatementSync;
  readonly #forget: StatementSync;

  constructor(queue: WriteQueue, recorder: EventRecorder, limits: { readonly rulesPerAccountMax: number }) {
    const { db } = queue;
    this.#queue = queue;
    this.#recorder = recorder;
    this.#rulesPerAccountMax = limits.rulesPerAccountMax;
    this.#get = db.prepare(EVENT_RULES_SQL.get);
    this.#list = db.prepare(EVENT_RULES_SQL.list);
    this.#lastVersion = db.prepare(EVENT_RULES_SQL.lastVersion);
    this.#upsert = db.prepare(EVENT_RULES_SQL.upsert);
    this.#delete = db.prepare(EVENT_RULES_SQL.delete);
    this.#insertVersion = db.prepare(EVENT_RULES_SQL.insertVersion);
    this.#count = db.prepare(EVENT_RULES_SQL.count);
    this.#forget = db.prepare(EVENTS_SQL.forget);
  }

  async record(account: string, events: readonly ReportedEvent[], now: number): Promise<RecordedEvents> {
    if (events.length === 0) return { eventIds: [], deliveries: 0 };
    return this.#queue.write(() => this.#recorder.record(account, events, { now }));
  }

  putRule(rule: Omit<EventRule, 'version'>, condition: VersionCondition, now: number): Promise<EventRuleWrite> {
    return this.#queue.write(() => {
      const stored = this.#stored(rule);
      if (!meets(stored, condition)) return mismatch(stored);
      const version = stored?.rule.version ?? this.#versionOf(rule);
      if (stored === null && this.#countOf(rule.account) >= this.#rulesPerAccountMax) {
        return { outcome: 'too_many_rules', limit: this.#rulesPerAccountMax };
      }
      if (stored !== null && isDeepStrictEqual({ ...rule, version }, stored.rule))
        return { outcome: 'unchanged', stored };
      const next = { rule: { ...rule, version: version + 1 }, createdAt: stored?.createdAt ?? now, updatedAt: now };
      this.#write(next);
      return { outcome: stored === null ? 'created' : 'updated', stored: next };
    });
  }

  setRuleEnabled(
    { enabled, ...name }: RuleName & { readonly enabled: boolean },
    condition: VersionCondition,
    now: number,
  ): Promise<EventRuleWrite> {
    return this.#queue.write(() => {
      const stored = this.#stored(name);
      if (stored === null) return { outcome: 'not_found' };
      if (!meets(stored, condition)) return mismatch(stored);
      if (stored.rule.enabled === enabled) return { outcome: 'unchanged', stored };
      const rule = { ...stored.rule, enabled, version: stored.rule.version + 1 };
      const next = { rule, createdAt: stored.createdAt, updatedAt: now };
      this.#write(next);
      return { outcome: 'updated', stored: next };
    });
  }

  removeRule(name: RuleName, condition: VersionCondition, now: number): Promise<EventRuleWrite> {
    return this.#queue.write(() => {
      const stored = this.#stored(name);
      if (stored === null) return { outcome: 'not_found' };
      if (!meets(stored, condition)) return mismatch(stored);
      const { account, ruleId } = name;
      const version = stored.rule.version + 1;
      this.#delete.run(account, ruleId);
      this.#insertVersion.run(account, ruleId, version, null, now);
      this.#forget.run(account, ruleId);
      // The rule as it was last, at the version that is its deletion.
      const removed = { rule: { ...stored.rule, version }, createdAt: stored.createdAt, updatedAt: now };
      return { outcome: 'removed', stored: removed };
    });
  }

  async rule(account: string, ruleId: string): Promise<StoredEventRule | null> {
    return this.#stored({ account, ruleId });
  }

  async rules({ account, limit, after, search }: EventRuleQuery): Promise<StoredEventRule[]> {
    const named = { account, limit, after: after ?? '', search: search?.toLowerCase() ?? null };
    return this.#list.all(named).map((row) => storedOf(row as unknown as RuleRow));
  }

  #write({ rule, createdAt, updatedAt }: StoredEventRule): void {
    const { account, ruleId, version, product } = rule;
    const body = JSON.stringify(rule);
    this.#upsert.run({
      account,
      ruleId,
      version,
      enabled: rule.enabled ? 1 : 0,
      product,
      searchText: `${ruleId}\n${rule.ruleName}`.toLowerCase(),
      body,
      createdAt,
      updatedAt,
    });
    this.#insertVersion.run(account, ruleId, version, body, updatedAt);
  }

  #stored({ account, ruleId }: RuleName): StoredEventRule | null {
    const row = this.#get.get(account, ruleId) as unknown as RuleRow | undefined;
    return row === undefined ? null : storedOf(row);
  }

  /** The last version a rule had, deletion included; 0 for one that never was. */
  #versionOf({ account, ruleId }: RuleName): number {
    return (this.#lastVersion.get(account, ruleId)?.version as number | null | undefined) ?? 0;
  }

  #countOf(account: string): number {
    return (this.#count.get(account)?.count as number | undefined) ?? 0;
  }
}

interface RuleRow {
  readonly body: string;
  readonly created_at: number;
  readonly updated_at: number;
}

function storedOf(row: RuleRow): StoredEventRule {
  return { rule: JSON.parse(row.body) as EventRule, createdAt: row.created_at, updatedAt: row.updated_at };
}

function meets(stored: StoredEventRule | null, condition: VersionCondition): boolean {
  if (condition === null) return true;
  return condition === 'absent' ? stored === null : stored?.rule.version === condition;
}

function mismatch(stored: StoredEventRule | null): EventRuleWrite {
  return { outcome: 'version_mismatch', current: stored?.rule.version ?? null };
}
