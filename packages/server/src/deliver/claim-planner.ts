import { BUDGETS } from '@cloudbell/core/notify/budget.ts';
import { CHANNELS, type ClaimedDelivery } from '@cloudbell/core/notify/delivery.ts';
import { fairShareOf, type PlannedClaim, planAhead, planClaims } from '@cloudbell/core/notify/fairness.ts';
import type { BornRequest, ClaimRequest } from '../ports/outbox.ts';
import type { EndpointBudgets } from './endpoint-budgets.ts';
import type { EndpointHealth } from './endpoint-health.ts';

/** Messages that are counted are not claimed ahead: each claim has to know how many are left. */
const UNBUDGETED = CHANNELS.filter((name) => BUDGETS[name] === null);

export interface Moment {
  /** Wall clock, ms. */
  readonly now: number;
  readonly mono: number;
  /** Slots. */
  readonly free: number;
}

/** What to ask the outbox for: core notify/fairness.ts over what is known of the endpoints, within their budgets. */
export class ClaimPlanner {
  readonly #health: EndpointHealth;
  readonly #budgets: EndpointBudgets;
  readonly #slots: { readonly inFlightMax: number; readonly firstAttemptShare: number };

  constructor(
    health: EndpointHealth,
    budgets: EndpointBudgets,
    slots: { readonly inFlightMax: number; readonly firstAttemptShare: number },
  ) {
    this.#health = health;
    this.#budgets = budgets;
    this.#slots = slots;
  }

  /** Claims for the slots that are free. Together they may find a little more than there are. */
  claims({ now, mono, free }: Moment): ClaimRequest[] {
    const plans = planClaims({ ...this.#slots, free, loads: this.#health.loads() });
    return plans.map((plan) => ({ ...this.#budgets.limit(plan, mono), now }));
  }

  /**
   * Whether there may be more for the same slots: an idle endpoint gets the room of a newcomer at first, and what its cap
   * allows beyond comes with the next claim. Asked once what was claimed is under way.
   */
  mayLeaveSome(request: ClaimRequest, claimed: readonly ClaimedDelivery[], mono: number): boolean {
    for (const [endpoint, { length }] of Map.groupBy(claimed, (each) => each.endpoint)) {
      if (length < (request.room[endpoint] ?? request.defaultRoom)) continue;
      const left = this.#budgets.singlesLeft(endpoint, mono) ?? Number.POSITIVE_INFINITY;
      if (Math.min(left, this.#health.roomOf(endpoint)) > 0) return true;
    }
    return false;
  }

  /** What to claim beyond them; null: nothing. */
  ahead(now: number): ClaimRequest | null {
    const plan = this.#ahead();
    return plan === null ? null : { ...plan, now };
  }

  /** For what is still to be committed. */
  born({ free }: Pick<Moment, 'free'>): BornRequest {
    const [plan] = planClaims({ ...this.#slots, free, loads: this.#health.loads() });
    if (plan === undefined) return { limit: 0, room: {}, defaultRoom: 0, channels: [] };
    const room: Record<string, number> = Object.assign(Object.create(null), plan.room);
    for (const [endpoint, more] of Object.entries(this.#ahead()?.room ?? {}))
      room[endpoint] = (room[endpoint] ?? plan.defaultRoom) + more;
    for (const endpoint of this.#budgets.rated()) room[endpoint] = 0;
    return { ...plan, room, channels: UNBUDGETED };
  }

  fairShare(): number {
    return fairShareOf({ ...this.#slots, loads: this.#health.loads() });
  }

  #ahead(): PlannedClaim | null {
    return planAhead(this.#health.loads((endpoint) => !this.#budgets.counts(endpoint)));
  }
}
