import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ClaimedDelivery, DeliveryDraft } from '@cloudbell/core/notify/delivery.ts';
import type { AlertLevel } from '@cloudbell/core/rule/rule.ts';
import type { BornRoom } from './born-claims.ts';

/**
 * The queue inside the `deliveries` table. Within a lane (endpoint, alert) deliveries go out in order of `sequence`,
 * one at a time, so only the first unsettled one, the head, can ever be claimed. The columns say so directly:
 *
 * - `due_at` set       the head of its lane, pending, may be claimed from then on (wall clock ms);
 * - `due_at` null, pending   waits behind its lane's head; `promote` sets it when the head is settled;
 * - `sending`          the head, claimed; leaves by settling or recovery;
 * - `settled_at` set   final, out of the lane; comes back only by replay.
 *
 * Replays have a lane of their own beside the one they came from, so that nothing live waits for them. The head of it
 * is claimed only while nothing live is on its way; when its time comes before that, it is parked, `due_at` null, until
 * the live lane is empty.
 *
 * Thus finding due work is a range of one partial index, whatever is queued behind heads or in the past.
 */
export interface NewDelivery extends DeliveryDraft {
  readonly transitionKey: number | bigint;
  readonly account: string;
  readonly ruleId: string;
  readonly alertId: string;
  readonly triggerLevel: AlertLevel;
  /** Wall clock, ms: when it is due as well. */
  readonly createdAt: number;
}

type Counter = 'sequence' | 'attempt' | 'pending';

/** What a replay's lane has at its end. Sorts before any other continuation of a lane's name. */
const OF_REPLAYS = ' replay';

export class Lanes {
  readonly #isBusy: StatementSync;
  readonly #insert: StatementSync;
  readonly #beginAttempt: StatementSync;
  readonly #promote: StatementSync;
  readonly #requeue: StatementSync;
  readonly #count: StatementSync;

  constructor(db: DatabaseSync) {
    this.#isBusy = db.prepare(LANES_SQL.isBusy);
    this.#insert = db.prepare(LANES_SQL.insert);
    this.#beginAttempt = db.prepare(LANES_SQL.beginAttempt);
    this.#promote = db.prepare(LANES_SQL.promote);
    this.#requeue = db.prepare(LANES_SQL.requeue);
    this.#count = db.prepare('UPDATE counters SET value = value + ? WHERE name = ? RETURNING value');
  }

  /**
   * Queues deliveries, in this order; those that the courier has left room for are claimed. One whose id is known is passed
   * over.
   */
  insert(deliveries: readonly NewDelivery[], room: BornRoom | null): Queued {
    if (deliveries.length === 0) return { made: 0, born: [] };
    let sequence = this.add('sequence', deliveries.length) - deliveries.length;
    const started: { readonly key: number | bigint; readonly delivery: NewDelivery; readonly sequence: number }[] = [];
    let made = 0;
    for (const delivery of deliveries) {
      sequence++;
      const isFree = this.#isBusy.get(delivery.lane) === undefined;
      const isBorn = isFree && room?.has(delivery) === true;
      const { changes, lastInsertRowid: key } = this.#insertOne(delivery, { sequence, isFree, isBorn });
      if (changes !== 1) continue;
      made++;
      if (!isBorn) continue;
      room?.take(delivery);
      started.push({ key, delivery, sequence });
    }
    if (made > started.length) this.add('pending', made - started.length);
    if (started.length === 0) return { made, born: [] };
    const before = this.add('attempt', started.length) - started.length;
    const born = started.map(({ key, delivery, sequence }, index) => {
      const attemptId = before + index + 1;
      this.beginAttempt(key, attemptId, delivery.createdAt);
      return claimedOf(delivery, { sequence, attemptId });
    });
    return { made, born };
  }

  beginAttempt(key: number | bigint, attemptId: number, now: number): void {
    this.#beginAttempt.run(key, attemptId, now);
  }

  /**
   * After the head of a lane was settled: the next one becomes its head, due since it was made; after the last of them, the
   * first of its replays. Made later than now, the wall clock was set back since. A replay is due from now at the earliest:
   * its old time must not put it before live alerts.
   */
  promote(lane: string, now: number): void {
    this.#promote.run({ now, lane });
  }

  /** Queues a final delivery again, behind the replays of its lane; due then. False when it is not final. */
  requeue(deliveryId: string, dueAt: number): boolean {
    const sequence = this.add('sequence', 1);
    return this.#requeue.run({ deliveryId, sequence, dueAt }).changes === 1;
  }

  /** Adds to a counter within the transaction and answers its new value. */
  add(counter: Counter, amount: number): number {
    return Number(this.#count.get(amount, counter)?.value);
  }

  #insertOne(
    delivery: NewDelivery,
    { sequence, isFree, isBorn }: { readonly sequence: number; readonly isFree: boolean; readonly isBorn: boolean },
  ) {
    return this.#insert.run(
      delivery.deliveryId,
      delivery.transitionKey,
      delivery.account,
      delivery.ruleId,
      delivery.alertId,
      delivery.channel,
      delivery.endpoint,
      delivery.lane,
      sequence,
      delivery.triggerLevel,
      delivery.createdAt,
      delivery.contentType,
      delivery.body,
      isBorn ? 'sending' : 'pending',
      isFree && !isBorn ? delivery.createdAt : null,
    );
  }
}

export interface Queued {
  readonly made: number;
  readonly born: readonly ClaimedDelivery[];
}

function claimedOf(
  { deliveryId, channel, endpoint, lane, body, contentType, alertId, ruleId, triggerLevel, createdAt }: NewDelivery,
  at: { readonly sequence: number; readonly attemptId: number },
): ClaimedDelivery {
  const delivery = { deliveryId, channel, endpoint, lane, body, contentType, alertId, ruleId, triggerLevel, createdAt };
  return { ...delivery, ...at, judgedAttempts: 0, replay: false };
}

export const LANES_SQL = {
  isBusy: 'SELECT 1 FROM deliveries WHERE lane = ? AND settled_at IS NULL LIMIT 1',
  // Only a repeated id may be passed over; OR IGNORE would hide a broken row as well.
  // Values are bound by position throughout: by name, node:sqlite takes 5.9 µs for 16 of them instead of 1.1.
  insert: `INSERT INTO deliveries (
      delivery_id, transition_key, account, rule_id, alert_id, channel, endpoint, lane, sequence,
      trigger_level, created_at, content_type, body, state, due_at, judged_attempts, replay)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)
    ON CONFLICT (delivery_id) DO NOTHING`,
  beginAttempt: 'INSERT INTO attempts (delivery_key, attempt_id, started_at) VALUES (?, ?, ?)',
  promote: `UPDATE deliveries SET due_at = CASE WHEN replay = 1 THEN :now ELSE min(created_at, :now) END
    WHERE delivery_key = (
      SELECT delivery_key FROM deliveries
      WHERE lane >= :lane AND lane <= :lane || '${OF_REPLAYS}' AND settled_at IS NULL
      ORDER BY lane, sequence LIMIT 1
    ) AND state = 'pending' AND (due_at IS NULL OR (replay = 1 AND due_at < :now))`,
  requeue: `UPDATE deliveries AS replayed
    SET state = 'pending', settled_at = NULL, judged_attempts = 0, replay = 1, sequence = :sequence,
        lane = ${laneOfReplays('replayed')},
        due_at = CASE WHEN EXISTS (
          SELECT 1 FROM deliveries WHERE lane = ${laneOfReplays('replayed')} AND settled_at IS NULL
        ) THEN NULL ELSE :dueAt END
    WHERE delivery_id = :deliveryId AND settled_at IS NOT NULL`,
} as const;

/** Replayed twice, it is there already. */
function laneOfReplays(row: string): string {
  return `CASE WHEN ${row}.lane LIKE '%${OF_REPLAYS}' THEN ${row}.lane ELSE ${row}.lane || '${OF_REPLAYS}' END`;
}

/** Of a replay: that a live delivery of its alert is on its way. */
export function waitsForLive(row: string): string {
  return `${row}.replay = 1 AND EXISTS (SELECT 1 FROM deliveries AS live
      WHERE live.lane = substr(${row}.lane, 1, length(${row}.lane) - ${OF_REPLAYS.length}) AND live.settled_at IS NULL)`;
}
