import type { Alert, AlertState } from '../alert/alert.ts';
import type { NotificationIntent, NotificationReason } from '../alert/effect.ts';
import { instanceNameOf } from '../callback/parameters.ts';
import { decodeUtf8, encodeUtf8 } from '../callback/utf8.ts';
import type { ReportedEvent } from '../event/event.ts';
import type { Dimensions } from '../metric/dimensions.ts';
import type { AlertLevel, Level } from '../rule/rule.ts';
import type { ChannelName } from './delivery.ts';

/**
 * The body of deliveries to channels that merge (e-mail, chat robots): the notification itself, frozen as JSON when it is
 * made, with everything a message needs. It is rendered when it is sent, alone or together with others.
 */
export const NOTIFICATION_CONTENT_TYPE = 'application/vnd.cloudbell.notification+json';

/** Another endpoint was to have this and did not take it: it goes out in its place. */
export interface Undelivered {
  readonly channel: ChannelName;
  /** As it may be shown ({@link ./shown-endpoint.ts}). */
  readonly endpoint: string;
  /** What went wrong last. */
  readonly error: string | null;
}

export interface AlertMessage {
  readonly kind: 'alert';
  readonly alertId: string;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Dimensions;
  readonly instanceName: string | null;
  readonly state: AlertState;
  readonly level: AlertLevel;
  /** As it was notified before; null the first time. */
  readonly levelBefore: AlertLevel | null;
  readonly value: number | null;
  /** `$Average>=95`; null when there is none. */
  readonly expression: string | null;
  /** ms: when the alert was triggered. */
  readonly since: number;
  /** ms: end of the deciding window. */
  readonly timestamp: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly reason: NotificationReason;
  /** Sent by hand, to see whether it arrives: there is no such alert. */
  readonly isTest?: true;
  readonly insteadOf?: Undelivered;
}

/** A system or custom event. */
export interface EventMessage {
  readonly kind: 'event';
  readonly ruleId: string;
  readonly ruleName: string;
  readonly product: string;
  readonly type: string;
  readonly level: Level;
  readonly name: string;
  readonly status: string;
  readonly resourceId: string | null;
  readonly instanceName: string | null;
  /** As a text; objects as JSON. */
  readonly content: string;
  /** ms: when it happened. */
  readonly timestamp: number;
  readonly insteadOf?: Undelivered;
}

export type MessageBody = AlertMessage | EventMessage;

/** What a message tells of an alert that does not change with its state. */
export type AlertSubject = Pick<
  Alert,
  'alertId' | 'ruleId' | 'namespace' | 'metricName' | 'dimensions' | 'instanceName'
>;

export function alertMessage(alert: AlertSubject, intent: NotificationIntent): AlertMessage {
  return {
    kind: 'alert',
    alertId: alert.alertId,
    ruleId: alert.ruleId,
    ruleName: intent.rule.ruleName,
    namespace: alert.namespace,
    metricName: alert.metricName,
    dimensions: alert.dimensions,
    instanceName: instanceNameOf(alert),
    state: intent.alertState,
    level: intent.triggerLevel,
    levelBefore: intent.preTriggerLevel,
    value: intent.curValue,
    expression: intent.expression,
    since: intent.timestamp - intent.lastTimeMs,
    timestamp: intent.timestamp,
    labels: intent.rule.labels,
    reason: intent.reason,
  };
}

export function eventMessage(
  rule: { readonly ruleId: string; readonly ruleName: string },
  event: ReportedEvent,
): EventMessage {
  const { product, type, level, name, status, resourceId, instanceName, timestamp } = event;
  const content = typeof event.content === 'string' ? event.content : JSON.stringify(event.content);
  const { ruleId, ruleName } = rule;
  return {
    ...{ kind: 'event', ruleId, ruleName, product, type, level, name, status },
    ...{ resourceId, instanceName, content, timestamp },
  };
}

export const writeMessageBody = (body: MessageBody): Uint8Array => encodeUtf8(JSON.stringify(body));

/** The inverse. Throws for bytes that no version of Cloudbell wrote. */
export function readMessageBody(bytes: Uint8Array): MessageBody {
  const body = JSON.parse(decodeUtf8(bytes)) as MessageBody;
  if (body.kind !== 'alert' && body.kind !== 'event') throw new Error('the body is no notification');
  return body;
}
