import type { ReportedEvent } from '@cloudbell/core/event/event.ts';
import type { EventRule } from '@cloudbell/core/event/event-rule.ts';
import type { ExpandEvent } from './event-store.ts';
import { ACCOUNT, NOW } from './store-fixtures.contract.ts';

export function newEvent(fields: Partial<ReportedEvent> = {}): ReportedEvent {
  return {
    product: 'ECS',
    type: 'StatusNotification',
    level: 'WARN',
    name: 'Instance:StateChange',
    status: 'Normal',
    content: { state: 'Stopped' },
    resourceId: 'i-12',
    instanceName: null,
    timestamp: NOW - 5,
    ...fields,
  };
}

export function newEventRule(ruleId: string, fields: Partial<EventRule> = {}): Omit<EventRule, 'version'> {
  return {
    account: ACCOUNT,
    ruleId,
    ruleName: `Events of ${ruleId}`,
    enabled: true,
    product: null,
    types: [],
    levels: [],
    names: [],
    statuses: [],
    keyword: null,
    contactGroups: ['ops'],
    silenceTime: 0,
    ...fields,
  };
}

/** One e-mail for each group, whoever is in it; one lane for each (group, rule and resource). */
export const expandToGroups: ExpandEvent = ({ notificationId, alertId, event, rule }) =>
  rule.contactGroups.map((group) => ({
    deliveryId: `${group}-${notificationId}`,
    channel: 'email',
    endpoint: `${group}@example.com`,
    lane: `${group} ${alertId}`,
    body: new TextEncoder().encode(event.name),
    contentType: 'text/plain',
  }));
