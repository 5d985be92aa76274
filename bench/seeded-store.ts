import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * A stopped Cloudbell's store, filled with deliveries by SQL alone: `pending` ones that are due, and `settled` ones with two
 * attempts each, of which one in fifty is exhausted. Evenly over endpoints and 200 rules, 20 to an alert.
 */
export interface Seed {
  readonly pending: number;
  readonly settled: number;
  readonly endpoints: number;
  /** Each endpoint is a path below it. */
  readonly url: string;
  /** ms before now, of the first; the last is made now. Default a minute. */
  readonly spanMs?: number;
}

export function seedDeliveries(folder: string, { pending, settled, endpoints, url, spanMs = 60_000 }: Seed): void {
  const db = new DatabaseSync(join(folder, 'store.db'));
  db.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -500000; PRAGMA temp_store = MEMORY');
  const now = Date.now();
  const count = pending + settled;
  const account = '1000000000000001';
  const body = `alertName=bench&${'x'.repeat(480)}`;
  db.exec('BEGIN');
  const series = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)`;
  const common = { count, now, spanMs };
  const at = `:now - :spanMs + CAST(:spanMs * 1.0 * i / :count AS INTEGER)`;
  db.prepare(
    `${series} INSERT INTO transitions (transition_id, account, rule_id, alert_id, rule_version, dimensions, created_at)
     SELECT 'seed-' || i, :account, 'r' || (i / 20 % 200), 'alert-' || (i / 20), 1, '{}', ${at} FROM n`,
  ).run({ ...common, account });
  db.prepare(
    `${series} INSERT INTO deliveries (delivery_id, transition_key, account, rule_id, alert_id, channel, endpoint, lane,
       sequence, state, due_at, settled_at, judged_attempts, replay, trigger_level, created_at, content_type, body)
     SELECT 'msg_' || lower(hex(randomblob(16))), (SELECT min(transition_key) FROM transitions WHERE transition_id LIKE 'seed-%') + i - 1,
       :account, 'r' || (i / 20 % 200), 'alert-' || (i / 20), 'callback', :url || CAST(i % :endpoints AS INTEGER), 'lane-' || i,
       i, CASE WHEN i > :settled THEN 'pending' WHEN i % 50 = 0 THEN 'exhausted' ELSE 'delivered' END,
       CASE WHEN i > :settled THEN ${at} END, CASE WHEN i > :settled THEN NULL ELSE ${at} + 12 END,
       CASE WHEN i > :settled THEN 0 ELSE 2 END, 0, 'WARN', ${at},
       'application/x-www-form-urlencoded; charset=UTF-8', CAST(:body AS BLOB) FROM n`,
  ).run({ ...common, account, url, endpoints, settled, body });
  db.prepare(
    `INSERT INTO attempts (delivery_key, attempt_id, started_at, outcome, duration_ms, status, number)
     SELECT delivery_key, 2 * delivery_key + two, created_at + 6 * two, CASE two WHEN 0 THEN 'status' ELSE 'accepted' END, 5,
       CASE two WHEN 0 THEN 503 ELSE 200 END, two + 1
     FROM deliveries, (SELECT 0 AS two UNION ALL SELECT 1) WHERE settled_at IS NOT NULL`,
  ).run();
  db.prepare(`UPDATE counters SET value = :value WHERE name = 'pending'`).run({ value: pending });
  db.prepare(`UPDATE counters SET value = :value WHERE name IN ('sequence', 'attempt')`).run({ value: 3 * count + 1 });
  db.exec('COMMIT');
  db.close();
}
