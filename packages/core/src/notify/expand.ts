import type { Alert } from '../alert/alert.ts';
import type { NotificationIntent } from '../alert/effect.ts';
import type { HmacBase64 } from '../callback/hmac.ts';
import { renderCallback } from '../callback/render.ts';
import type { SigningSecrets } from '../callback/signing-secret.ts';
import type { CallbackProfile } from '../rule/rule.ts';
import type { ChannelName, DeliveryDraft } from './delivery.ts';

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
  /** Body of a callback whose rule does not choose: `--callback-profile`. */
  readonly defaultProfile: CallbackProfile;
  readonly secrets: SigningSecrets;
}

export interface ExpansionTools {
  /** Lower-case hex SHA-256 of a text. */
  readonly digest: (text: string) => string;
  readonly hmacBase64: HmacBase64;
}

/** No endpoint, no deliveries. Today an endpoint is the rule's webhook. */
export function expandNotification(
  { notificationId, alert, intent }: Notification,
  settings: ExpansionSettings,
  tools: ExpansionTools,
): DeliveryDraft[] {
  const { webhook, callbackProfile } = intent.rule;
  if (webhook === null) return [];
  const profile = callbackProfile ?? settings.defaultProfile;
  const rendered = renderCallback({ alert, intent, profile, secrets: settings.secrets }, tools.hmacBase64);
  return [
    {
      deliveryId: `msg_${shortDigest(tools, [notificationId, 'callback', webhook])}`,
      channel: 'callback',
      endpoint: webhook,
      lane: laneOf({ channel: 'callback', endpoint: webhook, alertId: alert.alertId }, tools),
      ...rendered,
    },
  ];
}

/** Deliveries of one lane go out in order: hash of (channel, endpoint, alert). */
export function laneOf(
  { channel, endpoint, alertId }: { channel: ChannelName; endpoint: string; alertId: string },
  tools: Pick<ExpansionTools, 'digest'>,
): string {
  return shortDigest(tools, [channel, endpoint, alertId]);
}

/** 128 bits, hex. */
function shortDigest(tools: Pick<ExpansionTools, 'digest'>, parts: readonly string[]): string {
  return tools.digest(JSON.stringify(parts)).slice(0, 32);
}
