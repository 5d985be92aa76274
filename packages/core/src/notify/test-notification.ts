import type { Alert } from '../alert/alert.ts';
import type { NotificationIntent } from '../alert/effect.ts';
import { levelPlans } from '../alert/levels.ts';
import { buildNotification } from '../alert/notification.ts';
import type { Dimensions } from '../metric/dimensions.ts';
import type { Rule } from '../rule/rule.ts';

/** The notification of a test: nothing fires, but every field is filled in as if it did. */
export interface TestNotification {
  readonly alert: Alert;
  readonly intent: NotificationIntent;
}

/** Of the documented sample; a rule says which resource only where it names one. */
const SAMPLE_DIMENSIONS: Dimensions = { userId: '12', instanceId: 'i-12' };

/**
 * What the rule would say had it just been triggered: its highest level, at the threshold, for its first resource or the
 * one of the document's sample. `at` is event time, ms; `transId` names this test alone.
 */
export function testNotification(rule: Rule, { at, transId }: { at: number; transId: string }): TestNotification {
  const plans = levelPlans(rule);
  const [highest] = plans;
  const level = highest?.level ?? 'WARN';
  const value = highest?.threshold ?? 0;
  const intent = buildNotification({
    reason: 'transition',
    alertState: 'ALERT',
    triggerLevel: level,
    preTriggerLevel: null,
    curValue: value,
    transId,
    timestamp: at,
    triggeredAt: at,
    plans,
    rule,
  });
  const alert: Alert = {
    alertId: `test-${transId}`,
    account: rule.account,
    ruleId: rule.ruleId,
    ruleVersion: rule.version,
    namespace: rule.namespace,
    metricName: rule.metricName,
    dimensions: rule.resources[0] ?? SAMPLE_DIMENSIONS,
    instanceName: null,
    state: 'ALERT',
    level,
    since: at,
    triggeredAt: at,
    transId,
    counters: { [level]: highest?.times ?? 1 },
    emptyWindows: 0,
    notifiedLevel: level,
    preTriggerLevel: level,
    notifiedAt: at,
    value,
  };
  return { alert, intent };
}
