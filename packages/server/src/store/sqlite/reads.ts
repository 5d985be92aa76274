import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Alert, Transition } from '@cloudbell/core/alert/alert.ts';
import type { SuppressionReason } from '@cloudbell/core/alert/effect.ts';
import type { AttemptOutcome, ChannelName, DeliveryState } from '@cloudbell/core/notify/delivery.ts';
import type { AlertLevel } from '@cloudbell/core/rule/rule.ts';
import { decodeCursor, encodeCursor } from '../../base/cursor.ts';
import type { Acknowledgement } from '../../ports/acknowledgement-store.ts';
import type { StoredSilence } from '../../ports/silence-store.ts';
import {
  type AlertQuery,
  type AlertRow,
  type AttemptRow,
  type DeliveryDetail,
  type DeliveryQuery,
  type DeliveryRow,
  type EndpointQueue,
  type EndpointRow,
  type EventDetail,
  type EventQuery,
  type EventRow,
  type Page,
  QUEUE_COUNTED_MAX,
  type SilenceQuery,
  type StoreChanges,
  type StoreReader,
  type TransitionQuery,
  type TransitionRow,
} from '../../ports/store-reader.ts';
import { ChangeReader } from './changes.ts';
import {
  ENDPOINTS_SQL,
  type EndpointDbRow,
  endpointsFrom,
  endpointsOf,
  type QueueDbRow,
  queueFrom,
} from './endpoint-reads.ts';
import { type EventDbRow, eventOf, type OutcomeDbRow, outcomeOf } from './event-reads.ts';
import { EVENTS_SQL, eventsSql } from './events-sql.ts';
import { alertsSql, deliveriesSql, READS_SQL, transitionsSql } from './reads-sql.ts';
import { type SilenceDbRow, silenceOf, silencesSql } from './silence-reads.ts';
import { SILENCES_SQL } from './silences-sql.ts';

/** Screens and API read here, on a connection of their own that cannot write and never waits for the writer. */
export class SqliteReader implements StoreReader {
  readonly #db: DatabaseSync;
  readonly #changes: ChangeReader;
  /** By SQL text: a few dozen combinations of conditions. */
  readonly #statements = new Map<string, StatementSync>();

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#changes = new ChangeReader(db);
  }

  async alerts(query: AlertQuery): Promise<Page<AlertRow>> {
    const { account, state, ruleId, limit } = query;
    const rows = this.#all<AlertDbRow>(alertsSql(query), {
      account,
      state,
      ruleId,
      ...keysOf(query.cursor),
      limit: limit + 1,
    });
    return pageOf(rows, limit, { item: alertOf, key: (row) => [row.since, row.alert_key] });
  }

  async alert(account: string, alertId: string): Promise<AlertRow | null> {
    const row = this.#statement(READS_SQL.alert).get(account, alertId) as AlertDbRow | undefined;
    return row === undefined ? null : alertOf(row);
  }

  async transitions(query: TransitionQuery): Promise<Page<TransitionRow>> {
    const { account, alertId, ruleId, since, limit } = query;
    const named = { account, alertId, ruleId, since, ...keysOf(query.cursor), limit: limit + 1 };
    const rows = this.#all<TransitionDbRow>(transitionsSql(query), named);
    return pageOf(rows, limit, { item: transitionOf, key: (row) => [row.created_at, row.transition_key] });
  }

  async deliveries(query: DeliveryQuery): Promise<Page<DeliveryRow>> {
    const { account, state, ruleId, alertId, channel, since, until, limit } = query;
    const named = {
      account,
      state,
      ruleId,
      alertId,
      channel,
      since,
      until,
      ...endpointsOf(query),
      ...keysOf(query.cursor),
      limit: limit + 1,
    };
    const rows = this.#all<DeliveryDbRow>(deliveriesSql(query), named);
    return pageOf(rows, limit, { item: deliveryOf, key: (row) => [row.created_at, row.delivery_key] });
  }

  async delivery(account: string, deliveryId: string): Promise<DeliveryDetail | null> {
    const found = this.#statement(READS_SQL.delivery).get(account, deliveryId);
    if (found === undefined) return null;
    const row = found as unknown as DeliveryDbRow & { content_type: string; body: Uint8Array };
    const attempts = this.#statement(READS_SQL.attempts).all(row.delivery_key) as unknown as AttemptDbRow[];
    return {
      ...deliveryOf(row),
      contentType: row.content_type,
      body: new TextDecoder().decode(row.body),
      attempts: attempts.map(attemptOf),
    };
  }

  async endpoints(account: string, limit: number): Promise<EndpointRow[]> {
    const rows = this.#all<EndpointDbRow>(ENDPOINTS_SQL.list, { account, limit });
    return endpointsFrom(rows, await this.queues(account));
  }

  async queues(account: string): Promise<EndpointQueue[]> {
    return this.#all<QueueDbRow>(ENDPOINTS_SQL.queues, { account, limit: QUEUE_COUNTED_MAX }).map(queueFrom);
  }

  async events(query: EventQuery): Promise<Page<EventRow>> {
    const { cursor: text, limit, ...filters } = query;
    const named = { ...filters, ...keysOf(text), limit: limit + 1 };
    const rows = this.#all<EventDbRow>(eventsSql(query), named);
    return pageOf(rows, limit, { item: eventOf, key: (row) => [row.created_at, row.event_key] });
  }

  async event(account: string, eventId: string): Promise<EventDetail | null> {
    const row = this.#statement(EVENTS_SQL.event).get(account, eventId) as unknown as EventDbRow | undefined;
    if (row === undefined) return null;
    const outcomes = this.#statement(EVENTS_SQL.outcomes).all(row.event_key) as unknown as OutcomeDbRow[];
    return { ...eventOf(row), outcomes: outcomes.map(outcomeOf) };
  }

  async silences(query: SilenceQuery): Promise<Page<StoredSilence>> {
    const { account, state, now, limit } = query;
    const named = { account, now: state === undefined ? undefined : now, ...keysOf(query.cursor) };
    const rows = this.#all<SilenceDbRow>(silencesSql(query), { ...named, limit: limit + 1 });
    return pageOf(rows, limit, { item: silenceOf, key: (row) => [row.ends_at, row.silence_key] });
  }

  async silence(account: string, silenceId: string): Promise<StoredSilence | null> {
    const row = this.#statement(SILENCES_SQL.get).get(account, silenceId) as unknown as SilenceDbRow | undefined;
    return row === undefined ? null : silenceOf(row);
  }

  async changes(mark: string | null): Promise<StoreChanges> {
    return this.#changes.read(mark);
  }

  async close(): Promise<void> {
    if (this.#db.isOpen) this.#db.close();
  }

  #all<Row>(sql: string, named: Readonly<Record<string, SQLInputValue | undefined>>): Row[] {
    // A query binds the values of those conditions that it has.
    const bound = Object.entries(named).filter((entry): entry is [string, SQLInputValue] => entry[1] !== undefined);
    return this.#statement(sql).all(Object.fromEntries(bound)) as Row[];
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

interface AlertDbRow {
  readonly alert_key: number;
  readonly since: number;
  readonly body: string;
  readonly acknowledged: string | null;
}
interface TransitionDbRow {
  readonly transition_key: number;
  readonly transition_id: string;
  readonly alert_id: string;
  readonly rule_id: string;
  readonly rule_version: number;
  readonly dimensions: string;
  readonly instance_name: string | null;
  readonly transition: string | null;
  readonly notification: string | null;
  readonly suppressed: SuppressionReason | null;
  readonly created_at: number;
  readonly delivery_ids: string;
  readonly event: string | null;
}
interface DeliveryDbRow {
  readonly delivery_key: number;
  readonly delivery_id: string;
  readonly transition_id: string;
  readonly alert_id: string;
  readonly rule_id: string;
  readonly channel: ChannelName;
  readonly endpoint: string;
  readonly state: DeliveryState;
  readonly trigger_level: AlertLevel;
  readonly judged_attempts: number;
  readonly replay: number;
  readonly created_at: number;
  readonly settled_at: number | null;
  readonly due_at: number | null;
}
interface AttemptDbRow {
  readonly attempt_id: number;
  readonly started_at: number;
  readonly outcome: AttemptOutcome | null;
  readonly duration_ms: number | null;
  readonly status: number | null;
  readonly error: string | null;
  readonly answer: string | null;
  readonly number: number | null;
}

function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  of: { item: (row: Row) => Item; key: (row: Row) => Cursor },
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last !== undefined ? encodeCursor(of.key(last)) : null;
  return { items: shown.map(of.item), next };
}

/** Of the last row of the page before: its time and its key in the table. */
type Cursor = readonly [time: number, key: number];

const isCursor = (key: unknown): key is Cursor =>
  Array.isArray(key) && key.length === 2 && key.every(Number.isSafeInteger);

function keysOf(cursor: string | null): { time?: number; key?: number } {
  if (cursor === null) return {};
  const [time, key] = decodeCursor(cursor, isCursor);
  return { time, key };
}

function alertOf(row: AlertDbRow): AlertRow {
  return { ...(JSON.parse(row.body) as Alert), acknowledged: acknowledgementOf(row.acknowledged) };
}

function acknowledgementOf(text: string | null | undefined): Acknowledgement | null {
  if (typeof text !== 'string') return null;
  const { withdrawn, by, at, note } = JSON.parse(text) as Acknowledgement & { readonly withdrawn: number };
  return withdrawn === 1 ? null : { by, at, note };
}

function transitionOf(row: TransitionDbRow): TransitionRow {
  return {
    transitionId: row.transition_id,
    alertId: row.alert_id,
    ruleId: row.rule_id,
    dimensions: JSON.parse(row.dimensions) as Record<string, string>,
    instanceName: row.instance_name,
    transition: row.transition === null ? null : (JSON.parse(row.transition) as Transition),
    notification:
      row.notification === null ? null : (JSON.parse(row.notification) as NonNullable<TransitionRow['notification']>),
    event: typeof row.event === 'string' ? (JSON.parse(row.event) as TransitionRow['event']) : null,
    suppressed: row.suppressed,
    ruleVersion: row.rule_version,
    createdAt: row.created_at,
    deliveryIds: JSON.parse(row.delivery_ids) as string[],
  };
}

function deliveryOf(row: DeliveryDbRow): DeliveryRow {
  return {
    deliveryId: row.delivery_id,
    transitionId: row.transition_id,
    alertId: row.alert_id,
    ruleId: row.rule_id,
    channel: row.channel,
    endpoint: row.endpoint,
    state: row.state,
    triggerLevel: row.trigger_level,
    judgedAttempts: row.judged_attempts,
    replay: row.replay === 1,
    createdAt: row.created_at,
    settledAt: row.settled_at,
    nextAttemptAt: row.due_at,
  };
}

function attemptOf(row: AttemptDbRow): AttemptRow {
  return {
    attemptId: row.attempt_id,
    startedAt: row.started_at,
    outcome: row.outcome,
    durationMs: row.duration_ms,
    status: row.status,
    error: row.error,
    answer: row.answer,
    number: row.number,
  };
}
