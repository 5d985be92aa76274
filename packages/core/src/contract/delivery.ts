import { z } from 'zod';
import { ATTEMPT_OUTCOMES, CHANNELS, DELIVERY_STATES } from '../notify/delivery.ts';
import { alertLevelForm, listOf, listQuery, timeMs } from './form.ts';

const deliveryFields = {
  deliveryId: z.string().meta({ description: 'Also the header webhook-id' }),
  transitionId: z.string(),
  alertId: z.string(),
  ruleId: z.string(),
  channel: z.enum(CHANNELS),
  endpoint: z.string().meta({ description: 'Shortened where a secret may be: send?access_token=abcd…' }),
  state: z.enum(DELIVERY_STATES),
  triggerLevel: alertLevelForm,
  judgedAttempts: z.int(),
  replay: z.boolean(),
  createdAt: timeMs,
  settledAt: timeMs.nullable(),
  nextAttemptAt: timeMs.nullable(),
};
export const deliveryAnswer = z.strictObject(deliveryFields).meta({ id: 'Delivery' });
export type DeliveryAnswer = z.output<typeof deliveryAnswer>;

const attempt = z.strictObject({
  attemptId: z.int(),
  startedAt: timeMs,
  outcome: z.enum(ATTEMPT_OUTCOMES).nullable().meta({ description: 'null while under way' }),
  durationMs: z.number().nullable(),
  status: z.int().nullable(),
  error: z.string().nullable(),
  answer: z.string().nullable().meta({ description: 'First 16 KiB' }),
  number: z.int().nullable().meta({ description: 'Judged attempt, from 1; null for one that was not judged' }),
});
export const deliveryDetail = z
  .strictObject({ ...deliveryFields, contentType: z.string(), body: z.string(), attempts: z.array(attempt) })
  .meta({ id: 'DeliveryDetail' });
export type DeliveryDetail = z.output<typeof deliveryDetail>;

export const deliveryParams = z.object({ deliveryId: z.string() });
export const deliveryListQuery = listQuery.extend({
  status: z.enum(DELIVERY_STATES).optional(),
  ruleId: z.string().optional(),
  alertId: z.string().optional(),
  channel: z.enum(CHANNELS).optional(),
  endpoint: z.string().optional().meta({ description: 'As it is shown, or whole' }),
  since: z.coerce.number().int().min(0).optional().meta({ description: 'Made at that time or later, ms since 1970' }),
  until: z.coerce.number().int().min(0).optional().meta({ description: 'Made before, ms since 1970' }),
});
export const deliveryList = listOf(deliveryAnswer);
export const replayBody = z
  .strictObject({
    ruleId: z.string().optional(),
    channel: z.enum(CHANNELS).optional(),
    endpoint: z.string().optional().meta({ description: 'As it is shown, or whole' }),
    since: timeMs.optional().meta({ description: 'Made at that time or later, ms since 1970' }),
    until: timeMs.optional().meta({ description: 'Made before, ms since 1970' }),
    ratePerSecond: z.int().min(1).max(100).default(10).meta({ description: 'Replays a second, 1 to 100' }),
  })
  .meta({ id: 'ReplayRequest' });
export const replayedAnswer = z
  .strictObject({
    replayed: z.int(),
    more: z.boolean().meta({ description: 'There are others that match: ask again once these are sent' }),
    lastDueAt: timeMs.nullable().meta({ description: 'When the last of them is due' }),
  })
  .meta({ id: 'ReplayAnswer' });
export const replayAnswer = z.strictObject({ deliveryId: z.string(), state: z.literal('pending') });
