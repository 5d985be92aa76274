import { z } from 'zod';
import { EVENT_RULE_LIMITS } from '../event/event-rule.ts';
import { RULE_LIMITS } from '../rule/parse-rule-fields.ts';
import { LEVELS } from '../rule/rule.ts';
import { listOf, listQuery, timeMs } from './form.ts';

/** An event rule on the wire. `parseEventRule` decides what is accepted; a test over one table keeps the two together. */
const name = z.string().min(1).max(RULE_LIMITS.nameBytes);
const exact = name.refine((text) => text !== '*');
const filter = <T extends z.ZodType>(entry: T, description: string) =>
  z.array(entry).max(EVENT_RULE_LIMITS.entries).nullable().optional().meta({ default: [], description });

export const eventRuleInput = z
  .strictObject({
    ruleId: name.optional().meta({ description: 'If present, the one in the path' }),
    ruleName: name.nullable().optional().meta({ description: 'Default: the rule id' }),
    enabled: z.boolean().nullable().optional().meta({ default: true }),
    product: exact.nullable().optional().meta({ default: null, description: 'null lets every product pass' }),
    types: filter(exact, '[] lets every type pass'),
    levels: filter(z.enum(LEVELS), '[] lets every level pass'),
    names: filter(name, 'Names of events, * for any run of characters; [] lets every name pass'),
    statuses: filter(exact, '[] lets every status pass'),
    keyword: name.nullable().optional().meta({ default: null, description: 'Part of the content, any case' }),
    contactGroups: z.array(name).max(RULE_LIMITS.contactGroups).nullable().optional().meta({ default: [] }),
    silenceTime: z.int().min(0).max(RULE_LIMITS.silenceTimeS).nullable().optional().meta({
      default: 0,
      description: 's between notifications of one event name of one resource; 0 notifies every event',
    }),
    account: z.unknown().optional().meta({ readOnly: true, description: 'Ignored' }),
    version: z.unknown().optional().meta({ readOnly: true, description: 'Ignored: use If-Match' }),
    createdAt: z.unknown().optional().meta({ readOnly: true, description: 'Ignored' }),
    updatedAt: z.unknown().optional().meta({ readOnly: true, description: 'Ignored' }),
    warnings: z.unknown().optional().meta({ readOnly: true, description: 'Ignored' }),
  })
  .meta({ id: 'EventRuleInput', description: 'An event rule has no callback: events do not support it' });

const warning = z.strictObject({ code: z.enum(['contact_group_unknown']), field: z.string(), message: z.string() });

export const eventRuleAnswer = z
  .strictObject({
    account: z.string(),
    ruleId: z.string(),
    version: z.int().meta({ description: 'Also the ETag' }),
    ruleName: z.string(),
    enabled: z.boolean(),
    product: z.string().nullable(),
    types: z.array(z.string()),
    levels: z.array(z.enum(LEVELS)),
    names: z.array(z.string()),
    statuses: z.array(z.string()),
    keyword: z.string().nullable(),
    contactGroups: z.array(z.string()),
    silenceTime: z.int(),
    createdAt: timeMs,
    updatedAt: timeMs,
    warnings: z.array(warning).meta({ description: 'Accepted, but worth a look' }),
  })
  .meta({ id: 'EventRule' });
export type EventRuleAnswer = z.output<typeof eventRuleAnswer>;

export const eventRuleParams = z.object({ ruleId: z.string() });
export const eventRuleListQuery = listQuery.extend({
  search: z.string().max(255).optional().meta({ description: 'Part of the rule’s id or name, any case' }),
});
export const eventRuleList = listOf(eventRuleAnswer);
