import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PruneMark } from '../../ports/ledger.ts';
import { again, delivered } from '../../ports/outbox-bench.contract.ts';
import { expandToWebhook, NOW, newCommitter, newEffect } from '../../ports/store-fixtures.contract.ts';
import { openSqliteStore, STORE_FILE, type Store } from './store.ts';

// Goal: what is past its retention goes with everything that belongs to it, and nothing else does.

const DAY = 86_400_000;
let dataDir: string;
let store: Store;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'cloudbell-ledger-'));
  store = openSqliteStore({
    dataDir,
    expandEvent: () => [],
    expand: expandToWebhook,
    limits: { rulesPerAccountMax: 9 },
  });
});
afterEach(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true });
});

const effect = (alert: string) =>
  newEffect(alert, alert.startsWith('quiet') ? { notification: null, suppressed: 'silenced' } : {});

async function happened(alerts: readonly string[], at: number, end: 'delivered' | 'pending'): Promise<void> {
  await (await newCommitter(store.commits))(alerts.map(effect), at);
  await store.outbox.recover(at, { channels: {} });
  const claimed = await store.outbox.claim({ now: at, limit: 100, room: {}, defaultRoom: 100 });
  const settled = claimed.map((each) => (end === 'delivered' ? delivered(each) : again(each, 'status', at + 1)));
  await store.outbox.settle(settled.map((each) => ({ ...each, result: { ...each.result, startedAt: at } })));
}

async function pass(before: number, limit = 2): Promise<number> {
  let deleted = 0;
  let from: PruneMark | null = null;
  do {
    const done = await store.ledger.prune({ before, limit, from });
    deleted += done.deleted;
    from = done.next;
  } while (from !== null);
  return deleted;
}

function left(): Record<string, unknown[]> {
  const db = new DatabaseSync(join(dataDir, STORE_FILE), { readOnly: true });
  const column = (sql: string) =>
    db
      .prepare(sql)
      .all()
      .map((row) => Object.values(row)[0]);
  const found = {
    deliveries: column('SELECT alert_id FROM deliveries ORDER BY delivery_key'),
    attempts: column('SELECT count(*) FROM attempts'),
    transitions: column('SELECT alert_id FROM transitions ORDER BY transition_key'),
  };
  db.close();
  return found;
}

test('old deliveries go with their attempts and transitions, in bounded steps; newer ones stay', async () => {
  await happened(['a', 'b', 'quiet-1', 'c'], NOW, 'delivered');
  await happened(['d', 'quiet-2'], NOW + 2 * DAY, 'delivered');
  expect((await store.ledger.prune({ before: NOW + DAY, limit: 2, from: null })).deleted).toBe(2);
  expect(await pass(NOW + DAY)).toBe(1 + 4);
  expect(left()).toEqual({ deliveries: ['d'], attempts: [1], transitions: ['d', 'quiet-2'] });
  expect(await pass(NOW + DAY)).toBe(0);
});

test('what is on its way stays, however old, and so does its transition', async () => {
  await happened(['stuck'], NOW, 'pending');
  await happened(['a'], NOW - DAY, 'delivered');
  await happened(['new'], NOW + 9 * DAY, 'pending');
  await pass(NOW + 8 * DAY);
  expect(left()).toMatchObject({ transitions: ['stuck', 'new'], deliveries: ['stuck', 'new'] });
});

test('what became final only lately stays: a replay of an old one', async () => {
  await happened(['old', 'newest'], NOW, 'delivered');
  const db = new DatabaseSync(join(dataDir, STORE_FILE), { readOnly: true });
  const id = db.prepare("SELECT delivery_id AS id FROM deliveries WHERE alert_id = 'old'").get()?.id as string;
  db.close();
  await store.outbox.replay(id, NOW + 5 * DAY);
  const claimed = await store.outbox.claim({ now: NOW + 5 * DAY, limit: 9, room: {}, defaultRoom: 9 });
  const [settled] = claimed.map(delivered);
  await store.outbox.settle([{ ...settled!, result: { ...settled!.result, startedAt: NOW + 5 * DAY } }]);
  expect(await pass(NOW + DAY)).toBe(0);
});

test('the newest of all stays, so that its key is not given again', async () => {
  await happened(['a', 'b'], NOW, 'delivered');
  await pass(NOW + DAY);
  expect(left()).toMatchObject({ deliveries: ['b'], transitions: ['b'] });
});

test('everything that is left is whole', async () => {
  await happened(['a', 'quiet', 'b', 'c'], NOW, 'delivered');
  await pass(NOW + DAY);
  const db = new DatabaseSync(join(dataDir, STORE_FILE), { readOnly: true });
  expect(db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
  db.close();
});
