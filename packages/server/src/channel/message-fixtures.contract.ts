import type { ChannelName, ClaimedDelivery } from '@cloudbell/core/notify/delivery.ts';
import {
  type AlertMessage,
  type MessageBody,
  NOTIFICATION_CONTENT_TYPE,
  writeMessageBody,
} from '@cloudbell/core/notify/message-body.ts';

/** Notifications and their deliveries for the tests of channels that merge. */
export const SINCE = Date.parse('2026-03-04T05:06:07Z');

export function messageOf(changes: Partial<AlertMessage> = {}): AlertMessage {
  return {
    kind: 'alert',
    alertId: 'a1b2c3d4e5f60718293a4b5c6d7e8f90',
    ruleId: 'r1',
    ruleName: 'Basic monitoring-ECS-memory usage',
    namespace: 'acs_ecs',
    metricName: 'Host.mem.usedutilization',
    dimensions: { userId: '1000000000000001', instanceId: 'i-12' },
    instanceName: 'web-1',
    state: 'ALERT',
    level: 'WARN',
    levelBefore: null,
    value: 97.39,
    expression: '$Average>=95',
    since: SINCE,
    timestamp: SINCE,
    labels: { team: 'web' },
    reason: 'transition',
    ...changes,
  };
}

export function deliveryOf(
  at: { readonly channel: ChannelName; readonly endpoint: string },
  message: MessageBody = messageOf(),
  changes: Partial<ClaimedDelivery> = {},
): ClaimedDelivery {
  return {
    deliveryId: 'msg_0123456789abcdef0123456789abcdef',
    ...at,
    lane: 'lane',
    body: writeMessageBody(message),
    contentType: NOTIFICATION_CONTENT_TYPE,
    sequence: 1,
    alertId: message.kind === 'alert' ? message.alertId : 'e1',
    ruleId: message.ruleId,
    attemptId: 1,
    judgedAttempts: 0,
    replay: false,
    triggerLevel: message.level,
    createdAt: SINCE,
    ...changes,
  };
}

/** `2026-03-04 05:06:07 UTC` */
export const formatUtc = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
export const PUBLIC_URL = 'https://cloudbell.example.com';
