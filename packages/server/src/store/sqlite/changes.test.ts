import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newSilence } from '../../ports/silence-store.contract.ts';
import {
  ACCOUNT,
  type Committer,
  expandToWebhook,
  NOW,
  newCommitter,
  newEffect,
  newRule,
} from '../../ports/store-fixtures.contract.ts';
import { type ClosableStoreReader, openSqliteReader, openSqliteStore, STORE_FILE, type Store } from './store.ts';

/** What the stream of changes is told, write by write. */
let dataDir: string;
let store: Store;
let reader: ClosableStoreReader;
let commit: Committer;
let mark: string;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'cloudbell-changes-'));
  store = openSqliteStore({
    expandEvent: () => [],
    dataDir,
    expand: expandToWebhook,
    limits: { rulesPerAccountMax: 100 },
  });
  reader = openSqliteReader({ path: join(dataDir, STORE_FILE) });
  commit = await newCommitter(store.commits);
  ({ mark } = await reader.changes(null));
});
afterEach(async () => {
  await reader.close();
  await store.close();
  rmSync(dataDir, { recursive: true });
});

/** What changed since it was asked last. */
async function told(): Promise<string[]> {
  const { items, mark: next } = await reader.changes(mark);
  mark = next;
  return items.map(({ kind, id }) => `${kind} ${id ?? '*'}`).sort();
}

test('nothing, while nothing is written', async () => {
  expect((await reader.changes(null)).items).toEqual([]);
  expect(await told()).toEqual([]);
  await store.identity.putSetting('a', 'b');
  expect(await told()).toEqual([]);
});

test('alerts and rules by their ids, with the account; deliveries as such', async () => {
  await store.rules.put(newRule('r1'), null, NOW);
  await store.rules.put(newRule('r1', { period: 30 }), null, NOW);
  expect((await reader.changes(mark)).items).toEqual([{ account: ACCOUNT, kind: 'rule', id: 'r1' }]);
  expect(await told()).toEqual(['rule r1']);
  await commit([newEffect('a1'), newEffect('a2', { notification: null, suppressed: 'silenced' })]);
  expect(await told()).toEqual(['alert a1', 'alert a2', 'delivery *']);
  await commit([newEffect('a2', { notification: null, suppressed: 'silenced' })]);
  expect(await told()).toEqual(['alert a2']);
  await store.rules.remove({ account: ACCOUNT, ruleId: 'r1', closeNotify: false, condition: null, now: NOW });
  expect(await told()).toEqual(['rule r1']);
});

test('silences and acknowledgements', async () => {
  await store.silences.create(newSilence('s1'), NOW);
  expect(await told()).toEqual(['silence *']);
  await store.silences.change({ account: ACCOUNT, silenceId: 's1', until: NOW + 1, why: null, by: 'admin' }, NOW);
  expect(await told()).toEqual(['silence *']);
  await commit([newEffect('a1', { notification: null, suppressed: 'silenced' })]);
  await told();
  await store.acknowledgements.acknowledge({ account: ACCOUNT, alertId: 'a1', by: 'admin', note: '' }, NOW);
  expect(await told()).toEqual(['alert a1']);
});

test('every step of a delivery: claimed, failed, claimed again, settled, replayed', async () => {
  await commit([newEffect('a1')]);
  await told();
  const claim = () => store.outbox.claim({ now: NOW + 1, limit: 1, room: {}, defaultRoom: 1 });
  const settle = async (state: 'pending' | 'delivered') => {
    const { deliveryId, attemptId } = claimed!;
    const result = {
      outcome: state === 'delivered' ? ('accepted' as const) : ('status' as const),
      startedAt: NOW,
      durationMs: 1,
      status: 200,
      error: null,
      answer: null,
      retryAfterMs: null,
    };
    await store.outbox.settle([
      { deliveryId, attemptId, result, state, nextAttemptAt: state === 'pending' ? NOW : null },
    ]);
  };
  let [claimed] = await claim();
  expect(await told()).toEqual(['delivery *']);
  await settle('pending');
  expect(await told()).toEqual(['delivery *']);
  [claimed] = await claim();
  await settle('delivered');
  expect(await told()).toEqual(['delivery *']);
  await store.outbox.replay(claimed!.deliveryId, NOW);
  expect(await told()).toEqual(['delivery *']);
  expect(await told()).toEqual([]);
});

test('more than a hundred at once are not told one by one', async () => {
  const silent = { notification: null, suppressed: 'silenced' as const };
  await commit(Array.from({ length: 100 }, (_, n) => newEffect(`a${n}`, silent)));
  expect(await told()).toHaveLength(100);
  await commit(Array.from({ length: 101 }, (_, n) => newEffect(`a${n}`, silent)));
  expect(await told()).toEqual(['alert *']);
});

test.each(['', 'rubbish', '1.2.3', '9.9.9.9.9.9.9', '0.0.0.0.0.0.0.0'])(
  'a mark %j of another store: everything',
  async (other) => {
    const { items, mark: next } = await reader.changes(other);
    expect(items.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      'alert null',
      'rule null',
      'silence null',
      'delivery null',
    ]);
    expect(next).toBe(mark);
  },
);
