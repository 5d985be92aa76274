import type { Alert, Transition } from '@cloudbell/core/alert/alert.ts';
import type { AlertEffect, NotificationIntent } from '@cloudbell/core/alert/effect.ts';
import type { DeliveryDraft } from '@cloudbell/core/notify/delivery.ts';
import type { Rule } from '@cloudbell/core/rule/rule.ts';
import type { CommitRequest, CommitStore, Expand } from './commit-store.ts';

/** What the contract suites of the store's ports are told with: one rule, its alerts, and the steps they take. */
export const NOW = 1_700_000_000_000;
export const ACCOUNT = '1000000000000001';

export function newRule(ruleId: string, fields: Partial<Rule> = {}): Omit<Rule, 'version'> {
  const { version: _version, ...rest } = fields;
  return {
    account: ACCOUNT,
    ruleId,
    ruleName: `Memory usage of ${ruleId}`,
    enabled: true,
    namespace: 'acs_ecs',
    metricName: 'Host.mem.usedutilization',
    resources: [{ instanceId: 'i-12' }],
    period: 60,
    escalations: {
      warn: {
        statistics: 'Average',
        comparisonOperator: 'GreaterThanOrEqualToThreshold',
        threshold: 95,
        times: 3,
      },
    },
    webhook: 'http://a.example/hook',
    callbackProfile: null,
    contactGroups: ['ops'],
    silenceTime: 86_400,
    sendOk: true,
    grace: 10,
    effectiveInterval: '00:00-23:59',
    noDataPolicy: 'KEEP_LAST_STATE',
    noDataPeriods: null,
    labels: { team: 'web' },
    ...rest,
  };
}

export function newAlert(alertId: string, fields: Partial<Alert> = {}): Alert {
  return {
    alertId,
    account: ACCOUNT,
    ruleId: 'r1',
    ruleVersion: 1,
    namespace: 'acs_ecs',
    metricName: 'Host.mem.usedutilization',
    dimensions: { userId: '12', instanceId: alertId },
    instanceName: null,
    state: 'ALERT',
    level: 'WARN',
    since: NOW,
    triggeredAt: NOW,
    transId: `trans-${alertId}`,
    counters: { WARN: 3 },
    emptyWindows: 0,
    notifiedLevel: 'WARN',
    preTriggerLevel: 'WARN',
    notifiedAt: NOW,
    value: 97.39,
    ...fields,
  };
}

export function newTransition(fields: Partial<Transition> = {}): Transition {
  return {
    fromState: 'OK',
    toState: 'ALERT',
    fromLevel: 'OK',
    toLevel: 'WARN',
    reason: 'threshold_reached',
    at: NOW,
    value: 97.39,
    window: { start: NOW - 60_000, end: NOW },
    counters: { WARN: 3 },
    ruleVersion: 1,
    transId: 'trans',
    ...fields,
  };
}

export function newIntent(fields: Partial<NotificationIntent> = {}): NotificationIntent {
  return {
    reason: 'transition',
    alertState: 'ALERT',
    triggerLevel: 'WARN',
    preTriggerLevel: null,
    curValue: 97.39,
    expression: '$Average>=95',
    transId: 'trans',
    timestamp: NOW,
    lastTimeMs: 0,
    rule: { ...newRule('r1'), version: 1 },
    ...fields,
  };
}

/** A step that notifies, unless told otherwise. */
export function newEffect(alertId: string, fields: Partial<AlertEffect> = {}): AlertEffect {
  return {
    alert: newAlert(alertId),
    ended: false,
    index: 0,
    logTime: NOW,
    transition: newTransition(),
    notification: newIntent(),
    suppressed: null,
    ...fields,
  };
}

/** One delivery per notification, to the rule's webhook. */
export const expandToWebhook: Expand = ({ notificationId, alert, intent }) =>
  intent.rule.webhook === null ? [] : [newDraft(`d-${notificationId}`, { endpoint: intent.rule.webhook, alert })];

export function newDraft(deliveryId: string, to: { endpoint: string; alert: Alert }): DeliveryDraft {
  return {
    deliveryId,
    channel: 'callback',
    endpoint: to.endpoint,
    lane: `${to.endpoint} ${to.alert.alertId}`,
    body: new TextEncoder().encode(`alertName=${to.alert.alertId}&curValue=97.39&é=%E2%9C%93`),
    contentType: 'application/x-www-form-urlencoded; charset=UTF-8',
  };
}

/** Commits entry after entry of partition 0, the way evaluation does. */
export async function newCommitter(commits: CommitStore): Promise<Committer> {
  const { epoch, position } = await commits.claimPartition(0);
  let from = position;
  return async (effects, now = NOW) => {
    const to = from + 1n;
    const request: CommitRequest = {
      partition: 0,
      epoch,
      from,
      to,
      now,
      effects: effects.map((effect, index) => ({ position: to, effect: { ...effect, index } })),
    };
    const result = await commits.commit(request);
    from = to;
    return result.deliveries;
  };
}
export type Committer = (effects: readonly AlertEffect[], now?: number) => Promise<number>;
