import type { AlertQuery, DeliveryQuery, TransitionQuery } from '../../ports/store-reader.ts';

/**
 * The list queries: a fixed choice of conditions, each with an index that gives the rows newest first already, so a
 * page costs what it shows and not what is stored. Values are always bound, never part of the text.
 */
const ALERTS = `SELECT alert_key, since, body,
    (SELECT json_object('withdrawn', withdrawn, 'by', who, 'at', at, 'note', note) FROM acknowledgements
     WHERE acknowledgements.alert_id = alerts.alert_id AND acknowledgements.since = alerts.since
     ORDER BY number DESC LIMIT 1) AS acknowledged
  FROM alerts`;
const TRANSITIONS = `SELECT transition_key, transition_id, alert_id, rule_id, rule_version, dimensions, instance_name,
    transition, notification, suppressed, created_at,
    (SELECT json_group_array(delivery_id ORDER BY delivery_key) FROM deliveries
     WHERE deliveries.transition_key = transitions.transition_key) AS delivery_ids,
    (SELECT json_object('eventId', event_id, 'product', product, 'type', type, 'level', level, 'name', name,
       'status', status) FROM events WHERE events.event_key = transitions.event_key) AS event
  FROM transitions`;
const DELIVERY_COLUMNS = `delivery_key, delivery_id,
    (SELECT transition_id FROM transitions WHERE transitions.transition_key = deliveries.transition_key) AS transition_id,
    alert_id, rule_id, channel, endpoint, state, trigger_level, judged_attempts, replay, created_at, settled_at, due_at`;

export const READS_SQL = {
  alert: `${ALERTS} WHERE account = ? AND alert_id = ?`,
  delivery: `SELECT ${DELIVERY_COLUMNS}, content_type, body FROM deliveries WHERE account = ? AND delivery_id = ?`,
  attempts: `SELECT attempt_id, started_at, outcome, duration_ms, status, error, answer, number
    FROM attempts WHERE delivery_key = ? ORDER BY attempt_id`,
} as const;

export function alertsSql(query: AlertQuery): string {
  return page(ALERTS, ['since', 'alert_key'], {
    'account = :account': true,
    'state = :state': query.state !== undefined,
    'rule_id = :ruleId': query.ruleId !== undefined,
    '(since, alert_key) < (:time, :key)': query.cursor !== null,
  });
}

export function transitionsSql(query: TransitionQuery): string {
  return page(TRANSITIONS, ['created_at', 'transition_key'], {
    'account = :account': true,
    'alert_id = :alertId': query.alertId !== undefined,
    'rule_id = :ruleId': query.ruleId !== undefined,
    'created_at >= :since': query.since !== undefined,
    '(created_at, transition_key) < (:time, :key)': query.cursor !== null,
  });
}

export function deliveriesSql(query: DeliveryQuery): string {
  const { state } = query;
  // An alert has few deliveries: they are found by its transitions and put in order, for an index of their own would cost
  // every delivery a page.
  const ofAlert = query.alertId === undefined ? '' : 'INDEXED BY deliveries_by_transition';
  return page(`SELECT ${DELIVERY_COLUMNS} FROM deliveries ${ofAlert}`, ['created_at', 'delivery_key'], {
    'account = :account': true,
    'state = :state': state !== undefined,
    // These two repeat the condition of a partial index, or the planner may not use it.
    'settled_at IS NULL': state === 'pending' || state === 'sending',
    "state IN ('exhausted', 'cancelled')": state === 'exhausted' || state === 'cancelled',
    'rule_id = :ruleId': query.ruleId !== undefined,
    'transition_key IN (SELECT transition_key FROM transitions WHERE account = :account AND alert_id = :alertId)':
      query.alertId !== undefined,
    'channel = :channel': query.channel !== undefined,
    'endpoint = :endpoint': query.endpoints?.length === 1,
    'endpoint IN (SELECT value FROM json_each(:endpoints))':
      query.endpoints !== undefined && query.endpoints.length !== 1,
    'created_at >= :since': query.since !== undefined,
    'created_at < :until': query.until !== undefined,
    '(created_at, delivery_key) < (:time, :key)': query.cursor !== null,
  });
}

/** `conditions` maps SQL to whether it applies. */
export function page(select: string, order: readonly string[], conditions: Readonly<Record<string, boolean>>): string {
  const where = Object.keys(conditions).filter((condition) => conditions[condition]);
  const by = order.map((column) => `${column} DESC`).join(', ');
  return `${select} WHERE ${where.join(' AND ')} ORDER BY ${by} LIMIT :limit`;
}
