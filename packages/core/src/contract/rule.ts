import { z } from 'zod';
import { STATISTICS } from '../metric/statistic.ts';
import { RULE_LIMITS } from '../rule/parse-rule-fields.ts';
import { CALLBACK_PROFILES, COMPARISON_OPERATORS, type ComparisonOperator, NO_DATA_POLICIES } from '../rule/rule.ts';
import { dimensionsForm, listOf, listQuery, timeMs } from './form.ts';

/**
 * A rule on the wire. `parseRule` decides what is accepted, with a code, a field and a hint for each fault; these
 * schemas describe the same to clients and to OpenAPI, and a test over one table of rules keeps the two together.
 */
const OPERATORS = Object.keys(COMPARISON_OPERATORS) as [ComparisonOperator, ...ComparisonOperator[]];
const name = z.string().min(1).max(RULE_LIMITS.nameBytes);

const escalationInput = z.strictObject({
  statistics: z.enum(STATISTICS),
  comparisonOperator: z.enum(OPERATORS),
  threshold: z.union([z.number(), z.string().regex(/^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$/)]),
  times: z.int().min(1).max(RULE_LIMITS.times).meta({ description: 'Consecutive breaching periods' }),
});

export const ruleInput = z
  .strictObject({
    ruleId: name.optional().meta({ description: 'If present, the one in the path' }),
    ruleName: name.optional().meta({ description: 'Default: the rule id' }),
    enabled: z.boolean().optional().meta({ default: true }),
    namespace: name,
    metricName: name,
    resources: z
      .array(dimensionsForm)
      .max(RULE_LIMITS.resources)
      .optional()
      .meta({ default: [], description: '[] watches every resource' }),
    period: z.int().min(1).max(RULE_LIMITS.periodS).meta({ description: 'Window length in s' }),
    interval: z.int().nullable().optional().meta({ description: 'Only equal to the period, so far' }),
    escalations: z
      .strictObject({
        critical: escalationInput.nullable().optional(),
        warn: escalationInput.nullable().optional(),
        info: escalationInput.nullable().optional(),
      })
      .refine((levels) => Object.values(levels).some((level) => level !== null && level !== undefined))
      .meta({ description: 'At least one level' }),
    webhook: z.string().min(1).nullable().optional().meta({ description: 'Callback URL', default: null }),
    callbackProfile: z.enum(CALLBACK_PROFILES).nullable().optional().meta({ default: null }),
    contactGroups: z.array(name).max(RULE_LIMITS.contactGroups).optional().meta({ default: [] }),
    silenceTime: z
      .int()
      .min(0)
      .max(RULE_LIMITS.silenceTimeS)
      .nullable()
      .optional()
      .meta({ default: 86_400, description: 's between repeats; null never repeats' }),
    sendOk: z.boolean().optional().meta({ default: true }),
    grace: z
      .number()
      .min(0)
      .max(RULE_LIMITS.graceS)
      .nullable()
      .optional()
      .meta({ description: 's a window stays open after its end; default period / 2 within 0.5 to 10' }),
    effectiveInterval: z
      .string()
      .regex(/^\s*([01]?\d|2[0-3]):[0-5]\d-([01]?\d|2[0-3]):[0-5]\d\s*$/)
      .optional()
      .meta({ default: '00:00-23:59', description: 'End minute included, in the account’s time zone' }),
    noDataPolicy: z.enum(NO_DATA_POLICIES).optional().meta({ default: 'KEEP_LAST_STATE' }),
    noDataPeriods: z.int().min(1).max(RULE_LIMITS.times).nullable().optional().meta({ default: null }),
    labels: z
      .record(name, z.string().max(RULE_LIMITS.labelValueBytes))
      .refine((labels) => Object.keys(labels).length <= RULE_LIMITS.labels)
      .optional()
      .meta({ default: {} }),
    account: z.unknown().optional().meta({ readOnly: true, description: 'Ignored' }),
    version: z.unknown().optional().meta({ readOnly: true, description: 'Ignored: use If-Match' }),
    createdAt: z.unknown().optional().meta({ readOnly: true, description: 'Ignored' }),
    updatedAt: z.unknown().optional().meta({ readOnly: true, description: 'Ignored' }),
    warnings: z.unknown().optional().meta({ readOnly: true, description: 'Ignored' }),
  })
  .meta({ id: 'RuleInput' });

const escalation = z.strictObject({
  statistics: z.enum(STATISTICS),
  comparisonOperator: z.enum(OPERATORS),
  threshold: z.number(),
  times: z.int(),
});

/** Says what was accepted although it will not do what it seems to say. */
const warning = z.strictObject({ code: z.enum(['contact_group_unknown']), field: z.string(), message: z.string() });
export type Warning = z.output<typeof warning>;

export const ruleAnswer = z
  .strictObject({
    account: z.string(),
    ruleId: z.string(),
    version: z.int().meta({ description: 'Also the ETag' }),
    ruleName: z.string(),
    enabled: z.boolean(),
    namespace: z.string(),
    metricName: z.string(),
    resources: z.array(dimensionsForm),
    period: z.int(),
    escalations: z.strictObject({
      critical: escalation.optional(),
      warn: escalation.optional(),
      info: escalation.optional(),
    }),
    webhook: z.string().nullable(),
    callbackProfile: z.enum(CALLBACK_PROFILES).nullable(),
    contactGroups: z.array(z.string()),
    silenceTime: z.int().nullable(),
    sendOk: z.boolean(),
    grace: z.number(),
    effectiveInterval: z.string(),
    noDataPolicy: z.enum(NO_DATA_POLICIES),
    noDataPeriods: z.int().nullable(),
    labels: z.record(z.string(), z.string()),
    createdAt: timeMs,
    updatedAt: timeMs,
    warnings: z.array(warning).meta({ description: 'Accepted, but worth a look' }),
  })
  .meta({ id: 'Rule' });
export type RuleAnswer = z.output<typeof ruleAnswer>;

export const ruleParams = z.object({ ruleId: z.string() });
export const ruleListQuery = listQuery.extend({
  namespace: z.string().optional(),
  metricName: z.string().optional(),
  search: z.string().max(255).optional().meta({ description: 'Part of the rule’s id or name, any case' }),
});
export const ruleList = listOf(ruleAnswer);
/** `close=notify`: alerts of this rule that were notified get a last OK. */
export const closeQuery = z.object({ close: z.enum(['notify']).optional() });
