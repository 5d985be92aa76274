import { describe, expect, test } from 'vitest';
import { allowance, BUDGETS, type Budget, block, FULL_BUDGET, isSpare, spend } from './budget.ts';

const email = BUDGETS.email!;
const dingtalk = BUDGETS.dingtalk!;
/** A budget after single messages at these times, ms. */
const after = (times: readonly number[], table = email): Budget =>
  times.reduce((budget, now) => spend(budget, table, { now, deliveries: 1 }), FULL_BUDGET);
const every = (ms: number, count: number): number[] => Array.from({ length: count }, (_, n) => n * ms);

describe('what may be sent', () => {
  test.each<[string, Budget, number, ReturnType<typeof allowance>]>([
    ['nothing sent yet', FULL_BUDGET, 0, { kind: 'singles', count: 10 }],
    ['three in the last minute', after([0, 1000, 2000]), 3000, { kind: 'singles', count: 7 }],
    ['those of a minute ago no longer count', after([0, 1000, 2000]), 61_000, { kind: 'singles', count: 9 }],
    ['nine', after(every(1000, 9)), 9000, { kind: 'singles', count: 1 }],
    ['ten: wait a minute from the last', after(every(1000, 10)), 10_000, { kind: 'wait', until: 69_000 }],
    ['still', after(every(1000, 10)), 68_999, { kind: 'wait', until: 69_000 }],
    ['then all together', after(every(1000, 10)), 69_000, { kind: 'together' }],
    ['ten in more than a minute are none too many', after(every(7000, 10)), 64_000, { kind: 'singles', count: 1 }],
    ['blocked', block(FULL_BUDGET, 600_000), 599_999, { kind: 'wait', until: 600_000 }],
    ['no longer blocked: together', block(FULL_BUDGET, 600_000), 600_000, { kind: 'together' }],
    [
      'blocked twice: the later counts',
      block(block(FULL_BUDGET, 600_000), 300_000),
      0,
      { kind: 'wait', until: 600_000 },
    ],
  ])('%s', (_, budget, now, wanted) => {
    expect(allowance(budget, email, now)).toEqual(wanted);
  });

  test('a robot waits 6.5 s between messages when it is short', () => {
    const budget = after(every(10, 10), dingtalk);
    expect(allowance(budget, dingtalk, 100)).toEqual({ kind: 'wait', until: 6590 });
    const next = spend(budget, dingtalk, { now: 6590, deliveries: 30 });
    expect(allowance(next, dingtalk, 6600)).toEqual({ kind: 'wait', until: 13_090 });
  });
});

test('a rate limit: nothing merges, what is too much waits for room in the window', () => {
  const table = { singlesMax: 2, windowMs: 1000, mergedEveryMs: null };
  const rows: [at: number, wanted: ReturnType<typeof allowance>][] = [
    [0, { kind: 'singles', count: 2 }],
    [10, { kind: 'singles', count: 1 }],
    [20, { kind: 'wait', until: 1000 }],
    [999, { kind: 'wait', until: 1000 }],
    [1000, { kind: 'singles', count: 1 }],
    [1001, { kind: 'wait', until: 1010 }],
  ];
  let budget = FULL_BUDGET;
  for (const [now, wanted] of rows) {
    const allowed = allowance(budget, table, now);
    expect([now, allowed]).toEqual([now, wanted]);
    if (allowed.kind === 'singles') budget = spend(budget, table, { now, deliveries: 1 });
  }
});

describe('after a time when all might go together', () => {
  const short = after(every(0, 10));
  test.each([
    ['nothing waited: singles again', 0, 60_000, { kind: 'singles', count: 10 }],
    ['one waited: singles again', 1, 60_000, { kind: 'singles', count: 9 }],
    ['two waited: a minute more', 2, 60_000, { kind: 'wait', until: 120_000 }],
  ] as const)('%s', (_, deliveries, now, wanted) => {
    expect(allowance(spend(short, email, { now, deliveries }), email, now)).toEqual(wanted);
  });

  test('a robot with ten in the last minute stays short though nothing waited', () => {
    const idle = spend(after(every(0, 10), dingtalk), dingtalk, { now: 6500, deliveries: 0 });
    expect(allowance(idle, dingtalk, 6500)).toEqual({ kind: 'together' });
    expect(isSpare(idle, dingtalk, 6500)).toBe(false);
    const later = spend(idle, dingtalk, { now: 60_000, deliveries: 0 });
    expect(isSpare(later, dingtalk, 60_000)).toBe(true);
  });
});

test('greedy for an hour: never more than 20 messages to a robot in any minute, nor more than 10 singles', () => {
  const sent: { at: number; size: number }[] = [];
  let budget: Budget = FULL_BUDGET;
  for (let now = 0; now < 3_600_000; now += 50) {
    const allowed = allowance(budget, dingtalk, now);
    // Now it pours, now it drips: what is sent together is one or many.
    const size = allowed.kind === 'together' ? Math.floor(now / 60_000) % 3 : 1;
    if (allowed.kind === 'wait' || (allowed.kind === 'singles' && allowed.count <= 0)) continue;
    budget = spend(budget, dingtalk, { now, deliveries: size });
    if (size > 0) sent.push({ at: now, size });
  }
  const most = Math.max(...sent.map(({ at }) => sent.filter((each) => each.at >= at && each.at < at + 60_000).length));
  expect(most).toBeLessThanOrEqual(20);
  expect(most).toBeGreaterThanOrEqual(10);
});
