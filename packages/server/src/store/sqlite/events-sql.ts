import type { EventQuery } from '../../ports/store-reader.ts';
import { page } from './reads-sql.ts';

/** The statements of events and event rules, in one place for review and for the tests of query plans. */
const EVENT_COLUMNS = `event_key, event_id, product, type, level, name, status, content, resource_id, instance_name,
    timestamp, created_at`;

export const EVENTS_SQL = {
  reserve: `UPDATE counters SET value = value + ? WHERE name = 'event' RETURNING value`,
  insert: `INSERT INTO events (event_key, event_id, account, product, type, level, name, status, content, resource_id,
      instance_name, timestamp, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  // A null finds the rules of every product.
  rulesOf: `SELECT body FROM event_rules WHERE account = :account AND enabled = 1 AND product IS :product
    ORDER BY rule_id`,
  lastNotified: `SELECT notified_at FROM event_notifications
    WHERE account = ? AND rule_id = ? AND resource = ? AND name = ?`,
  notified: `INSERT INTO event_notifications (account, rule_id, resource, name, notified_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (account, rule_id, resource, name) DO UPDATE SET notified_at = excluded.notified_at`,
  forget: 'DELETE FROM event_notifications WHERE account = ? AND rule_id = ?',
  insertTransition: `INSERT INTO transitions (transition_id, account, rule_id, alert_id, rule_version, dimensions,
      instance_name, suppressed, created_at, event_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  event: `SELECT ${EVENT_COLUMNS} FROM events WHERE account = ? AND event_id = ?`,
  outcomes: `SELECT transition_id, rule_id, rule_version, suppressed,
      (SELECT json_group_array(delivery_id ORDER BY delivery_key) FROM deliveries
       WHERE deliveries.transition_key = transitions.transition_key) AS delivery_ids
    FROM transitions WHERE event_key = ? ORDER BY transition_key`,
} as const;

export const EVENT_RULES_SQL = {
  get: 'SELECT body, created_at, updated_at FROM event_rules WHERE account = ? AND rule_id = ?',
  list: `SELECT body, created_at, updated_at FROM event_rules
    WHERE account = :account AND rule_id > :after AND (:search IS NULL OR instr(search_text, :search) > 0)
    ORDER BY rule_id LIMIT :limit`,
  lastVersion: 'SELECT max(version) AS version FROM event_rule_versions WHERE account = ? AND rule_id = ?',
  upsert: `INSERT INTO event_rules (account, rule_id, version, enabled, product, search_text, body, created_at, updated_at)
    VALUES (:account, :ruleId, :version, :enabled, :product, :searchText, :body, :createdAt, :updatedAt)
    ON CONFLICT (account, rule_id) DO UPDATE SET version = excluded.version, enabled = excluded.enabled,
      product = excluded.product, search_text = excluded.search_text, body = excluded.body,
      updated_at = excluded.updated_at`,
  delete: 'DELETE FROM event_rules WHERE account = ? AND rule_id = ?',
  insertVersion: 'INSERT INTO event_rule_versions (account, rule_id, version, body, created_at) VALUES (?, ?, ?, ?, ?)',
  count: 'SELECT count(*) AS count FROM event_rules WHERE account = ?',
} as const;

export function eventsSql(query: EventQuery): string {
  return page(`SELECT ${EVENT_COLUMNS} FROM events`, ['created_at', 'event_key'], {
    'account = :account': true,
    'product = :product': query.product !== undefined,
    'level = :level': query.level !== undefined,
    'name = :name': query.name !== undefined,
    'resource_id = :resourceId': query.resourceId !== undefined,
    'created_at >= :since': query.since !== undefined,
    '(created_at, event_key) < (:time, :key)': query.cursor !== null,
  });
}
