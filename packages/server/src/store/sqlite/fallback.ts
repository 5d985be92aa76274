import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { NotificationIntent } from '@cloudbell/core/alert/effect.ts';
import type { ContactsOf } from '@cloudbell/core/notify/contact.ts';
import type { ChannelName } from '@cloudbell/core/notify/delivery.ts';
import { expandFallback } from '@cloudbell/core/notify/expand.ts';
import { alertMessage, type MessageBody, readMessageBody } from '@cloudbell/core/notify/message-body.ts';
import type { AlertLevel, Rule } from '@cloudbell/core/rule/rule.ts';
import { sha256Hex } from '../../base/digest.ts';
import type { Lanes } from './lanes.ts';

const SQL = {
  failed: `SELECT delivery_id, channel, endpoint, deliveries.alert_id, deliveries.account, deliveries.rule_id, body,
      trigger_level, deliveries.transition_key, rule_version, dimensions, instance_name, notification
    FROM deliveries JOIN transitions USING (transition_key) WHERE delivery_key = ?`,
  rule: 'SELECT body FROM rule_versions WHERE account = ? AND rule_id = ? AND version = ?',
} as const;

interface FailedRow {
  readonly delivery_id: string;
  readonly channel: ChannelName;
  readonly endpoint: string;
  readonly alert_id: string;
  readonly account: string;
  readonly rule_id: string;
  readonly body: Uint8Array;
  readonly trigger_level: AlertLevel;
  readonly transition_key: number;
  readonly rule_version: number;
  readonly dimensions: string;
  readonly instance_name: string | null;
  readonly notification: string | null;
}

/**
 * Hands what an endpoint did not take to the contacts of the fallback group, within the transaction of the verdict: there
 * is no exhausted delivery without it. Ids are hashes of the failed delivery's, so one that is replayed and exhausted
 * again tells nobody twice.
 */
export class Fallback {
  readonly #lanes: Lanes;
  readonly #group: string;
  readonly #contactsOf: ContactsOf;
  readonly #failed: StatementSync;
  readonly #rule: StatementSync;

  constructor(db: DatabaseSync, lanes: Lanes, options: { readonly group: string; readonly contactsOf: ContactsOf }) {
    this.#lanes = lanes;
    this.#group = options.group;
    this.#contactsOf = options.contactsOf;
    this.#failed = db.prepare(SQL.failed);
    this.#rule = db.prepare(SQL.rule);
  }

  /** `now`: wall clock, ms. */
  exhausted(deliveryKey: number, error: string | null, now: number): void {
    const row = this.#failed.get(deliveryKey) as unknown as FailedRow;
    const message = this.#messageOf(row);
    if (message === null) return;
    const { account, rule_id: ruleId, alert_id: alertId, trigger_level: triggerLevel, channel, endpoint } = row;
    const failed = { deliveryId: row.delivery_id, channel, endpoint, alertId, message, error };
    const drafts = expandFallback(failed, this.#contactsOf(account, [this.#group]), { digest: sha256Hex });
    const transitionKey = row.transition_key;
    const common = { transitionKey, account, ruleId, alertId, triggerLevel, createdAt: now };
    this.#lanes.insert(
      drafts.map((draft) => ({ ...draft, ...common })),
      null,
    );
  }

  /** A callback's bytes are for programs: what it says is put in words from what caused it. */
  #messageOf(row: FailedRow): MessageBody | null {
    if (row.channel !== 'callback') return readMessageBody(row.body);
    const stored = this.#rule.get(row.account, row.rule_id, row.rule_version)?.body as string | null | undefined;
    if (stored == null || row.notification === null) return null;
    const rule = JSON.parse(stored) as Rule;
    const intent = { ...(JSON.parse(row.notification) as Omit<NotificationIntent, 'rule'>), rule };
    const { namespace, metricName } = rule;
    const dimensions = JSON.parse(row.dimensions) as Readonly<Record<string, string>>;
    const about = { alertId: row.alert_id, ruleId: row.rule_id, instanceName: row.instance_name };
    return alertMessage({ ...about, namespace, metricName, dimensions }, intent);
  }
}
