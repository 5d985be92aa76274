import { ok as assert } from 'node:assert';
import type { StatementSync } from 'node:sqlite';
import type { AlertState } from '@cloudbell/core/alert/alert.ts';
import {
  type ChannelName,
  type ClaimedDelivery,
  type DeliveryState,
  UNJUDGED,
} from '@cloudbell/core/notify/delivery.ts';
import type { AlertLevel } from '@cloudbell/core/rule/rule.ts';
import type {
  BornRequest,
  ClaimRequest,
  ClaimTogetherRequest,
  FailingEndpoint,
  LongestWaits,
  Outbox,
  OutboxStatus,
  ReplayQuery,
  Settlement,
  Unsent,
} from '../../ports/outbox.ts';
import type { BornClaims } from './born-claims.ts';
import { DueSelection } from './claim.ts';
import type { FailingEndpoints } from './failing-endpoints.ts';
import type { Fallback } from './fallback.ts';
import { type Lanes, waitsForLive } from './lanes.ts';
import type { WriteQueue } from './write-queue.ts';

/** The courier's side of deliveries and their ledger of attempts; the states are told in {@link ./lanes.ts}. */
export class SqliteOutbox implements Outbox {
  readonly #queue: WriteQueue;
  readonly #failing: FailingEndpoints;
  readonly #fallback: Fallback | null;
  readonly #lanes: Lanes;
  readonly #born: BornClaims;
  readonly #due: DueSelection;
  readonly #startSending: StatementSync;
  readonly #park: StatementSync;
  readonly #endAttempt: StatementSync;
  readonly #forgetAttempt: StatementSync;
  readonly #find: StatementSync;
  readonly #settle: StatementSync;
  readonly #settlePending: StatementSync;
  readonly #inFlight: StatementSync;
  readonly #interrupt: StatementSync;
  readonly #release: StatementSync;
  readonly #pullForward: StatementSync;
  readonly #pullForwardNamed: StatementSync;
  readonly #nextDue: StatementSync;
  readonly #status: StatementSync;
  readonly #exhausted: StatementSync;
  readonly #hasten: StatementSync;
  readonly #alertState: StatementSync;

  /** `fallback` null: what an endpoint does not take goes nowhere else. */
  constructor(
    queue: WriteQueue,
    lanes: Lanes,
    beside: { readonly born: BornClaims; readonly failing: FailingEndpoints; readonly fallback: Fallback | null },
  ) {
    const { db } = queue;
    this.#queue = queue;
    this.#lanes = lanes;
    this.#born = beside.born;
    this.#failing = beside.failing;
    this.#fallback = beside.fallback;
    this.#due = new DueSelection(db);
    this.#startSending = db.prepare(OUTBOX_SQL.startSending);
    this.#park = db.prepare(OUTBOX_SQL.park);
    this.#endAttempt = db.prepare(OUTBOX_SQL.endAttempt);
    this.#forgetAttempt = db.prepare(OUTBOX_SQL.forgetAttempt);
    this.#find = db.prepare(OUTBOX_SQL.find);
    this.#settle = db.prepare(OUTBOX_SQL.settle);
    this.#settlePending = db.prepare(OUTBOX_SQL.settlePending);
    this.#inFlight = db.prepare(OUTBOX_SQL.inFlight);
    this.#interrupt = db.prepare(OUTBOX_SQL.interrupt);
    this.#release = db.prepare(OUTBOX_SQL.release);
    this.#pullForward = db.prepare(OUTBOX_SQL.pullForward);
    this.#pullForwardNamed = db.prepare(OUTBOX_SQL.pullForwardNamed);
    this.#nextDue = db.prepare(OUTBOX_SQL.nextDue);
    this.#status = db.prepare(OUTBOX_SQL.status);
    this.#exhausted = db.prepare(OUTBOX_SQL.exhausted);
    this.#hasten = db.prepare(OUTBOX_SQL.hasten);
    this.#alertState = db.prepare(OUTBOX_SQL.alertState);
  }

  recover(now: number, { channels, endpoints = {} }: LongestWaits): Promise<number> {
    return this.#queue.write(() => {
      const named = JSON.stringify(Object.keys(endpoints));
      for (const [channel, waitMs] of Object.entries(channels)) {
        this.#pullForward.run({ latest: Math.ceil(now + waitMs), channel, named });
      }
      for (const [endpoint, waitMs] of Object.entries(endpoints)) {
        this.#pullForwardNamed.run({ latest: Math.ceil(now + waitMs), endpoint });
      }
      const keys = this.#inFlight.all().map((row) => row.delivery_key as number);
      for (const key of keys) {
        this.#interrupt.run(key);
        this.#release.run(now, key);
      }
      if (keys.length > 0) this.#lanes.add('pending', keys.length);
      return keys.length;
    });
  }

  claim(request: ClaimRequest): Promise<ClaimedDelivery[]> {
    return this.#queue.write(() => {
      const rows = this.#startAll(this.#due.select(request));
      if (rows.length === 0) return [];
      const before = this.#lanes.add('attempt', rows.length) - rows.length;
      return rows.map((row, index) => this.#begin(row, before + index + 1, request.now));
    });
  }

  claimTogether(request: ClaimTogetherRequest): Promise<ClaimedDelivery[]> {
    return this.#queue.write(() => {
      const rows = this.#startAll(this.#due.selectTogether(request));
      if (rows.length === 0) return [];
      const attemptId = this.#lanes.add('attempt', 1);
      return rows.map((row) => this.#begin(row, attemptId, request.now)).sort((a, b) => a.sequence - b.sequence);
    });
  }

  claimBorn(request: BornRequest): Promise<ClaimedDelivery[]> {
    return this.#born.wait(request);
  }

  settle(settlements: readonly (Settlement | Unsent)[]): Promise<void> {
    return this.#queue.write(() => {
      let pending = 0;
      for (const settlement of settlements) if (this.#settleOne(settlement)) pending++;
      if (pending > 0) this.#lanes.add('pending', pending);
    });
  }

  failing(now: number): Promise<readonly FailingEndpoint[]> {
    return this.#queue.write(() => this.#failing.failing(now));
  }

  async nextDueAt(now: number): Promise<number | null> {
    return (this.#nextDue.get(now)?.due_at as number | null | undefined) ?? null;
  }

  replay(deliveryId: string, now: number): Promise<boolean> {
    return this.#queue.write(() => {
      const replayed = this.#lanes.requeue(deliveryId, now);
      if (replayed) this.#lanes.add('pending', 1);
      return replayed;
    });
  }

  replayExhausted(query: ReplayQuery): Promise<{ readonly replayed: number; readonly more: boolean }> {
    const { now, limit, everyMs, endpoints, ...filters } = query;
    const { account, ruleId = null, channel = null, since = 0, until = Number.MAX_SAFE_INTEGER } = filters;
    const named = { account, ruleId, channel, since, until, limit: limit + 1 };
    return this.#queue.write(() => {
      const found = this.#exhausted.all({
        ...named,
        endpoints: endpoints === undefined ? null : JSON.stringify(endpoints),
      });
      const replayed = found.slice(0, limit);
      for (const [at, row] of replayed.entries()) this.#lanes.requeue(row.delivery_id as string, now + at * everyMs);
      if (replayed.length > 0) this.#lanes.add('pending', replayed.length);
      return { replayed: replayed.length, more: found.length > limit };
    });
  }

  hasten(deliveryId: string, now: number): Promise<boolean> {
    return this.#queue.write(() => this.#hasten.run({ deliveryId, now }).changes === 1);
  }

  async status(now: number, failing: readonly string[]): Promise<OutboxStatus> {
    const row = this.#status.get({ now, failing: JSON.stringify(failing) }) as StatusRow | undefined;
    assert(row !== undefined);
    return { pending: row.pending, sending: row.sending, oldestDueAt: row.oldest, oldestHealthyDueAt: row.healthy };
  }

  /** Those of them that may be sent: a replay may have to wait for what is live. */
  #startAll(keys: readonly number[]): StartedRow[] {
    const rows: StartedRow[] = [];
    for (const key of keys) {
      const row = this.#startSending.get(key) as unknown as StartedRow | undefined;
      if (row === undefined) this.#park.run(key);
      else rows.push(row);
    }
    if (rows.length > 0) this.#lanes.add('pending', -rows.length);
    return rows;
  }

  #begin(row: StartedRow, attemptId: number, now: number): ClaimedDelivery {
    this.#lanes.beginAttempt(row.delivery_key, attemptId, now);
    return {
      deliveryId: row.delivery_id,
      channel: row.channel,
      endpoint: row.endpoint,
      lane: row.lane,
      body: row.body,
      contentType: row.content_type,
      sequence: row.sequence,
      alertId: row.alert_id,
      ruleId: row.rule_id,
      attemptId,
      judgedAttempts: row.judged_attempts,
      replay: row.replay === 1,
      triggerLevel: row.trigger_level,
      createdAt: row.created_at,
      ...(row.replay === 1 ? { alertStateNow: this.#stateOf(row.alert_id) } : {}),
    };
  }

  #stateOf(alertId: string): AlertState | 'ENDED' {
    return (this.#alertState.get(alertId)?.state as AlertState | undefined) ?? 'ENDED';
  }

  /**
   * True when the delivery is pending again. An attempt that has its result already (settled before, or recorded
   * interrupted by recovery) moves nothing: the delivery may be in another attempt by now.
   */
  #settleOne(settlement: Settlement | Unsent): boolean {
    const { deliveryId, attemptId, state, nextAttemptAt } = settlement;
    assert((state === 'pending') === (nextAttemptAt !== null), 'a pending delivery has a next attempt, no other has');
    const found = this.#find.get(deliveryId) as unknown as FoundRow | undefined;
    if (found === undefined) return false;
    if (settlement.result === null) return this.#undo(found, attemptId, settlement.nextAttemptAt);
    const { result, turn } = settlement;
    const judged = UNJUDGED.has(result.outcome) ? null : found.judged_attempts + 1;
    const ended = this.#endAttempt.run(
      result.outcome,
      Math.round(result.startedAt),
      result.durationMs,
      result.status,
      result.error,
      result.answer,
      judged,
      found.delivery_key,
      attemptId,
    );
    if (ended.changes !== 1) return false;
    const judgedAttempts = judged ?? found.judged_attempts;
    const endedAt = Math.round(result.startedAt + result.durationMs);
    if (turn != null) this.#failing.turned(found.delivery_key, { turn, error: result.error }, endedAt);
    if (nextAttemptAt !== null) {
      this.#settlePending.run(Math.ceil(nextAttemptAt), judgedAttempts, found.delivery_key);
      return true;
    }
    this.#settle.run(state, endedAt, judgedAttempts, found.delivery_key);
    this.#lanes.promote(found.lane, endedAt);
    if (state === 'exhausted') this.#fallback?.exhausted(found.delivery_key, result.error, endedAt);
    return false;
  }

  #undo(found: FoundRow, attemptId: number, dueAt: number): boolean {
    if (this.#forgetAttempt.run(found.delivery_key, attemptId).changes !== 1) return false;
    this.#settlePending.run(Math.ceil(dueAt), found.judged_attempts, found.delivery_key);
    return true;
  }
}

interface FoundRow {
  readonly delivery_key: number;
  readonly lane: string;
  readonly judged_attempts: number;
}

interface StatusRow {
  readonly pending: number;
  readonly sending: number;
  readonly oldest: number | null;
  readonly healthy: number | null;
}

interface StartedRow {
  readonly delivery_key: number;
  readonly delivery_id: string;
  readonly channel: ChannelName;
  readonly endpoint: string;
  readonly lane: string;
  readonly body: Uint8Array;
  readonly content_type: string;
  readonly sequence: number;
  readonly alert_id: string;
  readonly rule_id: string;
  readonly state: DeliveryState;
  readonly judged_attempts: number;
  readonly replay: number;
  readonly trigger_level: AlertLevel;
  readonly created_at: number;
}

/** A time for the head of a lane; null for what waits behind one. */
function headOnly(row: string): string {
  return `CASE WHEN EXISTS (SELECT 1 FROM deliveries AS before WHERE before.lane = ${row}.lane
      AND before.settled_at IS NULL AND before.sequence < ${row}.sequence) THEN NULL ELSE ? END`;
}

export const OUTBOX_SQL = {
  startSending: `UPDATE deliveries AS started SET state = 'sending', due_at = NULL
      WHERE delivery_key = ? AND NOT (${waitsForLive('started')})
      RETURNING delivery_key, delivery_id, channel, endpoint, lane, body, content_type, sequence, alert_id, rule_id, judged_attempts, replay,
      trigger_level, created_at`,
  /** Until the last of what it waits for is settled. */
  park: 'UPDATE deliveries SET due_at = NULL WHERE delivery_key = ?',
  endAttempt: `UPDATE attempts SET outcome = ?, started_at = ?, duration_ms = ?, status = ?, error = ?, answer = ?,
      number = ? WHERE delivery_key = ? AND attempt_id = ? AND outcome IS NULL`,
  forgetAttempt: 'DELETE FROM attempts WHERE delivery_key = ? AND attempt_id = ? AND outcome IS NULL',
  find: 'SELECT delivery_key, lane, judged_attempts FROM deliveries WHERE delivery_id = ?',
  settle: `UPDATE deliveries SET state = ?, due_at = NULL, settled_at = ?, judged_attempts = ? WHERE delivery_key = ?`,
  settlePending: `UPDATE deliveries AS settled SET state = 'pending', due_at = ${headOnly('settled')},
      judged_attempts = ? WHERE delivery_key = ?`,
  inFlight: `SELECT delivery_key FROM deliveries WHERE state = 'sending' ORDER BY sequence`,
  interrupt: `UPDATE attempts SET outcome = 'interrupted', error = 'Cloudbell stopped during this attempt.'
      WHERE delivery_key = ? AND outcome IS NULL`,
  release: `UPDATE deliveries AS released SET state = 'pending', due_at = ${headOnly('released')}
      WHERE delivery_key = ?`,
  pullForward: `UPDATE deliveries SET due_at = :latest WHERE due_at > :latest AND channel = :channel
      AND endpoint NOT IN (SELECT value FROM json_each(:named))`,
  pullForwardNamed: 'UPDATE deliveries SET due_at = :latest WHERE due_at > :latest AND endpoint = :endpoint',
  nextDue: 'SELECT min(due_at) AS due_at FROM deliveries WHERE due_at > ?',
  exhausted: `SELECT delivery_id FROM deliveries
      WHERE account = :account AND state = 'exhausted' AND state IN ('exhausted', 'cancelled')
        AND created_at >= :since AND created_at < :until
        AND (:ruleId IS NULL OR rule_id = :ruleId) AND (:channel IS NULL OR channel = :channel)
        AND (:endpoints IS NULL OR endpoint IN (SELECT value FROM json_each(:endpoints)))
      ORDER BY created_at, delivery_key LIMIT :limit`,
  hasten: `UPDATE deliveries SET due_at = :now WHERE delivery_id = :deliveryId AND due_at > :now`,
  alertState: 'SELECT state FROM alerts WHERE alert_id = ?',
  status: `SELECT
      (SELECT value FROM counters WHERE name = 'pending') AS pending,
      (SELECT count(*) FROM deliveries WHERE state = 'sending') AS sending,
      (SELECT min(due_at) FROM deliveries WHERE due_at <= :now) AS oldest,
      (SELECT due_at FROM (
         SELECT due_at, endpoint FROM deliveries WHERE due_at <= :now ORDER BY due_at LIMIT 10000
       ) WHERE endpoint NOT IN (SELECT value FROM json_each(:failing)) LIMIT 1) AS healthy`,
} as const;
