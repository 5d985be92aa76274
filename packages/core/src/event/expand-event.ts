import type { Digest } from '../alert/ids.ts';
import { dimensionsKey } from '../metric/dimensions.ts';
import type { Contact } from '../notify/contact.ts';
import { type ReportedEvent, resourceOf } from './event.ts';
import type { EventRule } from './event-rule.ts';

/** An event that is due to the contacts of a rule. */
export interface EventNotification {
  /** Names the notification for ever, as that of an alert does: `webhook-id` is a hash of it and the endpoint. */
  readonly notificationId: string;
  /** {@link eventAlertId}: what stands for an alert in lanes and deliveries. */
  readonly alertId: string;
  readonly eventId: string;
  readonly event: ReportedEvent;
  readonly rule: EventRule;
  /** The contacts of the rule's groups at this moment. */
  readonly contacts: readonly Contact[];
}

/** Stands for (rule, resource) where alerts have their id; no alert has the same one. */
export function eventAlertId(digest: Digest, rule: EventRule, event: ReportedEvent): string {
  const resource = dimensionsKey(resourceOf(event));
  return digest(JSON.stringify(['event', rule.account, rule.ruleId, resource])).slice(0, 32);
}
