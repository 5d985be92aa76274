import { ok as assert } from 'node:assert';
import type { StatementSync } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import type { LogRecord, RuleRecord } from '@cloudbell/core/alert/log-record.ts';
import type { Rule } from '@cloudbell/core/rule/rule.ts';
import type {
  LogOutboxRow,
  RuleChange,
  RuleQuery,
  RuleStore,
  RuleWrite,
  StoredRule,
  VersionCondition,
} from '../../ports/rule-store.ts';
import { RULES_SQL } from './rules-sql.ts';
import type { WriteQueue } from './write-queue.ts';

/** `rules` holds what is live, `rule_versions` all that ever was; a deletion is a version without a body. */
export class SqliteRules implements RuleStore {
  readonly #queue: WriteQueue;
  readonly #rulesPerAccountMax: number;
  readonly #get: StatementSync;
  readonly #list: StatementSync;
  readonly #lastVersion: StatementSync;
  readonly #upsert: StatementSync;
  readonly #delete: StatementSync;
  readonly #insertVersion: StatementSync;
  readonly #count: StatementSync;
  readonly #addToCount: StatementSync;
  readonly #enqueue: StatementSync;
  readonly #keepZone: StatementSync;
  readonly #pending: StatementSync;
  readonly #newest: StatementSync;
  readonly #settle: StatementSync;

  constructor(queue: WriteQueue, limits: { readonly rulesPerAccountMax: number }) {
    const { db } = queue;
    this.#queue = queue;
    this.#rulesPerAccountMax = limits.rulesPerAccountMax;
    this.#get = db.prepare(RULES_SQL.get);
    this.#list = db.prepare(RULES_SQL.list);
    this.#lastVersion = db.prepare(RULES_SQL.lastVersion);
    this.#upsert = db.prepare(RULES_SQL.upsert);
    this.#delete = db.prepare(RULES_SQL.delete);
    this.#insertVersion = db.prepare(RULES_SQL.insertVersion);
    this.#count = db.prepare(RULES_SQL.count);
    this.#addToCount = db.prepare(RULES_SQL.addToCount);
    this.#enqueue = db.prepare(RULES_SQL.enqueue);
    this.#keepZone = db.prepare(RULES_SQL.keepZone);
    this.#pending = db.prepare(RULES_SQL.pending);
    this.#newest = db.prepare(RULES_SQL.newest);
    this.#settle = db.prepare(RULES_SQL.settle);
  }

  put(rule: Omit<Rule, 'version'>, condition: VersionCondition, now: number): Promise<RuleWrite> {
    return this.#queue.write(() => {
      const { account, ruleId } = rule;
      const stored = this.#stored(account, ruleId);
      if (!meets(stored, condition)) return mismatch(stored);
      const version = stored?.rule.version ?? this.#versionOf(account, ruleId);
      if (stored === null) {
        if (this.#countOf(account) >= this.#rulesPerAccountMax) {
          return { outcome: 'too_many_rules', limit: this.#rulesPerAccountMax };
        }
        this.#addToCount.run(`rules:${account}`, 1);
      } else if (isDeepStrictEqual(asStored({ ...rule, version }), stored.rule)) {
        return this.#unchanged(stored);
      }
      const next = {
        rule: asStored({ ...rule, version: version + 1 }),
        createdAt: stored?.createdAt ?? now,
        updatedAt: now,
      };
      const change = this.#write(next, false);
      return { outcome: stored === null ? 'created' : 'updated', stored: next, change };
    });
  }

  setEnabled(change: RuleChange & { readonly enabled: boolean }): Promise<RuleWrite> {
    const { account, ruleId, enabled, closeNotify, condition, now } = change;
    return this.#queue.write(() => {
      const stored = this.#stored(account, ruleId);
      if (stored === null) return { outcome: 'not_found' };
      if (!meets(stored, condition)) return mismatch(stored);
      if (stored.rule.enabled === enabled) return this.#unchanged(stored);
      const rule = { ...stored.rule, enabled, version: stored.rule.version + 1 };
      const next = { rule, createdAt: stored.createdAt, updatedAt: now };
      return { outcome: 'updated', stored: next, change: this.#write(next, closeNotify && !enabled) };
    });
  }

  remove({ account, ruleId, closeNotify, condition, now }: RuleChange): Promise<RuleWrite> {
    return this.#queue.write(() => {
      const stored = this.#stored(account, ruleId);
      if (stored === null) return { outcome: 'not_found' };
      if (!meets(stored, condition)) return mismatch(stored);
      const version = stored.rule.version + 1;
      this.#delete.run(account, ruleId);
      this.#addToCount.run(`rules:${account}`, -1);
      this.#insertVersion.run(account, ruleId, version, null, now);
      const change = this.#append({ kind: 'rule', account, ruleId, version, rule: null, closeNotify });
      // The rule as it was last, at the version that is its deletion.
      const removed = { rule: { ...stored.rule, version }, createdAt: stored.createdAt, updatedAt: now };
      return { outcome: 'removed', stored: removed, change };
    });
  }

  async get(account: string, ruleId: string): Promise<StoredRule | null> {
    return this.#stored(account, ruleId);
  }

  async list(query: RuleQuery): Promise<StoredRule[]> {
    const rows = this.#list.all({
      account: query.account,
      after: query.after ?? '',
      namespace: query.namespace ?? null,
      metricName: query.metricName ?? null,
      search: query.search?.toLowerCase() ?? null,
      limit: query.limit,
    });
    return rows.map((row) => storedOf(row as unknown as RuleRow));
  }

  enqueue(record: LogRecord): Promise<number> {
    assert(record.kind !== 'samples', 'samples do not go through the store');
    return this.#queue.write(() => {
      // Stored beside its change: a fold that is made anew asks the store, the log may not hold the record any more.
      if (record.kind === 'zone') this.#keepZone.run(record.account, record.timeZone);
      return this.#append(record);
    });
  }

  async pendingChanges(limit: number): Promise<LogOutboxRow[]> {
    const rows = this.#pending.all(limit) as unknown as { id: number; record: string }[];
    return rows.map(({ id, record }) => ({ id, record: JSON.parse(record) as LogRecord }));
  }

  settleChanges(upToId: number): Promise<void> {
    return this.#queue.write(() => {
      this.#settle.run(upToId);
    });
  }

  #write(next: StoredRule, closeNotify: boolean): number {
    const { rule, createdAt, updatedAt } = next;
    const { account, ruleId, version } = rule;
    const body = JSON.stringify(rule);
    this.#upsert.run({
      account,
      ruleId,
      version,
      namespace: rule.namespace,
      metricName: rule.metricName,
      searchText: `${ruleId}\n${rule.ruleName}`.toLowerCase(),
      body,
      createdAt,
      updatedAt,
    });
    this.#insertVersion.run(account, ruleId, version, body, updatedAt);
    return this.#append({ kind: 'rule', account, ruleId, version, rule, closeNotify } satisfies RuleRecord);
  }

  #unchanged(stored: StoredRule): RuleWrite {
    return { outcome: 'unchanged', stored, change: (this.#newest.get()?.id as number | null | undefined) ?? null };
  }

  #append(record: LogRecord): number {
    return Number(this.#enqueue.run(JSON.stringify(record)).lastInsertRowid);
  }

  #stored(account: string, ruleId: string): StoredRule | null {
    const row = this.#get.get(account, ruleId) as unknown as RuleRow | undefined;
    return row === undefined ? null : storedOf(row);
  }

  /** The last version a rule had, deletion included; 0 for one that never was. */
  #versionOf(account: string, ruleId: string): number {
    return (this.#lastVersion.get(account, ruleId)?.version as number | null | undefined) ?? 0;
  }

  #countOf(account: string): number {
    return (this.#count.get(`rules:${account}`)?.value as number | undefined) ?? 0;
  }
}

interface RuleRow {
  readonly body: string;
  readonly created_at: number;
  readonly updated_at: number;
}

function storedOf(row: RuleRow): StoredRule {
  return { rule: JSON.parse(row.body) as Rule, createdAt: row.created_at, updatedAt: row.updated_at };
}

/** A rule as it will read back: fields that are undefined are absent. */
function asStored(rule: Rule): Rule {
  return JSON.parse(JSON.stringify(rule)) as Rule;
}

function meets(stored: StoredRule | null, condition: VersionCondition): boolean {
  if (condition === null) return true;
  return condition === 'absent' ? stored === null : stored?.rule.version === condition;
}

function mismatch(stored: StoredRule | null): RuleWrite {
  return { outcome: 'version_mismatch', current: stored?.rule.version ?? null };
}
