import type { AttemptResult, ClaimedDelivery, DeliveryDraft } from '@cloudbell/core/notify/delivery.ts';
import type { AlertLevel } from '@cloudbell/core/rule/rule.ts';
import type { ClaimRequest, ClaimTogetherRequest, Outbox, Settlement } from './outbox.ts';

/** A delivery as a commit puts it in: pending, nothing attempted, due at `createdAt`. */
export interface NewDelivery extends DeliveryDraft {
  readonly alertId: string;
  readonly ruleId: string;
  readonly triggerLevel: AlertLevel;
  /** Wall clock, ms. */
  readonly createdAt: number;
}

export const NOW = 1_700_000_000_000;
export const WAIT_MS_MAX = 60_000;

/** Two deliveries share a lane when they agree in endpoint and alert. */
export function newDelivery(
  deliveryId: string,
  at: { readonly endpoint?: string; readonly alert?: string; readonly createdAt?: number } = {},
): NewDelivery {
  const endpoint = `http://${at.endpoint ?? 'a'}.example/hook`;
  const alertId = `alert-${at.alert ?? deliveryId}`;
  return {
    deliveryId,
    channel: 'callback',
    endpoint,
    lane: `${endpoint} ${alertId}`,
    body: new TextEncoder().encode(`id=${deliveryId}&curValue=97.39`),
    contentType: 'application/x-www-form-urlencoded; charset=UTF-8',
    alertId,
    ruleId: 'r1',
    triggerLevel: 'WARN',
    createdAt: at.createdAt ?? NOW,
  };
}

/** What the suites of the outbox's contract share: an engine to fill, to claim from and to settle with. */
export interface Bench {
  outbox(): Outbox;
  add(...deliveries: NewDelivery[]): Promise<void>;
  claim(request?: Partial<ClaimRequest>): Promise<ClaimedDelivery[]>;
  /** Of the endpoint `a`, unless it says otherwise. */
  claimTogether(request?: Partial<ClaimTogetherRequest>): Promise<ClaimedDelivery[]>;
}

export const ids = (claimed: readonly ClaimedDelivery[]): string[] => claimed.map((each) => each.deliveryId);

const attempt = (outcome: AttemptResult['outcome']): AttemptResult => ({
  outcome,
  startedAt: NOW,
  durationMs: 12,
  status: outcome === 'accepted' ? 200 : outcome === 'status' ? 500 : null,
  error: outcome === 'accepted' ? null : `it was ${outcome}`,
  answer: null,
  retryAfterMs: null,
});

function outcomeOf(
  claimed: ClaimedDelivery | undefined,
  outcome: AttemptResult['outcome'],
  next: { readonly state: Settlement['state']; readonly nextAttemptAt?: number },
): Settlement {
  if (claimed === undefined) throw new Error('nothing was claimed');
  const { deliveryId, attemptId } = claimed;
  return {
    deliveryId,
    attemptId,
    result: attempt(outcome),
    state: next.state,
    nextAttemptAt: next.nextAttemptAt ?? null,
  };
}
export const delivered = (claimed: ClaimedDelivery | undefined) =>
  outcomeOf(claimed, 'accepted', { state: 'delivered' });
export const exhausted = (claimed: ClaimedDelivery | undefined) =>
  outcomeOf(claimed, 'timeout', { state: 'exhausted' });
export const again = (claimed: ClaimedDelivery | undefined, outcome: AttemptResult['outcome'], nextAttemptAt: number) =>
  outcomeOf(claimed, outcome, { state: 'pending', nextAttemptAt });
