import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CommitRequest, CommitStore, Expand } from './commit-store.ts';
import type { Outbox } from './outbox.ts';
import type { RuleStore } from './rule-store.ts';
import {
  ACCOUNT,
  expandToWebhook,
  NOW,
  newAlert,
  newCommitter,
  newDraft,
  newEffect,
  newIntent,
  newRule,
} from './store-fixtures.contract.ts';
import type { StoreReader } from './store-reader.ts';

export interface CommitStoreEngine {
  readonly commits: CommitStore;
  readonly rules: RuleStore;
  readonly outbox: Outbox;
  readonly reader: StoreReader;
  close(): Promise<void>;
}

/** What every engine of the commit store must do (ports/commit-store.ts). */
export function describeCommitStoreContract(
  name: string,
  makeEngine: (expand: Expand) => Promise<CommitStoreEngine>,
): void {
  describe(`commit store contract: ${name}`, () => {
    let engine: CommitStoreEngine;
    let expand: Expand = expandToWebhook;
    beforeEach(async () => {
      expand = expandToWebhook;
      engine = await makeEngine((...notification) => expand(...notification));
    });
    afterEach(() => engine.close());
    const bench: Bench = {
      engine: () => engine,
      expandBy: (other) => {
        expand = other;
      },
    };
    describe('fence', () => describeFence(bench));
    describe('effects', () => describeEffects(bench));
    describe('all or nothing', () => describeAllOrNothing(bench));
    describe('seeds', () => describeSeeds(bench));
  });
}

interface Bench {
  engine(): CommitStoreEngine;
  expandBy(expand: Expand): void;
}

const request = (fields: Partial<CommitRequest>): CommitRequest => ({
  partition: 0,
  epoch: 1,
  from: 0n,
  to: 1n,
  effects: [],
  now: NOW,
  ...fields,
});

const written = async ({ reader }: CommitStoreEngine): Promise<number[]> => {
  const page = { account: ACCOUNT, limit: 100, cursor: null };
  const lists = [await reader.alerts(page), await reader.transitions(page), await reader.deliveries(page)];
  return lists.map((list) => list.items.length);
};

function describeFence({ engine }: Bench): void {
  test('a claim starts at 0, goes on where the last commit ended, and raises the epoch', async () => {
    const { commits } = engine();
    expect(await commits.claimPartition(0)).toEqual({ epoch: 1, position: 0n });
    await commits.commit(request({ to: 7n }));
    expect(await commits.claimPartition(0)).toEqual({ epoch: 2, position: 7n });
    expect(await commits.claimPartition(3)).toEqual({ epoch: 1, position: 0n });
  });

  test('a position may be larger than a JavaScript number holds', async () => {
    const { commits } = engine();
    await commits.claimPartition(0);
    const far = 2n ** 62n + 1n;
    await commits.commit(request({ to: far }));
    expect(await commits.claimPartition(0)).toEqual({ epoch: 2, position: far });
    await commits.commit(
      request({ epoch: 2, from: far, to: far + 1n, effects: [{ position: far + 1n, effect: newEffect('a') }] }),
    );
    const { items } = await engine().reader.transitions({ account: ACCOUNT, limit: 1, cursor: null });
    expect(items[0]?.transitionId).toBe(`0-${far + 1n}-0`);
  });

  test.each([
    ['an epoch that was claimed over', { epoch: 1, from: 0n }],
    ['an epoch nobody was given', { epoch: 3, from: 0n }],
    ['a position behind', { epoch: 2, from: -1n }],
    ['a position ahead', { epoch: 2, from: 1n, to: 2n }],
    ['a partition that was never claimed', { partition: 1, epoch: 2, from: 0n }],
  ])('%s is stale_owner, and nothing is written', async (_, fields) => {
    const { commits } = engine();
    await commits.claimPartition(0);
    await commits.claimPartition(0);
    const effects = [{ position: 1n, effect: newEffect('a') }];
    await expect(commits.commit(request({ ...fields, effects }))).rejects.toMatchObject({ code: 'stale_owner' });
    expect(await written(engine())).toEqual([0, 0, 0]);
  });

  test('the same commit again is stale_owner: what was emitted is never emitted twice', async () => {
    const { commits } = engine();
    await commits.claimPartition(0);
    const once = request({ effects: [{ position: 1n, effect: newEffect('a') }] });
    expect(await commits.commit(once)).toEqual({ deliveries: 1 });
    await expect(commits.commit(once)).rejects.toMatchObject({ code: 'stale_owner' });
    expect(await written(engine())).toEqual([1, 1, 1]);
  });
}

function describeEffects({ engine, expandBy }: Bench): void {
  test('a step writes the alert, the transition and its deliveries', async () => {
    const commit = await newCommitter(engine().commits);
    expect(await commit([newEffect('a')], NOW + 5)).toBe(1);
    const { reader } = engine();
    expect(await reader.alert(ACCOUNT, 'a')).toEqual({ ...newAlert('a'), acknowledged: null });
    const { items } = await reader.transitions({ account: ACCOUNT, limit: 10, cursor: null });
    const { rule: _rule, ...notification } = newIntent();
    expect(items).toEqual([
      {
        transitionId: '0-1-0',
        alertId: 'a',
        ruleId: 'r1',
        dimensions: { userId: '12', instanceId: 'a' },
        instanceName: null,
        transition: newEffect('a').transition,
        notification,
        event: null,
        suppressed: null,
        ruleVersion: 1,
        createdAt: NOW + 5,
        deliveryIds: [expect.any(String)],
      },
    ]);
    const [claimed] = await engine().outbox.claim({ now: NOW + 5, limit: 10, room: {}, defaultRoom: 10 });
    expect(claimed).toMatchObject({
      deliveryId: items[0]!.deliveryIds[0],
      endpoint: 'http://a.example/hook',
      createdAt: NOW + 5,
      triggerLevel: 'WARN',
    });
  });

  test('an alert that ends is live no longer; its steps stay', async () => {
    const commit = await newCommitter(engine().commits);
    await commit([newEffect('a'), newEffect('b')]);
    await commit([newEffect('a', { ended: true, notification: null, suppressed: 'rule_deleted' })]);
    expect((await engine().commits.liveAlerts()).map((alert) => alert.alertId)).toEqual(['b']);
    const { items } = await engine().reader.transitions({ account: ACCOUNT, limit: 10, cursor: null, alertId: 'a' });
    expect(items.map((row) => row.suppressed)).toEqual(['rule_deleted', null]);
  });

  test('a reason why nobody is told is kept, with or without a transition', async () => {
    const commit = await newCommitter(engine().commits);
    await commit([
      newEffect('a', { notification: null, suppressed: 'outside_interval' }),
      newEffect('a', { transition: null, notification: null, suppressed: 'repeat_not_due' }),
      newEffect('a', { transition: null }),
    ]);
    const { items } = await engine().reader.transitions({ account: ACCOUNT, limit: 10, cursor: null });
    const rows = items.map((row) => [row.transitionId, row.transition?.reason, row.suppressed, row.deliveryIds.length]);
    expect(rows).toEqual([
      ['0-1-2', undefined, null, 1],
      ['0-1-1', undefined, 'repeat_not_due', 0],
      ['0-1-0', 'threshold_reached', 'outside_interval', 0],
    ]);
  });

  test('a notification that reaches nobody is no_endpoint, and says what would have been said', async () => {
    const commit = await newCommitter(engine().commits);
    const rule = { ...newRule('r1', { webhook: null }), version: 1 };
    expect(await commit([newEffect('a', { notification: newIntent({ rule }) })])).toBe(0);
    const { items } = await engine().reader.transitions({ account: ACCOUNT, limit: 10, cursor: null });
    expect(items[0]).toMatchObject({
      suppressed: 'no_endpoint',
      notification: { triggerLevel: 'WARN' },
      deliveryIds: [],
    });
  });

  test('several deliveries of one step, in the order of the expansion', async () => {
    expandBy(({ notificationId, alert }) =>
      ['b', 'a', 'c'].map((name) =>
        newDraft(`${name}-${notificationId}`, { endpoint: `http://${name}.example/`, alert }),
      ),
    );
    const commit = await newCommitter(engine().commits);
    expect(await commit([newEffect('x'), newEffect('y')])).toBe(6);
    const { items } = await engine().reader.transitions({ account: ACCOUNT, limit: 10, cursor: null });
    expect(items.map((row) => row.deliveryIds.map((id) => id[0]).join(''))).toEqual(['bac', 'bac']);
    const claimed = await engine().outbox.claim({ now: NOW, limit: 10, room: {}, defaultRoom: 10 });
    expect(claimed.map((each) => `${each.deliveryId[0]}${each.alertId}`)).toEqual(['bx', 'ax', 'cx', 'by', 'ay', 'cy']);
  });

  test('a delivery id that is known is not delivered twice', async () => {
    expandBy(({ alert }) => [newDraft('same', { endpoint: 'http://a.example/hook', alert })]);
    const commit = await newCommitter(engine().commits);
    expect(await commit([newEffect('a'), newEffect('a')])).toBe(1);
    expect(await engine().outbox.status(NOW, [])).toMatchObject({ pending: 1 });
  });

  test('the expansion is told the step by a name that no other step has', async () => {
    const seen: string[] = [];
    expandBy(({ notificationId, alert, intent }) => {
      seen.push(`${notificationId} ${alert.alertId} ${intent.rule.ruleId}`);
      return [];
    });
    const commit = await newCommitter(engine().commits);
    await commit([newEffect('a'), newEffect('a')]);
    await commit([newEffect('a')]);
    expect(new Set(seen).size).toBe(3);
    expect(seen.every((text) => text.endsWith(' a r1'))).toBe(true);
  });
}

function describeAllOrNothing({ engine, expandBy }: Bench): void {
  test('an expansion that throws takes the whole commit back, and only that commit', async () => {
    const { commits } = engine();
    await commits.claimPartition(0);
    await commits.claimPartition(1);
    expandBy((expansion, book) => {
      if (expansion.alert.alertId === 'bad') throw new Error('cannot render');
      return expandToWebhook(expansion, book);
    });
    const effects = (...ids: string[]) => ids.map((id, index) => ({ position: 1n, effect: newEffect(id, { index }) }));
    const [bad, good] = await Promise.allSettled([
      commits.commit(request({ effects: effects('a', 'bad') })),
      commits.commit(request({ partition: 1, effects: effects('b') })),
    ]);
    expect(bad).toMatchObject({ status: 'rejected', reason: { message: 'cannot render' } });
    expect(good).toMatchObject({ status: 'fulfilled', value: { deliveries: 1 } });
    expect(await written(engine())).toEqual([1, 1, 1]);
    expect(await engine().outbox.status(NOW, [])).toMatchObject({ pending: 1 });
    expect(await commits.claimPartition(0)).toEqual({ epoch: 2, position: 0n });
  });
}

function describeSeeds({ engine }: Bench): void {
  test('live alerts are those of the last commit, as they were committed', async () => {
    const commit = await newCommitter(engine().commits);
    await commit([newEffect('a')]);
    const cleared = newAlert('a', { state: 'OK', level: 'OK', since: NOW + 60_000.5, transId: null, counters: {} });
    await commit([newEffect('a', { alert: cleared })]);
    expect(await engine().commits.liveAlerts()).toEqual([cleared]);
  });

  test('rule records are the present version of rules that are there, disabled ones included', async () => {
    const { rules, commits } = engine();
    for (const id of ['r1', 'r2', 'r3']) await rules.put(newRule(id), null, NOW);
    await rules.put(newRule('r1', { period: 5 }), null, NOW);
    const change = { account: ACCOUNT, condition: null, now: NOW };
    await rules.setEnabled({ ...change, ruleId: 'r3', enabled: false, closeNotify: true });
    await rules.remove({ ...change, ruleId: 'r2', closeNotify: false });
    expect(await commits.ruleRecords()).toEqual([
      expect.objectContaining({
        kind: 'rule',
        ruleId: 'r1',
        version: 2,
        rule: { ...newRule('r1', { period: 5 }), version: 2 },
      }),
      expect.objectContaining({ ruleId: 'r3', version: 2, closeNotify: false }),
    ]);
  });

  test('zone records are the last zone that went on its way for each account, in the log or not', async () => {
    const { rules, commits } = engine();
    expect(await commits.zoneRecords()).toEqual([]);
    const zone = (account: string, timeZone: string) => ({ kind: 'zone', account, timeZone }) as const;
    await rules.enqueue(zone('2', 'UTC'));
    await rules.enqueue(zone(ACCOUNT, 'Europe/Berlin'));
    await rules.settleChanges(await rules.enqueue(zone(ACCOUNT, 'Asia/Shanghai')));
    const records = await commits.zoneRecords();
    expect(records.toSorted((a, b) => a.account.length - b.account.length)).toEqual([
      zone('2', 'UTC'),
      zone(ACCOUNT, 'Asia/Shanghai'),
    ]);
  });
}
