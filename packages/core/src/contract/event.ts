import { z } from 'zod';
import { SUPPRESSION_REASONS } from '../alert/effect.ts';
import { EVENT_LIMITS } from '../event/event.ts';
import { LEVELS } from '../rule/rule.ts';
import { listOf, listQuery, timeMs } from './form.ts';

/** Events on the wire. `readEvent` decides what is accepted; these schemas describe the same to clients and OpenAPI. */
const name = z.string().min(1).max(EVENT_LIMITS.nameBytes);
const content = z
  .union([z.string(), z.record(z.string(), z.unknown())])
  .meta({ description: 'A text or an object; at most 64 KiB of JSON' });

const eventInput = z
  .strictObject({
    product: name.meta({ examples: ['ECS'] }),
    type: name.meta({ examples: ['StatusNotification'] }),
    level: z.enum(LEVELS),
    name: name.meta({ examples: ['Instance:StateChange'] }),
    status: name.meta({ examples: ['Normal'] }),
    content,
    resourceId: z.string().min(1).max(EVENT_LIMITS.resourceIdBytes).nullable().optional(),
    instanceName: name.nullable().optional(),
    timestamp: timeMs.optional().meta({ description: 'When it happened, ms since 1970; default now' }),
  })
  .meta({ id: 'EventInput' });
export const eventsBody = z
  .union([eventInput, z.array(eventInput)])
  .meta({ description: `One event, or a list of at most ${EVENT_LIMITS.batch}` });

const counts = {
  accepted: z.int(),
  rejected: z.int(),
  errors: z
    .array(
      z.strictObject({
        index: z.int().meta({ description: 'Place in the request, from 0' }),
        code: z.string(),
        field: z.string().nullable(),
        message: z.string(),
        hint: z.string(),
      }),
    )
    .meta({ description: 'The first 100' }),
};
export const eventsAnswer = z.strictObject(counts).meta({ id: 'EventsAnswer' });
export const eventsRejected = z.strictObject({
  error: z.strictObject({ code: z.string(), message: z.string(), hint: z.string() }),
  ...counts,
});

const eventFields = {
  eventId: z.string(),
  product: z.string(),
  type: z.string(),
  level: z.enum(LEVELS),
  name: z.string(),
  status: z.string(),
  content,
  resourceId: z.string().nullable(),
  instanceName: z.string().nullable(),
  timestamp: timeMs.meta({ description: 'When it happened, by the sender’s clock' }),
  createdAt: timeMs.meta({ description: 'When it was stored' }),
};
export const eventAnswer = z.strictObject(eventFields).meta({ id: 'Event' });

/** What one rule that matches made of the event. */
const outcome = z.strictObject({
  transitionId: z.string(),
  ruleId: z.string(),
  ruleVersion: z.int(),
  suppressed: z.enum(SUPPRESSION_REASONS).nullable().meta({ description: 'Why nobody was notified' }),
  deliveryIds: z.array(z.string()),
});
export const eventDetail = z
  .strictObject({ ...eventFields, outcomes: z.array(outcome).meta({ description: 'One for each rule that matched' }) })
  .meta({ id: 'EventDetail' });

export const eventParams = z.object({ eventId: z.string() });
export const eventListQuery = listQuery.extend({
  product: z.string().optional(),
  level: z.enum(LEVELS).optional(),
  name: z.string().optional(),
  resourceId: z.string().optional(),
  since: z.coerce.number().int().min(0).optional().meta({ description: 'Stored since, ms since 1970' }),
});
export const eventList = listOf(eventAnswer);
