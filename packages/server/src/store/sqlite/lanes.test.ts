import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { ClaimedDelivery } from '@cloudbell/core/notify/delivery.ts';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  expandToWebhook,
  NOW,
  newCommitter,
  newEffect,
  newIntent,
  newRule,
} from '../../ports/store-fixtures.contract.ts';
import { waitsForLive } from './lanes.ts';
import { openSqliteStore, STORE_FILE, type Store } from './store.ts';

/**
 * `due_at` says which delivery is the claimable head of its lane, and a counter says how many are pending. Both are
 * kept by hand, so random lives of an outbox are led here and compared with what the rows themselves say.
 */
type Move = readonly [kind: 'add' | 'claim' | 'settle' | 'retry' | 'exhaust' | 'recover' | 'replay', pick: number];

const moves = fc.array(
  fc.tuple(
    fc.constantFrom('add', 'add', 'claim', 'claim', 'settle', 'retry', 'exhaust', 'recover', 'replay'),
    fc.nat(1000),
  ),
  { minLength: 5, maxLength: 60 },
) as fc.Arbitrary<Move[]>;

test('heads, claims and counts are right after whatever happens', async () => {
  await fc.assert(fc.asyncProperty(moves, lead), { numRuns: 25 });
});

async function lead(life: readonly Move[]): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'cloudbell-lanes-'));
  const store = openSqliteStore({
    expandEvent: () => [],
    dataDir,
    expand: expandToWebhook,
    limits: { rulesPerAccountMax: 10 },
  });
  const db = new DatabaseSync(join(dataDir, STORE_FILE), { readOnly: true });
  try {
    const commit = await newCommitter(store.commits);
    let inFlight: ClaimedDelivery[] = [];
    let now = NOW;
    for (const [kind, pick] of life) {
      now += pick % 3;
      if (kind === 'add') {
        const rule = { ...newRule('r1', { webhook: `http://h${pick % 2}.example/` }), version: 1 };
        await commit([newEffect(`a${pick % 3}`, { notification: newIntent({ rule }) })], now);
      } else if (kind === 'claim') {
        inFlight.push(...(await store.outbox.claim({ now, limit: 1 + (pick % 4), room: {}, defaultRoom: 3 })));
      } else if (kind === 'recover') {
        expect(await store.outbox.recover(now, { channels: { callback: 60_000 } })).toBe(inFlight.length);
        inFlight = [];
      } else if (kind === 'replay') {
        const ids = db.prepare('SELECT delivery_id AS id FROM deliveries ORDER BY delivery_key').all();
        const id = ids[pick % Math.max(1, ids.length)]?.id;
        if (typeof id === 'string') await store.outbox.replay(id, now);
      } else {
        const [one] = inFlight.splice(pick % Math.max(1, inFlight.length), 1);
        if (one !== undefined) await settle(store, one, { kind, now });
      }
      expect(await disagreements(db, store, now)).toEqual([]);
    }
  } finally {
    db.close();
    await store.close();
    rmSync(dataDir, { recursive: true });
  }
}

async function settle(store: Store, one: ClaimedDelivery, at: { kind: Move[0]; now: number }): Promise<void> {
  const state = at.kind === 'retry' ? 'pending' : at.kind === 'exhaust' ? 'exhausted' : 'delivered';
  const result = { startedAt: at.now, durationMs: 1, status: 500, error: null, answer: null, retryAfterMs: null };
  const nextAttemptAt = state === 'pending' ? at.now + 2 : null;
  const { deliveryId, attemptId } = one;
  await store.outbox.settle([
    { deliveryId, attemptId, state, nextAttemptAt, result: { ...result, outcome: 'status' } },
  ]);
}

async function disagreements(db: DatabaseSync, store: Store, now: number): Promise<unknown[]> {
  const isHead = `state = 'pending' AND NOT EXISTS (
    SELECT 1 FROM deliveries AS b WHERE b.lane = d.lane AND b.sequence < d.sequence AND b.settled_at IS NULL)`;
  // A replay that waits for what is live may have a time or be parked.
  const wrongHeads = db
    .prepare(
      `SELECT delivery_id, state, due_at FROM deliveries AS d
       WHERE (due_at IS NOT NULL) <> (${isHead}) AND NOT (${isHead} AND ${waitsForLive('d')})`,
    )
    .all();
  const overtakers = db
    .prepare(
      `SELECT d.delivery_id FROM deliveries AS d JOIN deliveries AS b
       ON b.lane = d.lane AND b.sequence < d.sequence AND b.settled_at IS NULL WHERE d.state = 'sending'`,
    )
    .all();
  const rows = db.prepare(`SELECT state, count(*) AS n FROM deliveries GROUP BY state`).all();
  const counted = (state: string) => Number(rows.find((row) => row.state === state)?.n ?? 0);
  const { pending, sending } = await store.outbox.status(now, []);
  const counts = pending === counted('pending') && sending === counted('sending') ? [] : [{ pending, sending, rows }];
  return [...wrongHeads, ...overtakers, ...counts];
}
