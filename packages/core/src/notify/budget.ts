import type { ChannelName } from './delivery.ts';

/**
 * How many messages an endpoint may be sent, and, where its channel can merge, when several notifications go as one.
 *
 * plenty  fewer than `singlesMax` messages in the last `windowMs`: every delivery is a message of its own.
 *         Left when the last of them is sent.
 * short   what falls due waits, and goes together in one message, `mergedEveryMs` after the last. Left when at such a
 *         time no more than one delivery had waited, and there is room in the window again. Where nothing merges there
 *         is no such state: what falls due waits until there is room in the window.
 * blocked the endpoint asked to be left alone until a time: nothing goes. Left, to short, when it has come.
 *
 * Waiting is not an attempt, and nothing is ever dropped: what waits is due in the outbox. A budget is forgotten with the
 * process. Times are ms of one clock that never steps.
 */
export interface BudgetTable {
  readonly singlesMax: number;
  readonly windowMs: number;
  /** Null: nothing merges. */
  readonly mergedEveryMs: number | null;
}

const MINUTE = 60_000;

/**
 * A mailbox: 10 mails in 60 s, then one digest a minute. A robot is cut off for ten minutes above 20 messages a minute
 * (reference: DingTalk's custom robots): 10 + 60/6.5 are at most 19 in any minute, so one is left for whoever else uses it.
 */
export const BUDGETS: Readonly<Record<ChannelName, BudgetTable | null>> = {
  // A callback URL may have a rate limit of its own (endpoint-settings.ts).
  callback: null,
  email: { singlesMax: 10, windowMs: MINUTE, mergedEveryMs: MINUTE },
  dingtalk: { singlesMax: 10, windowMs: MINUTE, mergedEveryMs: 6500 },
};

export interface Budget {
  /** When messages were sent, oldest first: the last `singlesMax`. */
  readonly sentAt: readonly number[];
  readonly isShort: boolean;
  readonly blockedUntil: number;
}

export const FULL_BUDGET: Budget = { sentAt: [], isShort: false, blockedUntil: Number.NEGATIVE_INFINITY };

export type Allowance =
  | { readonly kind: 'singles'; readonly count: number }
  | { readonly kind: 'together' }
  | { readonly kind: 'wait'; readonly until: number };

/** What may be sent at `now`. */
export function allowance(budget: Budget, table: BudgetTable, now: number): Allowance {
  if (now < budget.blockedUntil) return { kind: 'wait', until: budget.blockedUntil };
  if (table.mergedEveryMs === null || !budget.isShort) return singlesOf(recent(budget, table, now), table);
  const until = (budget.sentAt.at(-1) ?? Number.NEGATIVE_INFINITY) + table.mergedEveryMs;
  return now < until ? { kind: 'wait', until } : { kind: 'together' };
}

function singlesOf(sentAt: readonly number[], table: BudgetTable): Allowance {
  const count = table.singlesMax - sentAt.length;
  const [oldest] = sentAt;
  return count > 0 || oldest === undefined
    ? { kind: 'singles', count }
    : { kind: 'wait', until: oldest + table.windowMs };
}

/** After a message that carries so many deliveries has set off; 0: there was nothing to send together. */
export function spend(
  budget: Budget,
  table: BudgetTable,
  { now, deliveries }: { readonly now: number; readonly deliveries: number },
): Budget {
  const before = recent(budget, table, now);
  const sentAt = deliveries === 0 ? before : [...before, now].slice(-table.singlesMax);
  // The time of the last message tells when the next may go, however long ago it was.
  const kept = sentAt.length === 0 ? budget.sentAt.slice(-1) : sentAt;
  const isShort = table.mergedEveryMs !== null && (deliveries > 1 || sentAt.length >= table.singlesMax);
  return { ...budget, sentAt: kept, isShort };
}

/** The endpoint asked to be left alone until then. */
export function block(budget: Budget, until: number): Budget {
  return { ...budget, isShort: true, blockedUntil: Math.max(until, budget.blockedUntil) };
}

/** True when forgetting the budget would change nothing any more. */
export function isSpare(budget: Budget, table: BudgetTable, now: number): boolean {
  return !budget.isShort && now >= budget.blockedUntil && recent(budget, table, now).length === 0;
}

function recent({ sentAt }: Budget, { windowMs }: BudgetTable, now: number): readonly number[] {
  return sentAt.filter((at) => at > now - windowMs);
}
