import type { Silence } from '@cloudbell/core/alert/silence.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CommitStore } from './commit-store.ts';
import type { RuleStore } from './rule-store.ts';
import type { SilenceStore, SilenceWrite } from './silence-store.ts';
import { ACCOUNT, NOW, newRule } from './store-fixtures.contract.ts';
import type { StoreReader } from './store-reader.ts';

export interface SilenceStoreEngine {
  readonly silences: SilenceStore;
  readonly rules: RuleStore;
  readonly commits: CommitStore;
  readonly reader: StoreReader;
  close(): Promise<void>;
}

const HOUR = 3_600_000;

export function newSilence(silenceId: string, fields: Partial<Silence> = {}): Omit<Silence, 'version'> {
  const { version: _version, ...rest } = fields;
  return {
    account: ACCOUNT,
    silenceId,
    by: { dimensions: { instanceId: 'i-12' } },
    from: NOW,
    until: NOW + HOUR,
    who: 'admin',
    why: 'maintenance',
    ...rest,
  };
}

/** What every engine of the silence store must do (ports/silence-store.ts). */
export function describeSilenceStoreContract(
  name: string,
  makeEngine: (limits: { readonly silencesPerAccountMax: number }) => Promise<SilenceStoreEngine>,
): void {
  describe(`silence store contract: ${name}`, () => {
    let engine: SilenceStoreEngine;
    beforeEach(async () => {
      engine = await makeEngine({ silencesPerAccountMax: 3 });
    });
    afterEach(() => engine.close());
    describe('writes', () => describeWrites(() => engine));
    describe('reads', () => describeReads(() => engine));
  });
}

const versionOf = (write: SilenceWrite): unknown =>
  'stored' in write ? [write.outcome, write.stored.silence.version] : write.outcome;

function describeWrites(engine: () => SilenceStoreEngine): void {
  const move = (silenceId: string, until: number, at: number, why: string | null = null) =>
    engine().silences.change({ account: ACCOUNT, silenceId, until, why, by: 'operator' }, at);

  test('a silence reads back as it was made, with version and times', async () => {
    const write = await engine().silences.create(newSilence('s1'), NOW);
    const stored = {
      silence: { ...newSilence('s1'), version: 1 },
      changedBy: 'admin',
      createdAt: NOW,
      updatedAt: NOW,
    };
    expect(write).toEqual({ outcome: 'created', stored, change: expect.any(Number) });
    expect(await engine().reader.silence(ACCOUNT, 's1')).toEqual(stored);
    expect(await engine().reader.silence('another', 's1')).toBeNull();
    expect(await engine().reader.silence(ACCOUNT, 's2')).toBeNull();
  });

  test('another end is a new version; who asked for it and the time of creation stay', async () => {
    await engine().silences.create(newSilence('s1'), NOW);
    expect(versionOf(await move('s1', NOW + 2 * HOUR, NOW + 5))).toEqual(['updated', 2]);
    expect(await engine().reader.silence(ACCOUNT, 's1')).toMatchObject({
      silence: { version: 2, until: NOW + 2 * HOUR, who: 'admin', why: 'maintenance' },
      changedBy: 'operator',
      createdAt: NOW,
      updatedAt: NOW + 5,
    });
    expect(versionOf(await move('s1', NOW + 2 * HOUR, NOW + 6, 'longer'))).toEqual(['updated', 3]);
    expect(versionOf(await move('s1', NOW + 2 * HOUR, NOW + 7, 'longer'))).toEqual(['unchanged', 3]);
  });

  test('what is over stays as it was, also after an early end', async () => {
    await engine().silences.create(newSilence('s1'), NOW);
    await engine().silences.create(newSilence('s2'), NOW);
    expect(versionOf(await move('s1', NOW + 10, NOW + 10))).toEqual(['updated', 2]);
    expect(versionOf(await move('s1', NOW + HOUR, NOW + 10))).toEqual(['ended', 2]);
    expect(versionOf(await move('s2', NOW + 2 * HOUR, NOW + HOUR))).toEqual(['ended', 1]);
    expect(versionOf(await move('s3', NOW + HOUR, NOW))).toBe('not_found');
  });

  test('the limit counts what is not over, by account', async () => {
    for (const id of ['s1', 's2', 's3']) await engine().silences.create(newSilence(id), NOW);
    expect(await engine().silences.create(newSilence('s4'), NOW)).toEqual({ outcome: 'too_many_silences', limit: 3 });
    expect(versionOf(await engine().silences.create(newSilence('s4', { account: '2' }), NOW))).toEqual(['created', 1]);
    await move('s1', NOW + 1, NOW + 1);
    expect(versionOf(await engine().silences.create(newSilence('s4'), NOW + 1))).toEqual(['created', 1]);
  });

  test('every version is on its way to the log, in order with the rules', async () => {
    const first = await engine().silences.create(newSilence('s1'), NOW);
    await engine().rules.put(newRule('r1'), null, NOW);
    const last = await move('s1', NOW + 1, NOW + 1);
    const pending = await engine().rules.pendingChanges(10);
    expect(pending.map(({ record }) => record.kind)).toEqual(['silence', 'rule', 'silence']);
    expect(pending[2]?.record).toEqual({
      kind: 'silence',
      silence: { ...newSilence('s1', { until: NOW + 1 }), version: 2 },
    });
    expect([pending[0]?.id, pending[2]?.id]).toEqual([
      'change' in first && first.change,
      'change' in last && last.change,
    ]);
  });

  test('a fold that starts anew is told of those that end after a time', async () => {
    await engine().silences.create(newSilence('s1'), NOW);
    await engine().silences.create(newSilence('s2', { until: NOW + 2 * HOUR }), NOW);
    await move('s2', NOW + 3 * HOUR, NOW);
    const seeds = await engine().commits.silences(NOW + HOUR);
    expect(seeds).toEqual([{ ...newSilence('s2', { until: NOW + 3 * HOUR }), version: 2 }]);
  });
}

function describeReads(engine: () => SilenceStoreEngine): void {
  const list = async (query: { state?: 'scheduled' | 'active' | 'past'; limit?: number; cursor?: string | null }) => {
    const page = await engine().reader.silences({ account: ACCOUNT, limit: 10, cursor: null, now: NOW, ...query });
    return { ids: page.items.map(({ silence }) => silence.silenceId), next: page.next };
  };

  test('by state, those that end last first, page by page', async () => {
    await engine().silences.create(newSilence('past', { from: NOW - HOUR, until: NOW }), NOW - HOUR);
    await engine().silences.create(newSilence('now', { from: NOW }), NOW);
    await engine().silences.create(newSilence('later', { from: NOW + 1, until: NOW + 2 }), NOW);
    await engine().silences.create(newSilence('theirs', { account: '2' }), NOW);
    expect((await list({})).ids).toEqual(['now', 'later', 'past']);
    expect((await list({ state: 'active' })).ids).toEqual(['now']);
    expect((await list({ state: 'scheduled' })).ids).toEqual(['later']);
    expect((await list({ state: 'past' })).ids).toEqual(['past']);
    const first = await list({ limit: 2 });
    expect(first.ids).toEqual(['now', 'later']);
    expect(await list({ limit: 2, cursor: first.next })).toEqual({ ids: ['past'], next: null });
  });
}
