import {
  allowance,
  BUDGETS,
  type Budget,
  type BudgetTable,
  block,
  FULL_BUDGET,
  isSpare,
  spend,
} from '@cloudbell/core/notify/budget.ts';
import type { ChannelName } from '@cloudbell/core/notify/delivery.ts';
import type { PlannedClaim } from '@cloudbell/core/notify/fairness.ts';

const ASK_EVERY_MS = 1000;

/**
 * The budgets of the endpoints that channels which merge send to, and of those that have a rate limit (core
 * notify/budget.ts has the rules). Kept in memory: after a restart every endpoint has its whole budget again. Times are
 * monotonic ms.
 */
export class EndpointBudgets {
  /** Those that are not full, by endpoint, and all that have a rate limit. */
  readonly #limited = new Map<string, LimitedEndpoint>();
  #rates: ReadonlyMap<string, BudgetTable> = new Map();

  /** From now on these callback URLs have these rate limits, and no others have one. What was sent still counts. */
  setRates(rates: ReadonlyMap<string, BudgetTable>): void {
    for (const endpoint of this.#rates.keys()) if (!rates.has(endpoint)) this.#limited.delete(endpoint);
    for (const [endpoint, table] of rates) {
      const budget = this.#limited.get(endpoint)?.budget ?? FULL_BUDGET;
      this.#limited.set(endpoint, { channel: 'callback', table, budget, askAgainAt: Number.NEGATIVE_INFINITY });
    }
    this.#rates = rates;
  }

  /** Its messages are counted, be it for its channel or for a rate limit. */
  counts({ endpoint, channel }: { readonly endpoint: string; readonly channel: ChannelName }): boolean {
    return BUDGETS[channel] !== null || this.#rates.has(endpoint);
  }

  /** Endpoints with a rate limit. */
  rated(): Iterable<string> {
    return this.#rates.keys();
  }

  /** The same claim, with no more room for any endpoint than its budget has single messages left. */
  limit(plan: PlannedClaim, now: number): PlannedClaim {
    if (this.#limited.size === 0) return plan;
    const room: Record<string, number> = Object.assign(Object.create(null), plan.room);
    for (const [endpoint, { budget, table }] of this.#limited) {
      const allowed = allowance(budget, table, now);
      const count = allowed.kind === 'singles' ? allowed.count : 0;
      room[endpoint] = Math.min(Object.hasOwn(room, endpoint) ? (room[endpoint] ?? 0) : plan.defaultRoom, count);
    }
    return { ...plan, room };
  }

  /** Single messages that the endpoint may still be sent; null when it has no budget to keep, or a full one. */
  singlesLeft(endpoint: string, now: number): number | null {
    const known = this.#limited.get(endpoint);
    if (known === undefined) return null;
    const allowed = allowance(known.budget, known.table, now);
    return allowed.kind === 'singles' ? allowed.count : 0;
  }

  /** Endpoints that are due a message of everything that waits for them. */
  dueTogether(now: number): { readonly endpoint: string; readonly channel: ChannelName }[] {
    return [...this.#limited].flatMap(([endpoint, { budget, table, channel, askAgainAt }]) =>
      now >= askAgainAt && allowance(budget, table, now).kind === 'together' ? [{ endpoint, channel }] : [],
    );
  }

  /** A message with so many deliveries sets off; 0: nothing waited for one. */
  spend(at: { readonly endpoint: string; readonly channel: ChannelName }, deliveries: number, now: number): void {
    const askAgainAt = deliveries === 0 ? now + ASK_EVERY_MS : now;
    this.#change(at, { now, askAgainAt }, (budget, table) => spend(budget, table, { now, deliveries }));
  }

  block(at: { readonly endpoint: string; readonly channel: ChannelName }, until: number, now: number): void {
    this.#change(at, { now, askAgainAt: now }, (budget) => block(budget, until));
  }

  /** When the next endpoint has waited long enough; infinity when none waits. Forgets budgets that are full again. */
  nextAt(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const [endpoint, { budget, table, askAgainAt }] of [...this.#limited]) {
      if (!this.#rates.has(endpoint) && isSpare(budget, table, now)) {
        this.#limited.delete(endpoint);
        continue;
      }
      const allowed = allowance(budget, table, now);
      if (allowed.kind === 'wait') next = Math.min(next, allowed.until);
      if (allowed.kind === 'together' && askAgainAt > now) next = Math.min(next, askAgainAt);
    }
    return next;
  }

  /** Until when the endpoint is sent nothing; null when it is not waiting. */
  waitsUntil(endpoint: string, now: number): number | null {
    const known = this.#limited.get(endpoint);
    const allowed = known === undefined ? null : allowance(known.budget, known.table, now);
    return allowed?.kind === 'wait' ? allowed.until : null;
  }

  #change(
    { endpoint, channel }: { readonly endpoint: string; readonly channel: ChannelName },
    { now, askAgainAt }: { readonly now: number; readonly askAgainAt: number },
    change: (budget: Budget, table: BudgetTable) => Budget,
  ): void {
    const table = BUDGETS[channel] ?? this.#rates.get(endpoint) ?? null;
    if (table === null) return;
    const budget = change(this.#limited.get(endpoint)?.budget ?? FULL_BUDGET, table);
    if (!this.#rates.has(endpoint) && isSpare(budget, table, now)) this.#limited.delete(endpoint);
    else this.#limited.set(endpoint, { channel, table, budget, askAgainAt });
  }
}

interface LimitedEndpoint {
  readonly channel: ChannelName;
  readonly table: BudgetTable;
  readonly budget: Budget;
  /** While nothing waits for a message together, the outbox is not asked again before. */
  readonly askAgainAt: number;
}
