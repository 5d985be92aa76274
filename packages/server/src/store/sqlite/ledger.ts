import type { StatementSync } from 'node:sqlite';
import type { Ledger, PruneMark, PruneRequest } from '../../ports/ledger.ts';
import type { WriteQueue } from './write-queue.ts';

/**
 * Deleting in order of keys, which is the order of making. One call looks at `limit` rows of one table and deletes those
 * that may go, so that it costs the same whatever is stored; what it passes over is looked at again by the next pass.
 */
export class SqliteLedger implements Ledger {
  readonly #queue: WriteQueue;
  readonly #oldest: Readonly<Record<PruneMark['table'], StatementSync>>;
  readonly #deleteAttempts: StatementSync;
  readonly #deleteDelivery: StatementSync;
  readonly #deleteTransition: StatementSync;

  constructor(queue: WriteQueue) {
    const { db } = queue;
    this.#queue = queue;
    this.#oldest = { deliveries: db.prepare(LEDGER_SQL.deliveries), transitions: db.prepare(LEDGER_SQL.transitions) };
    this.#deleteAttempts = db.prepare(LEDGER_SQL.deleteAttempts);
    this.#deleteDelivery = db.prepare(LEDGER_SQL.deleteDelivery);
    this.#deleteTransition = db.prepare(LEDGER_SQL.deleteTransition);
  }

  prune({ before, limit, from }: PruneRequest): Promise<{ readonly deleted: number; readonly next: PruneMark | null }> {
    const { table, after } = from ?? { table: 'deliveries', after: 0 };
    return this.#queue.write(() => {
      const rows = this.#oldest[table].all({ after, before, limit }) as unknown as OldRow[];
      let deleted = 0;
      for (const { key, goes } of rows) if (goes === 1) deleted += this.#delete(table, key);
      const last = rows.at(-1);
      if (rows.length === limit && last !== undefined) return { deleted, next: { table, after: last.key } };
      return { deleted, next: table === 'deliveries' ? { table: 'transitions', after: 0 } : null };
    });
  }

  #delete(table: PruneMark['table'], key: number): number {
    if (table === 'transitions') return Number(this.#deleteTransition.run(key).changes);
    this.#deleteAttempts.run(key);
    return Number(this.#deleteDelivery.run(key).changes);
  }
}

interface OldRow {
  readonly key: number;
  readonly goes: number;
}

export const LEDGER_SQL = {
  deliveries: `SELECT delivery_key AS key, settled_at IS NOT NULL AND settled_at < :before AS goes FROM deliveries
      WHERE delivery_key > :after AND created_at < :before
        AND delivery_key < (SELECT max(delivery_key) FROM deliveries)
      ORDER BY delivery_key LIMIT :limit`,
  transitions: `SELECT transition_key AS key, NOT EXISTS (
        SELECT 1 FROM deliveries WHERE deliveries.transition_key = transitions.transition_key
      ) AS goes FROM transitions
      WHERE transition_key > :after AND created_at < :before
        AND transition_key < (SELECT max(transition_key) FROM transitions)
      ORDER BY transition_key LIMIT :limit`,
  deleteAttempts: 'DELETE FROM attempts WHERE delivery_key = ?',
  deleteDelivery: 'DELETE FROM deliveries WHERE delivery_key = ?',
  deleteTransition: 'DELETE FROM transitions WHERE transition_key = ?',
} as const;
