import type { ReportedEvent } from '@cloudbell/core/event/event.ts';
import type { EventRule } from '@cloudbell/core/event/event-rule.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expandToGroups, newEvent, newEventRule } from './event-fixtures.contract.ts';
import type { EventRuleWrite, EventStore, ExpandEvent } from './event-store.ts';
import type { Outbox } from './outbox.ts';
import { ACCOUNT, NOW } from './store-fixtures.contract.ts';
import type { StoreReader } from './store-reader.ts';

export interface EventStoreEngine {
  readonly events: EventStore;
  readonly reader: StoreReader;
  readonly outbox: Outbox;
  close(): Promise<void>;
}

/** What every engine of the event store must do (ports/event-store.ts). */
export function describeEventStoreContract(
  name: string,
  makeEngine: (expandEvent: ExpandEvent) => Promise<EventStoreEngine>,
): void {
  describe(`event store contract: ${name}`, () => {
    let engine: EventStoreEngine;
    beforeEach(async () => {
      engine = await makeEngine(expandToGroups);
    });
    afterEach(() => engine.close());
    const bench: Bench = { engine: () => engine };
    describe('rules', () => describeRules(bench));
    describe('conditions of rules', () => describeConditions(bench));
    describe('events', () => describeEvents(bench));
    describe('forwarding', () => describeForwarding(bench));
    describe('silence time', () => describeSilenceTime(bench));
  });
}

interface Bench {
  engine(): EventStoreEngine;
}

const all = { account: ACCOUNT, limit: 100, cursor: null };
const versionOf = (write: EventRuleWrite): unknown =>
  'stored' in write ? [write.outcome, write.stored.rule.version] : write.outcome;

function describeRules({ engine }: Bench): void {
  const events = (): EventStore => engine().events;

  test('a rule reads back as it was put, to its account only', async () => {
    const rule = newEventRule('r1', { levels: ['WARN'], names: ['a*'], keyword: 'é' });
    expect(versionOf(await events().putRule(rule, null, NOW))).toEqual(['created', 1]);
    const stored = { rule: { ...rule, version: 1 }, createdAt: NOW, updatedAt: NOW };
    expect(await events().rule(ACCOUNT, 'r1')).toEqual(stored);
    expect(await events().rule(ACCOUNT, 'r2')).toBeNull();
    expect(await events().rule('another', 'r1')).toBeNull();
  });

  test('a change is a version, what is equal is none, and versions go on after a removal', async () => {
    await events().putRule(newEventRule('r1'), null, NOW);
    const same = Object.fromEntries(Object.entries(newEventRule('r1')).reverse()) as never;
    expect(versionOf(await events().putRule(same, null, NOW + 1))).toEqual(['unchanged', 1]);
    expect(versionOf(await events().putRule(newEventRule('r1', { product: 'ECS' }), null, NOW + 2))).toEqual([
      'updated',
      2,
    ]);
    expect(await events().rule(ACCOUNT, 'r1')).toMatchObject({ createdAt: NOW, updatedAt: NOW + 2 });
    const name = { account: ACCOUNT, ruleId: 'r1' };
    expect(versionOf(await events().removeRule(name, null, NOW + 3))).toEqual(['removed', 3]);
    expect(await events().rule(ACCOUNT, 'r1')).toBeNull();
    expect(await events().removeRule(name, null, NOW + 3)).toEqual({ outcome: 'not_found' });
    expect(versionOf(await events().putRule(newEventRule('r1'), null, NOW + 4))).toEqual(['created', 4]);
  });

  test('switching off and on are versions; switching to what it is already is none', async () => {
    await events().putRule(newEventRule('r1'), null, NOW);
    const set = (enabled: boolean) =>
      events().setRuleEnabled({ account: ACCOUNT, ruleId: 'r1', enabled }, null, NOW + 1);
    expect(versionOf(await set(true))).toEqual(['unchanged', 1]);
    expect(versionOf(await set(false))).toEqual(['updated', 2]);
    expect(await events().rule(ACCOUNT, 'r1')).toMatchObject({ rule: { enabled: false }, updatedAt: NOW + 1 });
    expect(versionOf(await set(true))).toEqual(['updated', 3]);
    expect(await events().setRuleEnabled({ account: ACCOUNT, ruleId: 'r2', enabled: true }, null, NOW)).toEqual({
      outcome: 'not_found',
    });
  });

  test.each([
    ['all, in code unit order', {}, ['C', 'a', 'b']],
    ['a first page', { limit: 2 }, ['C', 'a']],
    ['the page after', { limit: 2, after: 'a' }, ['b']],
    ['part of a name, any case', { search: 'диСК' }, ['b']],
    ['part of an id, any case', { search: 'c' }, ['C']],
    ['of nobody', { account: 'nobody' }, []],
  ])('lists %s', async (_, query, wanted) => {
    await events().putRule(newEventRule('b', { ruleName: 'Диск' }), null, NOW);
    await events().putRule(newEventRule('a', { ruleName: 'x' }), null, NOW);
    await events().putRule(newEventRule('C', { ruleName: 'y' }), null, NOW);
    await events().putRule(newEventRule('z', { account: 'another' }), null, NOW);
    const found = await events().rules({ account: ACCOUNT, limit: 10, after: null, ...query });
    expect(found.map(({ rule }) => rule.ruleId)).toEqual(wanted);
  });

  test('an account has so many rules at most; removing makes room, changing needs none', async () => {
    const puts = Array.from({ length: 1000 }, (_, n) => events().putRule(newEventRule(`r${n}`), null, NOW));
    await Promise.all(puts);
    expect(await events().putRule(newEventRule('more'), null, NOW)).toEqual({ outcome: 'too_many_rules', limit: 1000 });
    expect(versionOf(await events().putRule(newEventRule('r7', { product: 'x' }), null, NOW))).toEqual(['updated', 2]);
    expect(versionOf(await events().putRule(newEventRule('more', { account: 'another' }), null, NOW))).toEqual([
      'created',
      1,
    ]);
    await events().removeRule({ account: ACCOUNT, ruleId: 'r3' }, null, NOW);
    expect(versionOf(await events().putRule(newEventRule('more'), null, NOW))).toEqual(['created', 1]);
  });
}

function describeConditions({ engine }: Bench): void {
  test.each([
    ['a number, no rule', 'r9', 1, 'version_mismatch', null],
    ['the wrong number', 'r1', 2, 'version_mismatch', 1],
    ['the right number', 'r1', 1, 'updated', 2],
    ['absent, but it is there', 'r1', 'absent', 'version_mismatch', 1],
    ['absent, and it is', 'r9', 'absent', 'created', 1],
  ] as const)('put requires %s', async (_, ruleId, condition, outcome, version) => {
    const { events } = engine();
    await events.putRule(newEventRule('r1'), null, NOW);
    const write = await events.putRule(newEventRule(ruleId, { product: 'x' }), condition, NOW);
    expect(write.outcome).toBe(outcome);
    expect('current' in write ? write.current : 'stored' in write && write.stored.rule.version).toBe(version);
  });

  test('of two writers that saw the same version one wins; removing and switching hold to it too', async () => {
    const { events } = engine();
    await events.putRule(newEventRule('r1'), null, NOW);
    const writes = await Promise.all(
      ['x', 'y'].map((product) => events.putRule(newEventRule('r1', { product }), 1, NOW)),
    );
    expect(writes.map((write) => write.outcome)).toEqual(['updated', 'version_mismatch']);
    const name = { account: ACCOUNT, ruleId: 'r1' };
    const late = { outcome: 'version_mismatch', current: 2 };
    expect(await events.removeRule(name, 1, NOW)).toEqual(late);
    expect(await events.setRuleEnabled({ ...name, enabled: false }, 1, NOW)).toEqual(late);
  });
}

function describeEvents({ engine }: Bench): void {
  beforeEach(async () => {
    const { events } = engine();
    await events.record(ACCOUNT, [newEvent(), newEvent({ product: 'RDS', level: 'CRITICAL', name: 'Down' })], NOW);
    await events.record(ACCOUNT, [newEvent({ resourceId: null, instanceName: 'web', content: 'é "x"' })], NOW + 10);
    await events.record('another', [newEvent({ name: 'foreign' })], NOW + 20);
  });

  test.each([
    ['all, newest first', {}, ['web', 'Down', 'i-12']],
    ['of a product', { product: 'RDS' }, ['Down']],
    ['of a level', { level: 'WARN' }, ['web', 'i-12']],
    ['of a name', { name: 'Instance:StateChange' }, ['web', 'i-12']],
    ['of a resource', { resourceId: 'i-12' }, ['Down', 'i-12']],
    ['since a time, included', { since: NOW + 10 }, ['web']],
    [
      'all at once',
      { product: 'ECS', level: 'WARN', name: 'Instance:StateChange', resourceId: 'i-12', since: NOW },
      ['i-12'],
    ],
    ['of nobody', { account: 'nobody' }, []],
  ] as const)('events: %s', async (_, query, wanted) => {
    const { items, next } = await engine().reader.events({ ...all, ...query });
    expect(items.map((item) => (item.name === 'Down' ? 'Down' : (item.instanceName ?? item.resourceId)))).toEqual(
      wanted,
    );
    expect(next).toBeNull();
  });

  test('pages hold each one once', async () => {
    const first = await engine().reader.events({ ...all, limit: 2 });
    const second = await engine().reader.events({ ...all, limit: 2, cursor: first.next });
    expect([first.items.length, second.items.length, second.next]).toEqual([2, 1, null]);
    const ids = [...first.items, ...second.items].map((item) => item.eventId);
    expect(new Set(ids).size).toBe(3);
    await expect(engine().reader.events({ ...all, cursor: 'x' })).rejects.toMatchObject({ code: 'cursor_invalid' });
  });

  test('an event reads back as it was told, to its account only', async () => {
    const [row] = (await engine().reader.events(all)).items;
    const event = newEvent({ resourceId: null, instanceName: 'web', content: 'é "x"' });
    expect(row).toEqual({ ...event, eventId: expect.any(String), createdAt: NOW + 10 });
    expect(await engine().reader.event(ACCOUNT, row!.eventId)).toEqual({ ...row, outcomes: [] });
    expect(await engine().reader.event('another', row!.eventId)).toBeNull();
  });

  test('ids are answered in the order of the request', async () => {
    const names = ['a', 'b', 'c'];
    const { eventIds } = await engine().events.record(
      ACCOUNT,
      names.map((name) => newEvent({ name })),
      NOW,
    );
    const found = await Promise.all(eventIds.map((id) => engine().reader.event(ACCOUNT, id)));
    expect(found.map((event) => event?.name)).toEqual(names);
  });

  test('no event is nothing', async () => {
    expect(await engine().events.record(ACCOUNT, [], NOW)).toEqual({ eventIds: [], deliveries: 0 });
  });
}

function describeForwarding({ engine }: Bench): void {
  /** What each rule made of the event, in words. */
  async function outcomesOf(eventId: string | undefined): Promise<unknown[]> {
    const detail = await engine().reader.event(ACCOUNT, eventId ?? '');
    return detail!.outcomes.map(({ ruleId, suppressed, deliveryIds }) => [ruleId, suppressed, deliveryIds.length]);
  }

  test('each rule that matches makes its deliveries, or says why not', async () => {
    const { events } = engine();
    for (const [ruleId, fields] of [
      ['b-two-groups', { product: 'ECS', contactGroups: ['ops', 'dev'] }],
      ['a-any', {}],
      ['other-product', { product: 'RDS' }],
      ['other-name', { names: ['Disk:*'] }],
      ['off', { enabled: false }],
      ['nobody', { contactGroups: [] }],
    ] as const) {
      await events.putRule(newEventRule(ruleId, fields), null, NOW);
    }
    await events.putRule(newEventRule('foreign', { account: 'another' }), null, NOW);
    const { eventIds, deliveries } = await events.record(ACCOUNT, [newEvent()], NOW);
    expect(deliveries).toBe(3);
    expect((await outcomesOf(eventIds[0])).sort()).toEqual([
      ['a-any', null, 1],
      ['b-two-groups', null, 2],
      ['nobody', 'no_endpoint', 0],
    ]);
  });

  test('a delivery is in the outbox, the lists and the ledger like that of an alert', async () => {
    const { events, outbox, reader } = engine();
    await events.putRule(newEventRule('r1'), null, NOW);
    await events.putRule(newEventRule('r1', { product: 'ECS' }), null, NOW);
    const { eventIds } = await events.record(ACCOUNT, [newEvent({ level: 'CRITICAL', instanceName: 'web' })], NOW + 5);
    const [transition] = (await reader.transitions({ ...all, ruleId: 'r1' })).items;
    expect(transition).toMatchObject({
      dimensions: { resourceId: 'i-12' },
      instanceName: 'web',
      transition: null,
      notification: null,
      event: { eventId: eventIds[0], product: 'ECS', name: 'Instance:StateChange', level: 'CRITICAL' },
      suppressed: null,
      ruleVersion: 2,
      createdAt: NOW + 5,
    });
    const row = {
      ruleId: 'r1',
      channel: 'email',
      endpoint: 'ops@example.com',
      triggerLevel: 'CRITICAL',
      createdAt: NOW + 5,
    };
    const [delivery] = (await reader.deliveries(all)).items;
    expect(delivery).toMatchObject({
      ...row,
      deliveryId: transition!.deliveryIds[0],
      transitionId: transition!.transitionId,
    });
    expect(await outbox.status(NOW + 5, [])).toMatchObject({ pending: 1, sending: 0, oldestDueAt: NOW + 5 });
    const [claimed] = await outbox.claim({ now: NOW + 5, limit: 10, room: {}, defaultRoom: 10 });
    expect(claimed).toMatchObject({ ...row, deliveryId: delivery!.deliveryId, alertId: transition!.alertId });
    expect(new TextDecoder().decode(claimed?.body)).toBe('Instance:StateChange');
    const detail = await reader.delivery(ACCOUNT, delivery!.deliveryId);
    expect(detail).toMatchObject({ state: 'sending', body: 'Instance:StateChange', attempts: [{ outcome: null }] });
  });

  test('events of one rule and resource share a lane, in order; others do not wait', async () => {
    const { events, outbox } = engine();
    await events.putRule(newEventRule('r1'), null, NOW);
    const named = (name: string, fields: Partial<ReportedEvent>) => newEvent({ name, ...fields });
    await events.record(
      ACCOUNT,
      [
        named('1', {}),
        named('2', { instanceName: 'another name of the same' }),
        named('3', { resourceId: 'i-13' }),
        named('4', { resourceId: null, instanceName: 'web' }),
        named('5', { resourceId: null, instanceName: 'db' }),
        named('6', { resourceId: null }),
      ],
      NOW,
    );
    const claimed = await outbox.claim({ now: NOW, limit: 10, room: {}, defaultRoom: 10 });
    expect(claimed.map((each) => new TextDecoder().decode(each.body))).toEqual(['1', '3', '4', '5', '6']);
  });

  test('a rule that is deleted or switched off forwards nothing more; what is due stays due', async () => {
    const { events, outbox } = engine();
    await events.putRule(newEventRule('r1'), null, NOW);
    await events.record(ACCOUNT, [newEvent()], NOW);
    await events.removeRule({ account: ACCOUNT, ruleId: 'r1' }, null, NOW);
    const { eventIds } = await events.record(ACCOUNT, [newEvent()], NOW);
    expect(await outcomesOf(eventIds[0])).toEqual([]);
    expect(await outbox.status(NOW, [])).toMatchObject({ pending: 1 });
  });
}

function describeSilenceTime({ engine }: Bench): void {
  const putRule = (fields: Partial<EventRule>) => engine().events.putRule(newEventRule('r1', fields), null, NOW);
  /** Reasons, newest last, of events told at these times. */
  async function tell(...told: [atMs: number, fields?: Partial<ReportedEvent>][]): Promise<unknown[]> {
    for (const [atMs, fields] of told) await engine().events.record(ACCOUNT, [newEvent(fields)], NOW + atMs);
    const { items } = await engine().reader.transitions({ ...all, ruleId: 'r1' });
    return items.map((item) => item.suppressed).reverse();
  }
  const HELD = 'repeat_not_due';

  test('counts from what was notified, for each event name of each resource', async () => {
    await putRule({ silenceTime: 60 });
    const reasons = await tell(
      [0],
      [30_000],
      [30_000, { name: 'other' }],
      [30_000, { resourceId: 'i-13' }],
      [59_999, { level: 'CRITICAL', status: 'other', content: '' }],
      [60_000],
      [119_999],
    );
    expect(reasons).toEqual([null, HELD, null, null, HELD, null, HELD]);
  });

  test('holds within one request too', async () => {
    await putRule({ silenceTime: 60 });
    const { deliveries } = await engine().events.record(
      ACCOUNT,
      [newEvent(), newEvent(), newEvent({ name: 'b' })],
      NOW,
    );
    expect(deliveries).toBe(2);
  });

  test('0 notifies every one', async () => {
    await putRule({ silenceTime: 0 });
    expect(await tell([0], [0], [1])).toEqual([null, null, null]);
  });

  test('what reached nobody silences nothing', async () => {
    await putRule({ silenceTime: 60, contactGroups: [] });
    expect(await tell([0], [1])).toEqual(['no_endpoint', 'no_endpoint']);
    await putRule({ silenceTime: 60 });
    expect(await tell([2], [3])).toEqual(['no_endpoint', 'no_endpoint', null, HELD]);
  });

  test('a longer silence time holds for what was notified before it; a rule made again begins anew', async () => {
    await putRule({ silenceTime: 0 });
    await tell([0]);
    await putRule({ silenceTime: 60 });
    expect(await tell([1])).toEqual([null, HELD]);
    await engine().events.removeRule({ account: ACCOUNT, ruleId: 'r1' }, null, NOW);
    await putRule({ silenceTime: 60 });
    expect(await tell([2])).toEqual([null, HELD, null]);
  });

  test('a clock that is set back holds nothing back', async () => {
    await putRule({ silenceTime: 60 });
    await engine().events.record(ACCOUNT, [newEvent()], NOW + 3_600_000);
    expect(await engine().events.record(ACCOUNT, [newEvent()], NOW)).toMatchObject({ deliveries: 1 });
  });
}
