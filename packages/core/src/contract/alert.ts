import { z } from 'zod';
import { ALERT_STATES, TRANSITION_REASONS } from '../alert/alert.ts';
import { NOTIFICATION_REASONS, SUPPRESSION_REASONS } from '../alert/effect.ts';
import { LEVELS } from '../rule/rule.ts';
import { alertLevelForm, dimensionsForm, listOf, listQuery, timeMs } from './form.ts';

const counters = z.partialRecord(z.enum(LEVELS), z.int());

export const alertAnswer = z
  .strictObject({
    alertId: z.string(),
    account: z.string(),
    ruleId: z.string(),
    ruleVersion: z.int(),
    namespace: z.string(),
    metricName: z.string(),
    dimensions: dimensionsForm,
    instanceName: z.string().nullable(),
    state: z.enum(ALERT_STATES),
    level: alertLevelForm,
    since: timeMs,
    triggeredAt: timeMs.nullable(),
    transId: z.string().nullable(),
    counters,
    emptyWindows: z.int(),
    notifiedLevel: z.enum([...LEVELS, 'OK', 'INSUFFICIENT_DATA']),
    preTriggerLevel: alertLevelForm.nullable(),
    notifiedAt: timeMs.nullable(),
    value: z.number().nullable(),
    acknowledged: z
      .strictObject({ by: z.string(), at: timeMs, note: z.string() })
      .nullable()
      .meta({ description: 'Who knows about it as it is; it is not repeated until it changes' }),
  })
  .meta({ id: 'Alert' });
export type AlertAnswer = z.output<typeof alertAnswer>;

export const alertParams = z.object({ alertId: z.string() });
export const alertListQuery = listQuery.extend({
  state: z.enum(ALERT_STATES).optional(),
  ruleId: z.string().optional(),
});
export const alertList = listOf(alertAnswer);
export const dismissAnswer = z.strictObject({ alertId: z.string() });

const transition = z.strictObject({
  fromState: z.enum(ALERT_STATES),
  toState: z.enum(ALERT_STATES),
  fromLevel: alertLevelForm,
  toLevel: alertLevelForm,
  reason: z.enum(TRANSITION_REASONS),
  at: timeMs,
  value: z.number().nullable(),
  window: z.strictObject({ start: timeMs, end: timeMs }).nullable(),
  counters,
  ruleVersion: z.int(),
  transId: z.string().nullable(),
});

const notification = z.strictObject({
  reason: z.enum(NOTIFICATION_REASONS),
  alertState: z.enum(ALERT_STATES),
  triggerLevel: alertLevelForm,
  preTriggerLevel: alertLevelForm.nullable(),
  curValue: z.number().nullable(),
  expression: z.string().nullable(),
  transId: z.string().nullable(),
  timestamp: timeMs,
  lastTimeMs: z.number(),
});

export const transitionAnswer = z
  .strictObject({
    transitionId: z.string(),
    alertId: z.string(),
    ruleId: z.string(),
    dimensions: dimensionsForm,
    instanceName: z.string().nullable(),
    transition: transition.nullable().meta({ description: 'null for a repeat, a catch-up, or one held back' }),
    notification: notification.nullable(),
    event: z
      .strictObject({
        eventId: z.string(),
        product: z.string(),
        type: z.string(),
        level: z.enum(LEVELS),
        name: z.string(),
        status: z.string(),
      })
      .nullable()
      .meta({ description: 'What an event rule forwarded; transition and notification are null then' }),
    suppressed: z.enum(SUPPRESSION_REASONS).nullable().meta({ description: 'Why nobody was notified' }),
    ruleVersion: z.int(),
    createdAt: timeMs,
    deliveryIds: z.array(z.string()),
  })
  .meta({ id: 'Transition' });
export const transitionListQuery = listQuery.extend({
  ruleId: z.string().optional(),
  alertId: z.string().optional(),
  since: z.coerce.number().int().min(0).optional().meta({ description: 'ms since 1970' }),
});
export const transitionList = listOf(transitionAnswer);
