import type { SuppressionReason } from '../alert/effect.ts';
import type { EventRule } from './event-rule.ts';

/** What is known when a rule that matches an event decides. Times are wall clock ms, of Cloudbell and not of the sender. */
export interface ForwardQuestion {
  readonly rule: Pick<EventRule, 'silenceTime'>;
  /** When (rule, resource, event name) was last notified to anybody; null for never. */
  readonly lastNotifiedAt: number | null;
  readonly now: number;
}

/**
 * Why a matching event is held back, or null when it is due. The silence time counts from what was *notified*: an
 * event that reached nobody silences nothing. A clock that was set back since holds nothing back either.
 */
export function heldBack({ rule, lastNotifiedAt, now }: ForwardQuestion): SuppressionReason | null {
  if (rule.silenceTime === 0 || lastNotifiedAt === null) return null;
  const sinceMs = now - lastNotifiedAt;
  return sinceMs >= 0 && sinceMs < rule.silenceTime * 1000 ? 'repeat_not_due' : null;
}
