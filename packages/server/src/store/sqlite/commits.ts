import { ok as assert } from 'node:assert';
import type { StatementSync } from 'node:sqlite';
import type { Alert } from '@cloudbell/core/alert/alert.ts';
import type { AlertEffect, NotificationIntent } from '@cloudbell/core/alert/effect.ts';
import type { AcknowledgeRecord, RuleRecord, ZoneRecord } from '@cloudbell/core/alert/log-record.ts';
import type { Silence } from '@cloudbell/core/alert/silence.ts';
import type { ContactsOf } from '@cloudbell/core/notify/contact.ts';
import type { DeliveryDraft } from '@cloudbell/core/notify/delivery.ts';
import type { CallbackSettings } from '@cloudbell/core/notify/endpoint-settings.ts';
import type { Rule } from '@cloudbell/core/rule/rule.ts';
import { CloudbellError } from '../../base/errors.ts';
import type {
  CommitRequest,
  CommitStore,
  Expand,
  ExpansionBook,
  PartitionClaim,
  PositionedEffect,
} from '../../ports/commit-store.ts';
import { acknowledgeRecordOf, type StandingRow } from './acknowledgements.ts';
import type { BornClaims } from './born-claims.ts';
import type { Lanes, NewDelivery, Queued } from './lanes.ts';
import { remembered } from './remembered.ts';
import { RULES_SQL } from './rules-sql.ts';
import { ACKNOWLEDGEMENTS_SQL, SILENCES_SQL } from './silences-sql.ts';
import type { WriteQueue } from './write-queue.ts';

export interface CommitOptions {
  /** Makes notification ids unique to this store and this life of it; see {@link ./store.ts}. */
  readonly generation: string;
  readonly expand: Expand;
  /** Reads on the connection that commits. */
  readonly contactsOf: ContactsOf;
  /** Likewise; `now` is wall clock, ms. */
  readonly callbackSettingsOf: (endpoint: string, now: number) => CallbackSettings | null;
  /** Told of what a commit has claimed for the courier. */
  readonly born: BornClaims;
  /** Called after a commit that made deliveries, with their number: wakes the courier. */
  readonly onDeliveries?: ((count: number) => void) | undefined;
}

interface Step extends PositionedEffect {
  readonly transitionId: string;
  readonly drafts: readonly DeliveryDraft[];
}

export class SqliteCommits implements CommitStore {
  readonly #queue: WriteQueue;
  readonly #lanes: Lanes;
  readonly #options: CommitOptions;
  readonly #claim: StatementSync;
  readonly #advance: StatementSync;
  readonly #upsertAlert: StatementSync;
  readonly #deleteAlert: StatementSync;
  readonly #insertTransition: StatementSync;
  readonly #liveAlerts: StatementSync;
  readonly #rules: StatementSync;
  readonly #zones: StatementSync;

  constructor(queue: WriteQueue, lanes: Lanes, options: CommitOptions) {
    const { db } = queue;
    this.#queue = queue;
    this.#lanes = lanes;
    this.#options = options;
    this.#claim = db.prepare(
      `INSERT INTO fold_positions (partition, epoch, position) VALUES (?, 1, 0)
       ON CONFLICT (partition) DO UPDATE SET epoch = epoch + 1
       RETURNING epoch, position`,
    );
    // A position may be beyond what a JavaScript number holds.
    this.#claim.setReadBigInts(true);
    this.#advance = db.prepare(
      'UPDATE fold_positions SET position = :to WHERE partition = :partition AND epoch = :epoch AND position = :from',
    );
    this.#upsertAlert = db.prepare(
      `INSERT INTO alerts (alert_id, account, rule_id, state, since, body) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (alert_id) DO UPDATE SET state = excluded.state, since = excluded.since, body = excluded.body`,
    );
    this.#deleteAlert = db.prepare('DELETE FROM alerts WHERE alert_id = ?');
    this.#insertTransition = db.prepare(
      `INSERT INTO transitions (
         transition_id, account, rule_id, alert_id, rule_version, dimensions, instance_name,
         transition, notification, suppressed, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#liveAlerts = db.prepare('SELECT body FROM alerts');
    this.#rules = db.prepare('SELECT body FROM rules ORDER BY account, rule_id');
    this.#zones = db.prepare(RULES_SQL.zones);
  }

  claimPartition(partition: number): Promise<PartitionClaim> {
    return this.#queue.write(() => {
      const row = this.#claim.get(partition) as { epoch: bigint; position: bigint } | undefined;
      assert(row !== undefined);
      return { epoch: Number(row.epoch), position: row.position };
    });
  }

  async commit(request: CommitRequest): Promise<{ readonly deliveries: number }> {
    const { made, born } = await this.#queue.write(() => this.#commit(request));
    this.#options.born.handOver(born);
    if (made > 0) this.#options.onDeliveries?.(made);
    return { deliveries: made };
  }

  async liveAlerts(): Promise<Alert[]> {
    return this.#liveAlerts.all().map((row) => JSON.parse(row.body as string) as Alert);
  }

  async ruleRecords(): Promise<RuleRecord[]> {
    return this.#rules.all().map((row) => {
      const rule = JSON.parse(row.body as string) as Rule;
      const { account, ruleId, version } = rule;
      return { kind: 'rule', account, ruleId, version, rule, closeNotify: false };
    });
  }

  async zoneRecords(): Promise<ZoneRecord[]> {
    return this.#zones.all().map(({ account, zone }) => ({
      kind: 'zone',
      account: account as string,
      timeZone: zone as string,
    }));
  }

  async silences(endAfter: number): Promise<Silence[]> {
    const rows = this.#queue.db.prepare(SILENCES_SQL.endedAfter).all(endAfter);
    return rows.map((row) => JSON.parse(row.body as string) as Silence);
  }

  async acknowledgeRecords(): Promise<AcknowledgeRecord[]> {
    const rows = this.#queue.db.prepare(ACKNOWLEDGEMENTS_SQL.standing).all();
    return rows.map((row) => acknowledgeRecordOf(row as unknown as StandingRow));
  }

  #commit({ partition, epoch, from, to, effects, now }: CommitRequest): Queued {
    assert(to > from || (to === from && effects.length === 0), 'a commit moves the position on');
    if (this.#advance.run({ partition, epoch, from, to }).changes !== 1) throw staleOwner(partition, epoch, from);
    const bookOf = remembering(this.#options, now);
    const deliveries: NewDelivery[] = [];
    for (const each of effects) {
      const step = this.#expanded(partition, each, bookOf);
      this.#writeAlert(step.effect);
      const transitionKey = this.#writeTransition(step, now);
      for (const draft of step.drafts) deliveries.push(deliveryOf(step.effect, draft, { transitionKey, now }));
    }
    return this.#lanes.insert(deliveries, this.#options.born.room());
  }

  #expanded(partition: number, { position, effect }: PositionedEffect, bookOf: BookOf): Step {
    const transitionId = `${partition}-${position}-${effect.index}`;
    const { alert, notification: intent } = effect;
    if (intent === null) return { position, effect, transitionId, drafts: [] };
    const notificationId = `${this.#options.generation}-${transitionId}`;
    const drafts = this.#options.expand({ notificationId, alert, intent }, bookOf(alert.account));
    return { position, effect, transitionId, drafts };
  }

  #writeAlert({ alert, ended }: AlertEffect): void {
    if (ended) {
      this.#deleteAlert.run(alert.alertId);
      return;
    }
    const { alertId, account, ruleId, state, since } = alert;
    this.#upsertAlert.run(alertId, account, ruleId, state, Math.trunc(since), JSON.stringify(alert));
  }

  #writeTransition({ effect, transitionId, drafts }: Step, now: number): number | bigint {
    const { alert, transition, notification } = effect;
    const unheard = notification !== null && drafts.length === 0;
    return this.#insertTransition.run(
      transitionId,
      alert.account,
      alert.ruleId,
      alert.alertId,
      transition?.ruleVersion ?? alert.ruleVersion,
      JSON.stringify(alert.dimensions),
      alert.instanceName,
      jsonOrNull(transition),
      jsonOrNull(notification === null ? null : withoutRule(notification)),
      effect.suppressed ?? (unheard ? 'no_endpoint' : null),
      now,
    ).lastInsertRowid;
  }
}

function deliveryOf(
  { alert, notification }: AlertEffect,
  draft: DeliveryDraft,
  at: { readonly transitionKey: number | bigint; readonly now: number },
): NewDelivery {
  assert(notification !== null);
  const { account, ruleId, alertId } = alert;
  const { triggerLevel } = notification;
  return { ...draft, transitionKey: at.transitionKey, account, ruleId, alertId, triggerLevel, createdAt: at.now };
}

type BookOf = (account: string) => ExpansionBook;

/** Many alerts of one rule fall due in one commit: their contacts and the settings of their callback are read once. */
function remembering(options: Pick<CommitOptions, 'contactsOf' | 'callbackSettingsOf'>, now: number): BookOf {
  const contacts = new Map<string, ReturnType<ContactsOf>>();
  const settings = new Map<string, CallbackSettings | null>();
  return (account) => ({
    contactsOf: (groups) =>
      remembered(contacts, JSON.stringify([account, groups]), () => options.contactsOf(account, groups)),
    callbackSettingsOf: (endpoint) => remembered(settings, endpoint, () => options.callbackSettingsOf(endpoint, now)),
  });
}

function withoutRule({ rule: _rule, ...rest }: NotificationIntent): Omit<NotificationIntent, 'rule'> {
  return rest;
}

function jsonOrNull(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

function staleOwner(partition: number, epoch: number, from: bigint): CloudbellError {
  return new CloudbellError('stale_owner', {
    message: `Partition ${partition} is no longer at position ${from} under epoch ${epoch}: another process has it now.`,
  });
}
