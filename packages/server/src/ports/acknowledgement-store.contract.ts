import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AcknowledgementStore, AcknowledgementWrite } from './acknowledgement-store.ts';
import type { CommitStore } from './commit-store.ts';
import type { RuleStore } from './rule-store.ts';
import { ACCOUNT, type Committer, NOW, newAlert, newCommitter, newEffect } from './store-fixtures.contract.ts';
import type { StoreReader } from './store-reader.ts';

export interface AcknowledgementStoreEngine {
  readonly acknowledgements: AcknowledgementStore;
  readonly rules: RuleStore;
  readonly commits: CommitStore;
  readonly reader: StoreReader;
  close(): Promise<void>;
}

/** What every engine of the acknowledgement store must do (ports/acknowledgement-store.ts). */
export function describeAcknowledgementStoreContract(
  name: string,
  makeEngine: () => Promise<AcknowledgementStoreEngine>,
): void {
  describe(`acknowledgement store contract: ${name}`, () => {
    let engine: AcknowledgementStoreEngine;
    let commit: Committer;
    beforeEach(async () => {
      engine = await makeEngine();
      commit = await newCommitter(engine.commits);
      await commit([newEffect('a1')]);
    });
    afterEach(() => engine.close());

    const acknowledge = (
      alertId = 'a1',
      note = 'on it',
      by = 'admin',
      account = ACCOUNT,
    ): Promise<AcknowledgementWrite> => engine.acknowledgements.acknowledge({ account, alertId, by, note }, NOW + 5);
    const withdraw = (alertId = 'a1'): Promise<AcknowledgementWrite> =>
      engine.acknowledgements.withdraw({ account: ACCOUNT, alertId, by: 'admin' }, NOW + 6);
    const shown = async (): Promise<unknown> => (await engine.reader.alert(ACCOUNT, 'a1'))?.acknowledged;
    const records = async () => (await engine.rules.pendingChanges(100)).map(({ record }) => record);

    test('it is shown with the alert, in the list too, and is on its way to the log', async () => {
      expect(await shown()).toBeNull();
      expect(await acknowledge()).toEqual({ outcome: 'done', change: expect.any(Number) });
      expect(await shown()).toEqual({ by: 'admin', at: NOW + 5, note: 'on it' });
      const { items } = await engine.reader.alerts({ account: ACCOUNT, limit: 10, cursor: null });
      expect(items.map(({ acknowledged }) => acknowledged?.by)).toEqual(['admin']);
      expect(await records()).toEqual([
        {
          kind: 'acknowledge',
          account: ACCOUNT,
          ruleId: 'r1',
          alertId: 'a1',
          since: NOW,
          number: expect.any(Number),
          acknowledged: true,
          by: 'admin',
        },
      ]);
    });

    test('withdrawn it is not shown; both are records whose numbers grow', async () => {
      await acknowledge();
      expect((await withdraw()).outcome).toBe('done');
      expect(await shown()).toBeNull();
      const [first, second] = (await records()).map((record) => (record.kind === 'acknowledge' ? record : null));
      expect([first?.acknowledged, second?.acknowledged]).toEqual([true, false]);
      expect(second?.number).toBeGreaterThan(first?.number ?? Number.NaN);
    });

    test('said again it is nothing new; by somebody else, or with another note, it is', async () => {
      await acknowledge();
      expect((await acknowledge()).outcome).toBe('unchanged');
      expect((await acknowledge('a1', 'still on it')).outcome).toBe('done');
      expect((await acknowledge('a1', 'mine now', 'operator')).outcome).toBe('done');
      expect(await shown()).toMatchObject({ by: 'operator', note: 'mine now' });
      expect((await withdraw()).outcome).toBe('done');
      expect((await withdraw()).outcome).toBe('unchanged');
      expect((await acknowledge()).outcome).toBe('done');
      expect(await shown()).toMatchObject({ by: 'admin' });
    });

    test('it counts until the alert changes, and not for what comes after', async () => {
      await acknowledge();
      await commit([newEffect('a1', { alert: newAlert('a1', { value: 98 }), transition: null })]);
      expect(await shown()).toMatchObject({ by: 'admin' });
      await commit([newEffect('a1', { alert: newAlert('a1', { level: 'CRITICAL', since: NOW + 60_000 }) })]);
      expect(await shown()).toBeNull();
      expect((await withdraw()).outcome).toBe('unchanged');
    });

    test('what is in order cannot be acknowledged, nor what is not there or somebody else’s', async () => {
      await commit([
        newEffect('ok', { alert: newAlert('ok', { state: 'OK', level: 'OK', transId: null }) }),
        newEffect('new', { alert: newAlert('new', { state: 'INSUFFICIENT_DATA', level: 'OK', transId: null }) }),
        newEffect('missing', { alert: newAlert('missing', { state: 'INSUFFICIENT_DATA', level: 'OK', transId: 't' }) }),
      ]);
      const outcomes = await Promise.all(['ok', 'new', 'missing', 'none'].map((alertId) => acknowledge(alertId)));
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(['in_order', 'in_order', 'done', 'not_found']);
      expect((await acknowledge('a1', '', 'admin', 'another')).outcome).toBe('not_found');
      expect((await withdraw('none')).outcome).toBe('not_found');
    });

    test('a fold that starts anew is told the last word on each live alert as it is', async () => {
      await commit([newEffect('a2'), newEffect('a3'), newEffect('a4')]);
      await acknowledge('a2');
      await acknowledge('a3');
      await withdraw('a3');
      await acknowledge('a4');
      await acknowledge();
      await commit([
        newEffect('a1', { alert: newAlert('a1', { since: NOW + 60_000 }) }),
        newEffect('a4', { ended: true }),
      ]);
      const seeds = await engine.commits.acknowledgeRecords();
      expect(seeds.map(({ alertId, acknowledged, since }) => [alertId, acknowledged, since])).toEqual([
        ['a2', true, NOW],
        ['a3', false, NOW],
      ]);
    });

    test('times that are not whole ms still fit together', async () => {
      await commit([newEffect('a5', { alert: newAlert('a5', { since: NOW + 0.25 }) })]);
      await acknowledge('a5');
      expect((await engine.reader.alert(ACCOUNT, 'a5'))?.acknowledged).toMatchObject({ by: 'admin' });
      expect((await records()).at(-1)).toMatchObject({ since: NOW + 0.25 });
    });
  });
}
