import type { LogRecord } from '@cloudbell/core/alert/log-record.ts';
import { expect, test } from 'vitest';
import { CloudbellError } from '../base/errors.ts';
import { SimulatedClock } from '../base/simulated-clock.ts';
import type { LogOutboxRow } from '../ports/rule-store.ts';
import { createRuleRelay } from './rule-relay.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

const change = (id: number): LogRecord => ({ kind: 'dismiss', alertId: `a${id}`, by: 'admin' });

/** A store with changes, and a log that can be made to refuse. */
function bench(...ids: number[]) {
  const pending: LogOutboxRow[] = ids.map((id) => ({ id, record: change(id) }));
  const appends: string[][] = [];
  const state = { refuse: false, settleFails: 0 };
  const clock = new SimulatedClock(1_000);
  const relay = createRuleRelay({
    rules: {
      pendingChanges: async (limit) => pending.slice(0, limit),
      settleChanges: async (upToId) => {
        if (state.settleFails-- > 0) throw new CloudbellError('store_unavailable', { message: 'the disk is full' });
        while (pending[0] !== undefined && pending[0].id <= upToId) pending.shift();
      },
    },
    writer: {
      appendRecords: async (records) => {
        if (state.refuse) throw new CloudbellError('log_unavailable', { message: 'the disk is full' });
        appends.push(records.map((record) => (record.kind === 'dismiss' ? record.alertId : record.kind)));
        return [1n];
      },
    },
    logger: silent,
    clock,
  });
  const enqueue = (id: number): number => {
    pending.push({ id, record: change(id) });
    return id;
  };
  const settled = async (promise: Promise<void>): Promise<string> => {
    let is = 'waiting';
    void promise.then(
      () => (is = 'resolved'),
      () => (is = 'rejected'),
    );
    await clock.advance(0);
    return is;
  };
  return { relay, clock, pending, appends, state, enqueue, settled };
}

test('at start, what a crash left behind goes to the log in order, and is settled', async () => {
  const { relay, pending, appends } = bench(3, 4, 9);
  await relay.start();
  expect(appends).toEqual([['a3', 'a4', 'a9']]);
  expect(pending).toEqual([]);
});

test('a flush resolves when its change is in the log and settled', async () => {
  const { relay, pending, appends, enqueue } = bench();
  await relay.flush(enqueue(1));
  expect(appends).toEqual([['a1']]);
  expect(pending).toEqual([]);
});

test('flushes that come together share one append, and a change that came after a pass began gets the next', async () => {
  const { relay, appends, enqueue } = bench();
  await Promise.all([relay.flush(enqueue(1)), relay.flush(enqueue(2)), relay.flush(enqueue(3))]);
  expect(appends.flat()).toEqual(['a1', 'a2', 'a3']);
  expect(appends.length).toBeLessThanOrEqual(2);
});

test('a change that another pass already took resolves at once', async () => {
  const { relay, enqueue } = bench();
  const first = enqueue(1);
  enqueue(2);
  await relay.flush(2);
  await relay.flush(first);
});

test('ids may start again: a flush never rests on what an earlier pass carried', async () => {
  const { relay, appends, enqueue } = bench();
  await relay.flush(enqueue(1));
  await relay.flush(enqueue(1));
  expect(appends).toEqual([['a1'], ['a1']]);
});

test('while the log refuses, flushes wait; it is tried again after 0.1 s, 0.2 s, … and then they resolve', async () => {
  const { relay, clock, pending, appends, state, enqueue, settled } = bench();
  state.refuse = true;
  const flush = relay.flush(enqueue(1));
  expect(await settled(flush)).toBe('waiting');
  await clock.advance(100);
  expect(await settled(flush)).toBe('waiting');
  state.refuse = false;
  await clock.advance(199);
  expect(await settled(flush)).toBe('waiting');
  await clock.advance(1);
  await flush;
  expect(appends).toEqual([['a1']]);
  expect(pending).toEqual([]);
});

test('a change that is in the log but could not be settled goes there again: the fold takes it as once', async () => {
  const { relay, clock, pending, appends, state, enqueue } = bench();
  state.settleFails = 1;
  const flush = relay.flush(enqueue(1));
  await clock.advance(100);
  await flush;
  expect(appends).toEqual([['a1'], ['a1']]);
  expect(pending).toEqual([]);
});

test('more changes than fit into one append go in several', async () => {
  const ids = Array.from({ length: 1_200 }, (_, index) => index + 1);
  const { relay, appends } = bench(...ids);
  await relay.start();
  expect(appends.map((each) => each.length)).toEqual([500, 500, 200]);
  expect(appends.flat()).toEqual(ids.map((id) => `a${id}`));
});

test('after stop, a waiting flush rejects and its change stays for the next start', async () => {
  const { relay, pending, state, enqueue, settled } = bench();
  state.refuse = true;
  const flush = relay.flush(enqueue(1));
  expect(await settled(flush)).toBe('waiting');
  await relay.stop();
  await expect(flush).rejects.toThrow('disk is full');
  await expect(relay.flush(1)).rejects.toThrow('stopped');
  expect(pending).toHaveLength(1);
});
