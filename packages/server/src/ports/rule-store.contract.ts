import type { LogRecord } from '@cloudbell/core/alert/log-record.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RuleChange, RuleStore, RuleWrite } from './rule-store.ts';
import { ACCOUNT, NOW, newRule } from './store-fixtures.contract.ts';

export interface RuleStoreEngine {
  readonly rules: RuleStore;
  close(): Promise<void>;
}

/** What every engine of the rule store must do (ports/rule-store.ts). */
export function describeRuleStoreContract(
  name: string,
  makeEngine: (limits: { readonly rulesPerAccountMax: number }) => Promise<RuleStoreEngine>,
): void {
  describe(`rule store contract: ${name}`, () => {
    let engine: RuleStoreEngine;
    beforeEach(async () => {
      engine = await makeEngine({ rulesPerAccountMax: 4 });
    });
    afterEach(() => engine.close());
    const rules = (): RuleStore => engine.rules;
    describe('versions', () => describeVersions(rules));
    describe('conditions', () => describeConditions(rules));
    describe('enabled', () => describeEnabled(rules));
    describe('list', () => describeList(rules));
    describe('log outbox', () => describeLogOutbox(rules));
  });
}

/** What is done to a rule, unless a test says otherwise. */
const changeOf = (ruleId: string, change: Partial<RuleChange> = {}): RuleChange => ({
  account: ACCOUNT,
  ruleId,
  closeNotify: false,
  condition: null,
  now: NOW,
  ...change,
});

const versionOf = (write: RuleWrite): unknown =>
  'stored' in write ? [write.outcome, write.stored.rule.version] : write.outcome;

function describeVersions(rules: () => RuleStore): void {
  test('a rule reads back as it was put, with version and times', async () => {
    const write = await rules().put(newRule('r1'), null, NOW);
    expect(write).toMatchObject({ outcome: 'created', change: expect.any(Number) });
    const stored = { rule: { ...newRule('r1'), version: 1 }, createdAt: NOW, updatedAt: NOW };
    expect('stored' in write && write.stored).toEqual(stored);
    expect(await rules().get(ACCOUNT, 'r1')).toEqual(stored);
    expect(await rules().get(ACCOUNT, 'r2')).toBeNull();
    expect(await rules().get('another', 'r1')).toBeNull();
  });

  test('a change is a new version; the time of creation stays', async () => {
    await rules().put(newRule('r1'), null, NOW);
    expect(versionOf(await rules().put(newRule('r1', { period: 30 }), null, NOW + 5))).toEqual(['updated', 2]);
    expect(await rules().get(ACCOUNT, 'r1')).toMatchObject({
      rule: { period: 30, version: 2 },
      createdAt: NOW,
      updatedAt: NOW + 5,
    });
  });

  test('what equals the stored rule makes no version, whatever the order of its fields', async () => {
    await rules().put(newRule('r1', { labels: { a: '1', b: '2' } }), null, NOW);
    const same = Object.fromEntries(Object.entries(newRule('r1', { labels: { b: '2', a: '1' } })).reverse());
    const withUndefined = { ...same, escalations: { ...newRule('r1').escalations, info: undefined } };
    for (const rule of [same, withUndefined]) {
      expect(versionOf(await rules().put(rule as never, null, NOW + 5))).toEqual(['unchanged', 1]);
    }
    expect(await rules().pendingChanges(10)).toHaveLength(1);
  });

  test('a field inside an escalation is a difference', async () => {
    await rules().put(newRule('r1'), null, NOW);
    const { warn } = newRule('r1').escalations;
    const write = await rules().put(newRule('r1', { escalations: { warn: { ...warn!, times: 4 } } }), null, NOW);
    expect(versionOf(write)).toEqual(['updated', 2]);
  });

  test('names that mean something to JavaScript are just names', async () => {
    const labels = JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, string>;
    await rules().put(newRule('__proto__', { labels }), null, NOW);
    const stored = await rules().get(ACCOUNT, '__proto__');
    expect(Object.entries(stored!.rule.labels)).toEqual(Object.entries(labels));
    expect(versionOf(await rules().put(newRule('__proto__'), null, NOW))).toEqual(['updated', 2]);
  });

  test('a rule made again after it was removed goes on with its versions', async () => {
    await rules().put(newRule('r1'), null, NOW);
    expect(versionOf(await rules().remove(changeOf('r1', { now: NOW + 1 })))).toEqual(['removed', 2]);
    expect(await rules().get(ACCOUNT, 'r1')).toBeNull();
    expect(await rules().remove(changeOf('r1', { now: NOW + 1 }))).toEqual({ outcome: 'not_found' });
    expect(versionOf(await rules().put(newRule('r1'), null, NOW + 2))).toEqual(['created', 3]);
    expect(await rules().get(ACCOUNT, 'r1')).toMatchObject({ createdAt: NOW + 2 });
  });

  test('an account has so many rules at most; removing makes room, changing needs none', async () => {
    for (const id of ['r1', 'r2', 'r3', 'r4']) await rules().put(newRule(id), null, NOW);
    const fifth = newRule('r5');
    expect(await rules().put(fifth, null, NOW)).toEqual({ outcome: 'too_many_rules', limit: 4 });
    expect(versionOf(await rules().put(newRule('r4', { period: 1 }), null, NOW))).toEqual(['updated', 2]);
    expect(versionOf(await rules().put({ ...fifth, account: 'another' }, null, NOW))).toEqual(['created', 1]);
    await rules().remove(changeOf('r2'));
    expect(versionOf(await rules().put(fifth, null, NOW))).toEqual(['created', 1]);
    expect(await rules().put(newRule('r2'), null, NOW)).toEqual({ outcome: 'too_many_rules', limit: 4 });
  });
}

function describeConditions(rules: () => RuleStore): void {
  test.each([
    ['a number, no rule', 'r9', 1, 'version_mismatch', null],
    ['the wrong number', 'r1', 2, 'version_mismatch', 1],
    ['the right number', 'r1', 1, 'updated', 2],
    ['absent, but it is there', 'r1', 'absent', 'version_mismatch', 1],
    ['absent, and it is', 'r9', 'absent', 'created', 1],
    ['any', 'r1', null, 'updated', 2],
  ] as const)('put requires %s', async (_, ruleId, condition, outcome, version) => {
    await rules().put(newRule('r1'), null, NOW);
    const write = await rules().put(newRule(ruleId, { period: 5 }), condition, NOW);
    expect(write.outcome).toBe(outcome);
    expect('current' in write ? write.current : 'stored' in write && write.stored.rule.version).toBe(version);
  });

  test('a condition that fails wins over equality, and nothing is written', async () => {
    await rules().put(newRule('r1'), null, NOW);
    expect(await rules().put(newRule('r1'), 7, NOW)).toEqual({ outcome: 'version_mismatch', current: 1 });
    expect(await rules().remove(changeOf('r1', { condition: 7 }))).toEqual({ outcome: 'version_mismatch', current: 1 });
    expect(await rules().setEnabled({ ...changeOf('r1', { condition: 7 }), enabled: false })).toMatchObject({
      current: 1,
    });
    expect(await rules().pendingChanges(10)).toHaveLength(1);
  });

  test('of two writers that saw the same version one wins', async () => {
    await rules().put(newRule('r1'), null, NOW);
    const writes = await Promise.all([
      rules().put(newRule('r1', { period: 5 }), 1, NOW),
      rules().put(newRule('r1', { period: 6 }), 1, NOW),
    ]);
    expect(writes.map((write) => write.outcome).sort()).toEqual(['updated', 'version_mismatch']);
  });
}

function describeEnabled(rules: () => RuleStore): void {
  test('switching off and on are versions; switching to what it is already is none', async () => {
    await rules().put(newRule('r1'), null, NOW);
    const set = (enabled: boolean) =>
      rules().setEnabled({ ...changeOf('r1', { closeNotify: true, now: NOW + 1 }), enabled });
    expect(versionOf(await set(true))).toEqual(['unchanged', 1]);
    expect(versionOf(await set(false))).toEqual(['updated', 2]);
    expect(await rules().get(ACCOUNT, 'r1')).toMatchObject({ rule: { enabled: false, version: 2 } });
    expect(versionOf(await set(false))).toEqual(['unchanged', 2]);
    expect(versionOf(await set(true))).toEqual(['updated', 3]);
    const notified = (await rules().pendingChanges(10)).map(
      ({ record }) => 'closeNotify' in record && record.closeNotify,
    );
    expect(notified).toEqual([false, true, false]);
  });

  test('a rule that is not there cannot be switched', async () => {
    expect(await rules().setEnabled({ ...changeOf('r1'), enabled: true })).toEqual({ outcome: 'not_found' });
  });
}

function describeList(rules: () => RuleStore): void {
  beforeEach(async () => {
    await rules().put(newRule('b', { ruleName: 'Диск', namespace: 'custom' }), null, NOW);
    await rules().put(newRule('a', { ruleName: 'CPU of 100% web' }), null, NOW);
    await rules().put(newRule('C', { ruleName: 'Memory', metricName: 'Host.load1' }), null, NOW);
    await rules().put({ ...newRule('x'), account: 'another' }, null, NOW);
  });

  const ids = async (query: Partial<Parameters<RuleStore['list']>[0]>): Promise<string[]> =>
    (await rules().list({ account: ACCOUNT, limit: 10, after: null, ...query })).map(({ rule }) => rule.ruleId);

  test.each([
    ['all, by id in code unit order', {}, ['C', 'a', 'b']],
    ['a first page', { limit: 2 }, ['C', 'a']],
    ['the page after', { limit: 2, after: 'a' }, ['b']],
    ['of a namespace', { namespace: 'custom' }, ['b']],
    ['of a metric', { metricName: 'Host.load1' }, ['C']],
    ['part of a name, any case', { search: 'диСК' }, ['b']],
    ['part of an id, any case', { search: 'c' }, ['C', 'a']],
    ['a search that looks like a pattern', { search: '100%' }, ['a']],
    ['nothing', { search: '_' }, []],
    ['of nobody', { account: 'nobody' }, []],
  ])('lists %s', async (_, query, wanted) => {
    expect(await ids(query)).toEqual(wanted);
  });
}

function describeLogOutbox(rules: () => RuleStore): void {
  test('every version waits for the log, in order, with the rule as it was then', async () => {
    await rules().put(newRule('r1'), null, NOW);
    await rules().put(newRule('r1', { period: 5 }), null, NOW);
    await rules().remove(changeOf('r1', { closeNotify: true }));
    const changes = await rules().pendingChanges(10);
    expect(changes.map(({ record }) => record)).toEqual([
      {
        kind: 'rule',
        account: ACCOUNT,
        ruleId: 'r1',
        version: 1,
        rule: { ...newRule('r1'), version: 1 },
        closeNotify: false,
      },
      {
        kind: 'rule',
        account: ACCOUNT,
        ruleId: 'r1',
        version: 2,
        rule: { ...newRule('r1', { period: 5 }), version: 2 },
        closeNotify: false,
      },
      { kind: 'rule', account: ACCOUNT, ruleId: 'r1', version: 3, rule: null, closeNotify: true },
    ]);
  });

  test('a write that changes nothing tells the newest change that waits, however many do; null when none does', async () => {
    const made = await rules().put(newRule('r1'), null, NOW);
    const change = 'change' in made ? made.change : null;
    const equal = () => rules().put(newRule('r1'), null, NOW + 1);
    expect(await equal()).toMatchObject({ outcome: 'unchanged', change });
    const dismiss: LogRecord = { kind: 'dismiss', alertId: 'a1', by: 'admin' };
    let newest = 0;
    for (let i = 0; i < 3; i++) newest = await rules().enqueue(dismiss);
    expect(await equal()).toMatchObject({ outcome: 'unchanged', change: newest });
    await rules().settleChanges(newest);
    expect(await equal()).toMatchObject({ outcome: 'unchanged', change: null });
  });

  test('settling forgets up to an id; ids grow and are never given twice', async () => {
    const zone: LogRecord = { kind: 'zone', account: ACCOUNT, timeZone: 'Asia/Shanghai' };
    const first = await rules().enqueue(zone);
    const dismiss: LogRecord = { kind: 'dismiss', alertId: 'a1', by: 'admin' };
    const second = await rules().enqueue(dismiss);
    expect(await rules().pendingChanges(10)).toEqual([
      { id: first, record: zone },
      { id: second, record: dismiss },
    ]);
    expect(await rules().pendingChanges(1)).toHaveLength(1);
    await rules().settleChanges(first);
    expect((await rules().pendingChanges(10)).map(({ id }) => id)).toEqual([second]);
    await rules().settleChanges(second);
    expect(await rules().pendingChanges(10)).toEqual([]);
    expect(await rules().enqueue(zone)).toBeGreaterThan(second);
  });
}
