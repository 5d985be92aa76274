/** The statements of silences and acknowledgements, in one place for review and for the tests of query plans. */
const COLUMNS = 'silence_key, ends_at, body, changed_by, created_at, updated_at';

export const SILENCES_SQL = {
  get: `SELECT ${COLUMNS} FROM silences WHERE account = ? AND silence_id = ?`,
  insert: `INSERT INTO silences (account, silence_id, starts_at, ends_at, body, changed_by, created_at, updated_at)
    VALUES (:account, :silenceId, :startsAt, :endsAt, :body, :changedBy, :now, :now)`,
  update: `UPDATE silences SET ends_at = :endsAt, body = :body, changed_by = :changedBy, updated_at = :now
    WHERE account = :account AND silence_id = :silenceId`,
  countOpen: 'SELECT count(*) AS count FROM silences WHERE account = ? AND ends_at > ?',
  countWrite: `UPDATE counters SET value = value + 1 WHERE name = 'silence_writes'`,
  endedAfter: 'SELECT body FROM silences WHERE ends_at > ? ORDER BY silence_key',
} as const;

export const ACKNOWLEDGEMENTS_SQL = {
  alert: 'SELECT body, since FROM alerts WHERE account = ? AND alert_id = ?',
  last: `SELECT withdrawn, who, note FROM acknowledgements WHERE alert_id = ? AND since = ?
    ORDER BY number DESC LIMIT 1`,
  insert: `INSERT INTO acknowledgements (account, alert_id, since, withdrawn, who, note, at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  /** The last word on each live alert as it is. */
  standing: `SELECT alerts.body AS body, number, withdrawn, who FROM acknowledgements
    JOIN alerts ON alerts.alert_id = acknowledgements.alert_id AND alerts.since = acknowledgements.since
    WHERE number = (SELECT max(later.number) FROM acknowledgements AS later
      WHERE later.alert_id = acknowledgements.alert_id AND later.since = acknowledgements.since)
    ORDER BY number`,
} as const;
