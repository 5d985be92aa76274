import type { AttemptOutcome } from '@cloudbell/core/notify/delivery.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CommitStore, Expand } from './commit-store.ts';
import type { Outbox } from './outbox.ts';
import {
  ACCOUNT,
  type Committer,
  expandToWebhook,
  NOW,
  newAlert,
  newCommitter,
  newEffect,
  newIntent,
  newRule,
} from './store-fixtures.contract.ts';
import type { Page, PageRequest, StoreReader } from './store-reader.ts';

export interface StoreReaderEngine {
  readonly reader: StoreReader;
  readonly commits: CommitStore;
  readonly outbox: Outbox;
  close(): Promise<void>;
}

/** What every engine of the store reader must do (ports/store-reader.ts). */
export function describeStoreReaderContract(
  name: string,
  makeEngine: (expand: Expand) => Promise<StoreReaderEngine>,
): void {
  describe(`store reader contract: ${name}`, () => {
    let engine: StoreReaderEngine;
    let commit: Committer;
    beforeEach(async () => {
      engine = await makeEngine(expandToWebhook);
      commit = await newCommitter(engine.commits);
    });
    afterEach(() => engine.close());
    const bench: Bench = {
      reader: () => engine.reader,
      outbox: () => engine.outbox,
      commit: (...args) => commit(...args),
    };
    describe('alerts', () => describeAlerts(bench));
    describe('transitions', () => describeTransitions(bench));
    describe('deliveries', () => describeDeliveries(bench));
    describe('attempts', () => describeAttempts(bench));
    describe('cursors', () => describeCursors(bench));
  });
}

interface Bench {
  reader(): StoreReader;
  outbox(): Outbox;
  readonly commit: Committer;
}

const all: PageRequest & { account: string } = { account: ACCOUNT, limit: 100, cursor: null };

async function everyPage<T>(list: (page: PageRequest) => Promise<Page<T>>, limit: number): Promise<T[][]> {
  const pages: T[][] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> = await list({ limit, cursor });
    pages.push([...page.items]);
    cursor = page.next;
  } while (cursor !== null);
  return pages;
}

/** A step of `alertId` under `ruleId`, notifying `endpoint` unless it is null. */
function stepOf(alertId: string, ruleId: string, endpoint: string | null) {
  const rule = { ...newRule(ruleId, { webhook: endpoint }), version: 1 };
  return newEffect(alertId, { alert: newAlert(alertId, { ruleId }), notification: newIntent({ rule }) });
}

function describeAlerts({ reader, commit }: Bench): void {
  const alert = (alertId: string, fields: object) => newEffect(alertId, { alert: newAlert(alertId, fields) });
  beforeEach(async () => {
    await commit([
      alert('a', { since: NOW + 1 }),
      alert('b', { since: NOW + 3, state: 'OK', ruleId: 'r2' }),
      alert('c', { since: NOW + 2, ruleId: 'r2' }),
      alert('d', { since: NOW + 2, state: 'INSUFFICIENT_DATA' }),
      alert('other', { account: 'another' }),
    ]);
  });

  test.each([
    ['all, the latest change first', {}, ['b', 'd', 'c', 'a']],
    ['of a state', { state: 'ALERT' }, ['c', 'a']],
    ['of a rule', { ruleId: 'r2' }, ['b', 'c']],
    ['of both', { ruleId: 'r2', state: 'ALERT' }, ['c']],
    ['of nobody', { account: 'nobody' }, []],
  ] as const)('alerts: %s', async (_, query, wanted) => {
    const { items, next } = await reader().alerts({ ...all, ...query });
    expect(items.map((item) => item.alertId)).toEqual(wanted);
    expect(next).toBeNull();
  });

  test('pages of alerts hold each one once, equal times included', async () => {
    const pages = await everyPage((page) => reader().alerts({ ...all, ...page }), 1);
    expect(pages.flat().map((item) => item.alertId)).toEqual(['b', 'd', 'c', 'a']);
    expect(pages).toHaveLength(4);
  });

  test('one alert, and only to its account', async () => {
    expect(await reader().alert(ACCOUNT, 'a')).toEqual({
      ...newAlert('a', { since: NOW + 1 }),
      acknowledged: null,
    });
    expect(await reader().alert('another', 'a')).toBeNull();
    expect(await reader().alert(ACCOUNT, 'nobody')).toBeNull();
  });
}

function describeTransitions({ reader, commit }: Bench): void {
  beforeEach(async () => {
    await commit([stepOf('a', 'r1', 'http://a.example/'), stepOf('b', 'r2', null)], NOW);
    await commit([stepOf('a', 'r1', 'http://a.example/')], NOW + 10);
    await commit([stepOf('b', 'r2', 'http://b.example/')], NOW + 20);
    const foreign = newEffect('f', { alert: newAlert('f', { account: 'another' }) });
    await commit([foreign], NOW + 30);
  });

  test.each([
    ['all, newest first', {}, ['0-3-0', '0-2-0', '0-1-1', '0-1-0']],
    ['of a rule', { ruleId: 'r2' }, ['0-3-0', '0-1-1']],
    ['of an alert', { alertId: 'a' }, ['0-2-0', '0-1-0']],
    ['since a time, included', { since: NOW + 10 }, ['0-3-0', '0-2-0']],
    ['of a rule since a time', { ruleId: 'r1', since: NOW + 1 }, ['0-2-0']],
    ['of another account', { account: 'another' }, ['0-4-0']],
  ])('transitions: %s', async (_, query, wanted) => {
    const { items } = await reader().transitions({ ...all, ...query });
    expect(items.map((item) => item.transitionId)).toEqual(wanted);
  });

  test('pages of transitions hold each one once', async () => {
    const pages = await everyPage((page) => reader().transitions({ ...all, ...page }), 3);
    expect(pages.map((page) => page.map((item) => item.transitionId))).toEqual([
      ['0-3-0', '0-2-0', '0-1-1'],
      ['0-1-0'],
    ]);
  });
}

function describeDeliveries({ reader, outbox, commit }: Bench): void {
  beforeEach(async () => {
    await commit([stepOf('a', 'r1', 'http://a.example/'), stepOf('b', 'r2', 'http://b.example/')], NOW);
    await commit([stepOf('a', 'r1', 'http://a.example/')], NOW + 10);
    await commit([stepOf('c', 'r2', 'http://a.example/')], NOW + 20);
    await commit([newEffect('f', { alert: newAlert('f', { account: 'another' }) })], NOW + 30);
    const [a, b, c] = await outbox().claim({ now: NOW + 20, limit: 3, room: {}, defaultRoom: 9 });
    const result = { startedAt: NOW + 40, durationMs: 2, status: 200, error: null, answer: null, retryAfterMs: null };
    const settle = (claimed: typeof a, state: 'delivered' | 'exhausted') =>
      outbox().settle([{ ...claimed!, state, nextAttemptAt: null, result: { ...result, outcome: 'accepted' } }]);
    await settle(a, 'delivered');
    await settle(b, 'exhausted');
    expect(c?.alertId).toBe('c');
  });

  test.each([
    ['all, newest first', {}, ['c', 'a', 'b', 'a']],
    ['pending', { state: 'pending' }, ['a']],
    ['sending', { state: 'sending' }, ['c']],
    ['delivered', { state: 'delivered' }, ['a']],
    ['exhausted', { state: 'exhausted' }, ['b']],
    ['cancelled', { state: 'cancelled' }, []],
    ['of a rule', { ruleId: 'r2' }, ['c', 'b']],
    ['to an endpoint', { endpoints: ['http://a.example/'] }, ['c', 'a', 'a']],
    ['to several', { endpoints: ['http://a.example/', 'http://b.example/', 'x'] }, ['c', 'a', 'b', 'a']],
    ['to none', { endpoints: [] }, []],
    ['by a channel', { channel: 'callback', ruleId: 'r2' }, ['c', 'b']],
    ['by a channel that nothing went by', { channel: 'email' }, []],
    ['since a time, included', { since: NOW + 10 }, ['c', 'a']],
    ['all at once', { state: 'exhausted', ruleId: 'r2', endpoints: ['http://b.example/'], since: NOW }, ['b']],
    ['of another account', { account: 'another' }, ['f']],
  ] as const)('deliveries: %s', async (_, query, wanted) => {
    const { items } = await reader().deliveries({ ...all, ...query });
    expect(items.map((item) => item.alertId)).toEqual(wanted);
  });

  test('pages of deliveries hold each one once', async () => {
    const pages = await everyPage((page) => reader().deliveries({ ...all, ...page }), 2);
    expect(pages.map((page) => page.map((item) => item.createdAt - NOW))).toEqual([
      [20, 10],
      [0, 0],
    ]);
    expect(new Set(pages.flat().map((item) => item.deliveryId)).size).toBe(4);
  });

  test('endpoints: each one once, with its newest delivery and what waits for it', async () => {
    const endpoints = await reader().endpoints(ACCOUNT, 10);
    expect(endpoints.map((each) => [each.endpoint, each.createdAt - NOW, each.queued, each.oldestQueuedAt])).toEqual([
      ['http://a.example/', 20, 2, NOW + 10],
      ['http://b.example/', 0, 0, null],
    ]);
    expect(endpoints[0]).toMatchObject({ channel: 'callback', lastAttempt: null });
    expect(endpoints[1]?.lastAttempt).toEqual({ outcome: 'accepted', status: 200, error: null, startedAt: NOW + 40 });
    expect((await reader().endpoints(ACCOUNT, 1)).map((each) => each.endpoint)).toEqual(['http://a.example/']);
    expect(await reader().endpoints('nobody', 10)).toEqual([]);
  });

  test('a delivery shows where it stands', async () => {
    const { items } = await reader().deliveries(all);
    const standing = items.map((item) => [item.state, item.judgedAttempts, item.settledAt, item.nextAttemptAt]);
    expect(standing).toEqual([
      ['sending', 0, null, null],
      ['pending', 0, null, NOW + 10],
      ['exhausted', 1, NOW + 42, null],
      ['delivered', 1, NOW + 42, null],
    ]);
    expect(items[0]).toMatchObject({ transitionId: '0-3-0', channel: 'callback', triggerLevel: 'WARN', replay: false });
  });
}

function describeAttempts({ reader, outbox, commit }: Bench): void {
  async function attempt(outcome: AttemptOutcome, startedAt: number, final?: 'exhausted'): Promise<void> {
    const [claimed] = await outbox().claim({ now: startedAt, limit: 1, room: {}, defaultRoom: 1 });
    await outbox().settle([
      {
        ...claimed!,
        state: final ?? 'pending',
        nextAttemptAt: final === undefined ? startedAt + 1 : null,
        result: {
          outcome,
          startedAt,
          durationMs: 1.5,
          status: 500,
          error: 'it failed',
          answer: '好',
          retryAfterMs: null,
        },
      },
    ]);
  }

  test('a delivery tells its body and every attempt, numbered where it was judged, through a replay', async () => {
    await commit([stepOf('a', 'r1', 'http://a.example/')], NOW);
    const id = (await reader().deliveries(all)).items[0]!.deliveryId;
    await attempt('timeout', NOW);
    await attempt('stale_socket', NOW + 10);
    await attempt('status', NOW + 20, 'exhausted');
    await outbox().replay(id, NOW + 30);
    await attempt('status', NOW + 30);
    await outbox().claim({ now: NOW + 40, limit: 1, room: {}, defaultRoom: 1 });
    await outbox().recover(NOW + 50, { channels: {} });
    await outbox().claim({ now: NOW + 60, limit: 1, room: {}, defaultRoom: 1 });
    const detail = await reader().delivery(ACCOUNT, id);
    expect(detail).toMatchObject({
      body: 'alertName=a&curValue=97.39&é=%E2%9C%93',
      contentType: 'application/x-www-form-urlencoded; charset=UTF-8',
      state: 'sending',
      replay: true,
      judgedAttempts: 1,
      settledAt: null,
    });
    expect(detail?.attempts.map((each) => [each.startedAt - NOW, each.outcome, each.number, each.durationMs])).toEqual([
      [0, 'timeout', 1, 1.5],
      [10, 'stale_socket', null, 1.5],
      [20, 'status', 2, 1.5],
      [30, 'status', 1, 1.5],
      [40, 'interrupted', null, null],
      [60, null, null, null],
    ]);
    expect(detail?.attempts[0]).toMatchObject({ status: 500, error: 'it failed', answer: '好' });
  });

  test('a delivery is shown to its account only', async () => {
    await commit([stepOf('a', 'r1', 'http://a.example/')], NOW);
    const id = (await reader().deliveries(all)).items[0]!.deliveryId;
    expect(await reader().delivery('another', id)).toBeNull();
    expect(await reader().delivery(ACCOUNT, 'nobody')).toBeNull();
  });
}

function describeCursors({ reader }: Bench): void {
  test.each(['', 'x', 'bnVsbA', 'WzFd', 'WyIxIiwiMiJd', 'e30', 'W251bGwsbnVsbF0'])(
    'the cursor %j is refused',
    async (cursor) => {
      const query = { ...all, cursor };
      for (const list of [reader().alerts(query), reader().transitions(query), reader().deliveries(query)]) {
        await expect(list).rejects.toMatchObject({ code: 'cursor_invalid' });
      }
    },
  );
}
