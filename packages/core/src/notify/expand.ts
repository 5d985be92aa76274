import type { Alert } from '../alert/alert.ts';
import type { NotificationIntent } from '../alert/effect.ts';
import type { HmacBase64 } from '../callback/hmac.ts';
import { renderCallback } from '../callback/render.ts';
import type { SigningSecrets } from '../callback/signing-secret.ts';
import type { EventNotification } from '../event/expand-event.ts';
import type { CallbackProfile } from '../rule/rule.ts';
import type { Contact } from './contact.ts';
import type { ChannelName, DeliveryDraft } from './delivery.ts';
import type { CallbackSettings } from './endpoint-settings.ts';
import {
  alertMessage,
  eventMessage,
  type MessageBody,
  NOTIFICATION_CONTENT_TYPE,
  writeMessageBody,
} from './message-body.ts';
import { shownEndpoint } from './shown-endpoint.ts';

/**
 * From one notification to its deliveries: commit calls this inside its transaction, so it must be pure and quick.
 * Ids are hashes: the same notification expanded again, after a crash, gives the same `webhook-id`.
 */
export interface Notification {
  /** `${partition}-${position}-${index}`: names the step of the alert for ever. */
  readonly notificationId: string;
  readonly alert: Alert;
  readonly intent: NotificationIntent;
}

export interface ExpansionSettings {
  /** Body of a callback for which neither rule nor endpoint chooses: `--callback-profile`. */
  readonly defaultProfile: CallbackProfile;
  readonly secrets: SigningSecrets;
}

export interface ExpansionTools {
  /** Lower-case hex SHA-256 of a text. */
  readonly digest: (text: string) => string;
  readonly hmacBase64: HmacBase64;
  /** The contacts of these groups of the alert's account, at this moment. */
  readonly contactsOf: (groups: readonly string[]) => readonly Contact[];
  /** Of a callback URL, at this moment; null where it has none of its own. */
  readonly callbackSettingsOf: (endpoint: string) => CallbackSettings | null;
}

type Digest = Pick<ExpansionTools, 'digest'>;

/** The rule's webhook, and each mailbox and robot of its contacts, once. No endpoint, no deliveries. */
export function expandNotification(
  { notificationId, alert, intent }: Notification,
  settings: ExpansionSettings,
  tools: ExpansionTools,
): DeliveryDraft[] {
  const { webhook, callbackProfile, contactGroups } = intent.rule;
  const named = { notificationId, alertId: alert.alertId };
  const drafts: DeliveryDraft[] = [];
  if (webhook !== null) {
    const own = tools.callbackSettingsOf(webhook);
    const profile = callbackProfile ?? own?.profile ?? settings.defaultProfile;
    const secrets = own?.secrets ?? settings.secrets;
    const rendered = renderCallback({ alert, intent, profile, secrets }, tools.hmacBase64);
    drafts.push({ ...addressed(named, { channel: 'callback', endpoint: webhook }, tools), ...rendered });
  }
  const contacts = contactGroups.length === 0 ? [] : tools.contactsOf(contactGroups);
  if (contacts.length > 0) drafts.push(...contactDrafts(named, contacts, alertMessage(alert, intent), tools));
  return drafts;
}

/** Events go to contacts only: a callback is refused when an event rule is written. */
export function expandEvent(notification: EventNotification, tools: Digest): DeliveryDraft[] {
  const { rule, event, contacts } = notification;
  return contactDrafts(notification, contacts, eventMessage(rule, event), tools);
}

/** A delivery that is exhausted, and what it said. */
export interface FailedDelivery {
  readonly deliveryId: string;
  readonly channel: ChannelName;
  readonly endpoint: string;
  readonly alertId: string;
  readonly message: MessageBody;
  /** What went wrong last, secrets redacted. */
  readonly error: string | null;
}

/**
 * What one endpoint did not take, to these contacts instead, marked as such: never to that endpoint again, and nothing that
 * is itself sent in place of another goes any further. The same delivery always makes the same ones.
 */
export function expandFallback(
  { deliveryId, channel, endpoint, alertId, message, error }: FailedDelivery,
  contacts: readonly Contact[],
  tools: Digest,
): DeliveryDraft[] {
  if (message.insteadOf !== undefined) return [];
  const insteadOf = { channel, endpoint: shownEndpoint(endpoint), error };
  const named = { notificationId: `fallback-${deliveryId}`, alertId };
  const drafts = contactDrafts(named, contacts, { ...message, insteadOf }, tools);
  return drafts.filter((draft) => draft.channel !== channel || draft.endpoint !== endpoint);
}

interface NamedNotification {
  readonly notificationId: string;
  readonly alertId: string;
}

/** One delivery for each mailbox and each robot, however many contacts share it. */
function contactDrafts(
  named: NamedNotification,
  contacts: readonly Contact[],
  message: MessageBody,
  tools: Digest,
): DeliveryDraft[] {
  const endpoints: Endpoint[] = [
    ...contacts.flatMap(({ email }): Endpoint[] => (email === null ? [] : [{ channel: 'email', endpoint: email }])),
    ...contacts.flatMap(({ dingtalk }): Endpoint[] =>
      dingtalk === null ? [] : [{ channel: 'dingtalk', endpoint: dingtalk.webhook }],
    ),
  ];
  if (endpoints.length === 0) return [];
  const body = writeMessageBody(message);
  const distinct = new Map(endpoints.map((each) => [JSON.stringify([each.channel, each.endpoint]), each]));
  return [...distinct.values()].map((endpoint) => ({
    ...addressed(named, endpoint, tools),
    body,
    contentType: NOTIFICATION_CONTENT_TYPE,
  }));
}

interface Endpoint {
  readonly channel: ChannelName;
  readonly endpoint: string;
}

function addressed(
  { notificationId, alertId }: NamedNotification,
  { channel, endpoint }: Endpoint,
  tools: Digest,
): Omit<DeliveryDraft, 'body' | 'contentType'> {
  return {
    deliveryId: `msg_${shortDigest(tools, [notificationId, channel, endpoint])}`,
    channel,
    endpoint,
    lane: laneOf({ channel, endpoint, alertId }, tools),
  };
}

/** Deliveries of one lane go out in order: hash of (channel, endpoint, alert). */
export function laneOf(
  { channel, endpoint, alertId }: { channel: ChannelName; endpoint: string; alertId: string },
  tools: Digest,
): string {
  return shortDigest(tools, [channel, endpoint, alertId]);
}

/** 128 bits, hex. */
function shortDigest(tools: Digest, parts: readonly string[]): string {
  return tools.digest(JSON.stringify(parts)).slice(0, 32);
}
