/** The statements of rules and of the log outbox, in one place for review and for the tests of query plans. */
export const RULES_SQL = {
  get: 'SELECT body, created_at, updated_at FROM rules WHERE account = ? AND rule_id = ?',
  list: `SELECT body, created_at, updated_at FROM rules
    WHERE account = :account AND rule_id > :after
      AND (:namespace IS NULL OR namespace = :namespace)
      AND (:metricName IS NULL OR metric_name = :metricName)
      AND (:search IS NULL OR instr(search_text, :search) > 0)
    ORDER BY rule_id LIMIT :limit`,
  lastVersion: 'SELECT max(version) AS version FROM rule_versions WHERE account = ? AND rule_id = ?',
  upsert: `INSERT INTO rules (account, rule_id, version, namespace, metric_name, search_text, body, created_at, updated_at)
    VALUES (:account, :ruleId, :version, :namespace, :metricName, :searchText, :body, :createdAt, :updatedAt)
    ON CONFLICT (account, rule_id) DO UPDATE SET version = excluded.version, namespace = excluded.namespace,
      metric_name = excluded.metric_name, search_text = excluded.search_text, body = excluded.body,
      updated_at = excluded.updated_at`,
  delete: 'DELETE FROM rules WHERE account = ? AND rule_id = ?',
  insertVersion: 'INSERT INTO rule_versions (account, rule_id, version, body, created_at) VALUES (?, ?, ?, ?, ?)',
  count: 'SELECT value FROM counters WHERE name = ?',
  addToCount: `INSERT INTO counters (name, value) VALUES (?, ?)
    ON CONFLICT (name) DO UPDATE SET value = value + excluded.value`,
  enqueue: 'INSERT INTO log_outbox (record) VALUES (?)',
  keepZone: `INSERT INTO settings (name, value) VALUES ('time_zone:' || ?, ?)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
  // ';' is the character after ':', so this is every name that begins with 'time_zone:'.
  zones: `SELECT substr(name, length('time_zone:') + 1) AS account, value AS zone FROM settings
    WHERE name > 'time_zone:' AND name < 'time_zone;' ORDER BY name`,
  pending: 'SELECT id, record FROM log_outbox ORDER BY id LIMIT ?',
  newest: 'SELECT max(id) AS id FROM log_outbox',
  settle: 'DELETE FROM log_outbox WHERE id <= ?',
} as const;
