import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ClaimRequest, ClaimTogetherRequest } from '../../ports/outbox.ts';

/**
 * Which due deliveries a claim takes: oldest due first, no endpoint above its room.
 *
 * Usually the first few rows in order of due time are the answer. Where endpoints without room hold those places (a
 * dead endpoint with a long backlog), the scan gives up after a bounded number of rows and each endpoint is asked
 * for its oldest instead; the answer is the same, at the cost of two index seeks per endpoint that has work.
 */
const SCANNED_MIN = 1_024;
const SCANNED_PER_CLAIM = 4;

interface DueRow {
  readonly delivery_key: number;
  readonly endpoint: string;
  readonly due_at: number;
  readonly sequence: number;
}

export const CLAIM_SQL = {
  due: `SELECT delivery_key, endpoint, due_at, sequence FROM deliveries
        WHERE due_at <= :now ORDER BY due_at, sequence LIMIT :limit`,
  nextEndpoint: `SELECT endpoint FROM deliveries
        WHERE due_at IS NOT NULL AND endpoint > :after ORDER BY endpoint LIMIT 1`,
  dueOfEndpoint: `SELECT delivery_key, endpoint, due_at, sequence FROM deliveries
        WHERE endpoint = :endpoint AND due_at <= :now ORDER BY due_at, sequence LIMIT :limit`,
  laneOf: 'SELECT lane FROM deliveries WHERE delivery_key = ?',
  behind: `SELECT delivery_key FROM deliveries
        WHERE lane = :lane AND settled_at IS NULL ORDER BY sequence LIMIT :limit OFFSET 1`,
} as const;

export class DueSelection {
  readonly #due: StatementSync;
  readonly #nextEndpoint: StatementSync;
  readonly #dueOfEndpoint: StatementSync;
  readonly #laneOf: StatementSync;
  readonly #behind: StatementSync;

  constructor(db: DatabaseSync) {
    this.#due = db.prepare(CLAIM_SQL.due);
    this.#nextEndpoint = db.prepare(CLAIM_SQL.nextEndpoint);
    this.#dueOfEndpoint = db.prepare(CLAIM_SQL.dueOfEndpoint);
    this.#laneOf = db.prepare(CLAIM_SQL.laneOf);
    this.#behind = db.prepare(CLAIM_SQL.behind);
  }

  /** Keys of the deliveries to claim, in the order to claim them. */
  select(request: ClaimRequest): number[] {
    if (request.limit <= 0) return [];
    return this.#byDueTime(request) ?? this.#byEndpoint(request);
  }

  /** Keys for one attempt: every due head of the endpoint, then, while there is room, what waits behind them. */
  selectTogether({ now, endpoint, limit }: ClaimTogetherRequest): number[] {
    if (limit <= 0) return [];
    const heads = this.#dueOfEndpoint.all({ endpoint, now, limit }).map((row) => row.delivery_key as number);
    const keys = [...heads];
    for (const head of heads) {
      if (keys.length >= limit) break;
      const lane = this.#laneOf.get(head)?.lane as string;
      const behind = this.#behind.all({ lane, limit: limit - keys.length });
      keys.push(...behind.map((row) => row.delivery_key as number));
    }
    return keys;
  }

  /** Null when the rows it may look at did not decide. */
  #byDueTime(request: ClaimRequest): number[] | null {
    const scannedMax = Math.max(SCANNED_MIN, request.limit * SCANNED_PER_CLAIM);
    const taken = new Map<string, number>();
    const keys: number[] = [];
    let scanned = 0;
    for (const row of this.#due.iterate({ now: request.now, limit: scannedMax }) as Iterable<unknown>) {
      const { delivery_key, endpoint } = row as DueRow;
      scanned++;
      const count = taken.get(endpoint) ?? 0;
      if (count >= roomOf(request, endpoint)) continue;
      taken.set(endpoint, count + 1);
      keys.push(delivery_key);
      if (keys.length === request.limit) return keys;
    }
    return scanned < scannedMax ? keys : null;
  }

  #byEndpoint(request: ClaimRequest): number[] {
    const rows: DueRow[] = [];
    let endpoint = this.#endpointAfter('');
    while (endpoint !== null) {
      const limit = Math.min(roomOf(request, endpoint), request.limit);
      if (limit > 0)
        rows.push(...(this.#dueOfEndpoint.all({ endpoint, now: request.now, limit }) as unknown as DueRow[]));
      endpoint = this.#endpointAfter(endpoint);
    }
    rows.sort((a, b) => a.due_at - b.due_at || a.sequence - b.sequence);
    return rows.slice(0, request.limit).map((row) => row.delivery_key);
  }

  #endpointAfter(after: string): string | null {
    return (this.#nextEndpoint.get({ after })?.endpoint as string | undefined) ?? null;
  }
}

function roomOf(request: ClaimRequest, endpoint: string): number {
  return Object.hasOwn(request.room, endpoint) ? (request.room[endpoint] ?? 0) : request.defaultRoom;
}
