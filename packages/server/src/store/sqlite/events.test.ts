import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { expandToGroups, newEvent, newEventRule } from '../../ports/event-fixtures.contract.ts';
import { describeEventStoreContract } from '../../ports/event-store.contract.ts';
import type { ExpandEvent } from '../../ports/event-store.ts';
import { ACCOUNT, NOW } from '../../ports/store-fixtures.contract.ts';
import { EVENT_RULES_SQL, EVENTS_SQL, eventsSql } from './events-sql.ts';
import { migrate, readMigrations } from './migrate.ts';
import { openSqliteReader, openSqliteStore, STORE_FILE } from './store.ts';

function open(expandEvent: ExpandEvent, options: { readonly pageCountMax?: number } = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'cloudbell-events-'));
  const store = openSqliteStore({
    ...options,
    dataDir,
    expand: () => [],
    expandEvent,
    limits: { rulesPerAccountMax: 10 },
  });
  const reader = openSqliteReader({ path: join(dataDir, STORE_FILE) });
  return {
    ...store,
    reader,
    close: async () => {
      await reader.close();
      await store.close();
      rmSync(dataDir, { recursive: true });
    },
  };
}

describeEventStoreContract('sqlite', async (expandEvent) => open(expandEvent));

const page = { account: ACCOUNT, limit: 100, cursor: null };

test('an expansion that fails leaves no event behind, and the next request is not harmed', async () => {
  let fails = true;
  const store = open((notification) => {
    if (fails) throw new Error('broken');
    return expandToGroups(notification);
  });
  await store.events.putRule(newEventRule('r1', { names: ['bad'] }), null, NOW);
  const [bad, good] = await Promise.allSettled([
    store.events.record(ACCOUNT, [newEvent(), newEvent({ name: 'bad' })], NOW),
    store.events.record(ACCOUNT, [newEvent()], NOW),
  ]);
  expect([bad.status, good.status]).toEqual(['rejected', 'fulfilled']);
  expect((await store.reader.events(page)).items).toHaveLength(1);
  expect((await store.reader.transitions(page)).items).toEqual([]);
  fails = false;
  expect(await store.events.record(ACCOUNT, [newEvent({ name: 'bad' })], NOW)).toMatchObject({ deliveries: 1 });
  await store.close();
});

test('a full disk acknowledges nothing that is not stored', async () => {
  const store = open(expandToGroups, { pageCountMax: 150 });
  await store.events.putRule(newEventRule('r1'), null, NOW);
  let stored = 0;
  await expect(
    (async () => {
      for (;;) {
        await store.events.record(ACCOUNT, [newEvent({ content: 'x'.repeat(20_000) })], NOW);
        stored++;
      }
    })(),
  ).rejects.toMatchObject({ code: 'store_unavailable' });
  expect(stored).toBeGreaterThan(0);
  expect((await store.reader.events(page)).items).toHaveLength(stored);
  expect((await store.reader.deliveries(page)).items).toHaveLength(stored);
  await store.close();
});

const db = new DatabaseSync(':memory:');
migrate(db, readMigrations(), 0);
afterAll(() => db.close());

const next = { ...page, cursor: 'x' };
test.each<[string, string, string]>([
  ['the rules of a product', EVENTS_SQL.rulesOf, 'event_rules_by_product '],
  ['when it was last notified', EVENTS_SQL.lastNotified, 'PRIMARY KEY'],
  ['forgetting a rule', EVENTS_SQL.forget, 'PRIMARY KEY'],
  ['an event', EVENTS_SQL.event, 'sqlite_autoindex_events_1 '],
  ['what became of an event', EVENTS_SQL.outcomes, 'transitions_by_event '],
  ['rules', EVENT_RULES_SQL.list, 'sqlite_autoindex_event_rules_1 '],
  ['rules of an account, counted', EVENT_RULES_SQL.count, 'sqlite_autoindex_event_rules_1 '],
  ['events', eventsSql(page), 'events_by_account '],
  ['events, next page', eventsSql(next), 'events_by_account '],
  ['events since', eventsSql({ ...next, since: 1 }), 'events_by_account '],
  ['events of a product', eventsSql({ ...next, product: 'p' }), 'events_by_product '],
  ['events of a level', eventsSql({ ...next, level: 'WARN' }), 'events_by_level '],
  ['events of a name', eventsSql({ ...next, name: 'n' }), 'events_by_name '],
  ['events of a resource', eventsSql({ ...next, resourceId: 'r' }), 'events_by_resource '],
])('%s are found by an index', (_, sql, index) => {
  const plan = db
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all()
    .map((row) => row.detail as string);
  expect(plan.join('\n')).toContain(index);
  expect(plan.filter((step) => step.startsWith('SCAN'))).toEqual([]);
  const sorted = plan.filter((step) => step.includes('TEMP B-TREE'));
  expect(sorted).toEqual(sql.includes('json_group_array') ? sorted.slice(0, 1) : []);
});
