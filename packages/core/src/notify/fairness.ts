import { CAP_MAX, CAP_START } from './cap.ts';

/**
 * Who may have how many of the courier's slots. Three rules, in the form of claims to be made one after the other:
 *
 * - No endpoint has more under way than its cap.
 * - Endpoints that are busy share all but the reserve equally, so a newcomer finds a slot however long the backlog of
 *   the others is. Among those that have room, the outbox hands out what is due longest.
 * - Endpoints *in trouble* (their last judged attempt failed: this is where retries and hanging attempts go) together
 *   have at most what is not reserved, so first attempts elsewhere never wait for them.
 */
export interface EndpointLoad {
  readonly endpoint: string;
  readonly inFlight: number;
  /** Claimed ahead, and not begun. */
  readonly waiting: number;
  readonly cap: number;
  readonly inTrouble: boolean;
}

/**
 * Deliveries claimed beyond what may be under way: the courier begins them as slots come free, without asking the outbox
 * each time. A claim costs a commit, and so each commit serves several times a cap. Only endpoints that have proved
 * themselves, with a cap at its most and no failure since, have any.
 */
export const AHEAD_MAX = 512;
export const AHEAD_PER_ENDPOINT_MAX = 256;

export interface SlotPlan {
  /** Slots that are free now, over all endpoints. */
  readonly free: number;
  readonly inFlightMax: number;
  /** Fraction of `inFlightMax` kept for first attempts, [0, 1). */
  readonly firstAttemptShare: number;
  /** Every endpoint that is busy, in trouble, or has a cap below the start; the others may be left out. */
  readonly loads: Iterable<EndpointLoad>;
}

/** Room as the outbox takes it: an endpoint that is absent has `defaultRoom`. */
export interface PlannedClaim {
  readonly limit: number;
  readonly room: Readonly<Record<string, number>>;
  readonly defaultRoom: number;
}

/** One claim, or two when those in trouble have to be counted on their own. Limits assume the claims before took none. */
export function planClaims({ free, inFlightMax, firstAttemptShare, loads }: SlotPlan): PlannedClaim[] {
  if (free <= 0) return [];
  const all = [...loads];
  const sharedSlots = sharedSlotsOf({ inFlightMax, firstAttemptShare });
  const fairShare = fairShareOf({ inFlightMax, firstAttemptShare, loads: all });

  const room: Record<string, number> = Object.create(null);
  const troubledRoom: Record<string, number> = Object.create(null);
  let troubledInFlight = 0;
  let troubledWanted = 0;
  for (const { endpoint, inFlight, cap, inTrouble } of all) {
    const left = Math.max(0, Math.min(cap, fairShare) - inFlight);
    if (!inTrouble) {
      room[endpoint] = left;
      continue;
    }
    troubledRoom[endpoint] = left;
    troubledInFlight += inFlight;
    troubledWanted += left;
  }
  const troubledLimit = Math.min(free, sharedSlots - troubledInFlight);
  if (troubledWanted <= Math.max(0, sharedSlots - troubledInFlight)) {
    return [{ limit: free, room: Object.assign(room, troubledRoom), defaultRoom: CAP_START }];
  }
  for (const endpoint of Object.keys(troubledRoom)) room[endpoint] = 0;
  const claims: PlannedClaim[] = [{ limit: free, room, defaultRoom: CAP_START }];
  if (troubledLimit > 0) claims.push({ limit: troubledLimit, room: troubledRoom, defaultRoom: 0 });
  return claims;
}

/** Attempts that one endpoint may have under way, whatever its cap, while others are busy too. */
export function fairShareOf(plan: Omit<SlotPlan, 'free'>): number {
  let busy = 0;
  for (const { inFlight } of plan.loads) if (inFlight > 0) busy++;
  return Math.max(1, Math.floor(sharedSlotsOf(plan) / Math.max(1, busy)));
}

function sharedSlotsOf({
  inFlightMax,
  firstAttemptShare,
}: Pick<SlotPlan, 'inFlightMax' | 'firstAttemptShare'>): number {
  return Math.max(1, Math.floor(inFlightMax * (1 - firstAttemptShare)));
}

export const isProven = ({ cap, inTrouble }: Pick<EndpointLoad, 'cap' | 'inTrouble'>): boolean =>
  cap === CAP_MAX && !inTrouble;

/** What may be claimed ahead beside the other claims, shared equally by those that have work; null when nothing may. */
export function planAhead(loads: Iterable<EndpointLoad>): PlannedClaim | null {
  const proven = [...loads].filter(isProven);
  const waiting = proven.reduce((sum, load) => sum + load.waiting, 0);
  const limit = AHEAD_MAX - waiting;
  if (proven.length === 0 || limit <= 0) return null;
  const share = Math.min(AHEAD_PER_ENDPOINT_MAX, Math.floor(AHEAD_MAX / proven.length));
  const room: Record<string, number> = Object.create(null);
  for (const load of proven) room[load.endpoint] = Math.max(0, share - load.waiting);
  return { limit, room, defaultRoom: 0 };
}
