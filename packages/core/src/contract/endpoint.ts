import { z } from 'zod';
import { ATTEMPT_OUTCOMES, CHANNELS } from '../notify/delivery.ts';
import { timeMs } from './form.ts';

/** How each endpoint is doing, and what to do about one that does not take what is sent. */
export const ENDPOINT_STATES = ['failing', 'waiting', 'well', 'untried'] as const;

const endpoint = z.strictObject({
  channel: z.enum(CHANNELS),
  endpoint: z.string().meta({ description: 'Shortened where a secret may be; as deliveries show it and filter by it' }),
  state: z.enum(ENDPOINT_STATES).meta({
    description:
      'failing: the latest attempt failed; waiting: it takes no more for now, or nothing is set up to send with; ' +
      'well: it took the latest; untried: no attempt has ended yet',
  }),
  failuresInARow: z.int().meta({ description: 'Judged attempts, since Cloudbell started' }),
  failingSince: timeMs.nullable(),
  lastOutcome: z.enum(ATTEMPT_OUTCOMES).nullable(),
  lastError: z.string().nullable().meta({ description: 'What went wrong last; null when it is well' }),
  hint: z.string().nullable().meta({ description: 'What to do, where lastError does not say so' }),
  lastSuccessAt: timeMs.nullable().meta({ description: 'As far as is known; anew since the start but for the latest' }),
  failing: z
    .boolean()
    .meta({ description: 'An episode is under way: four judged failures in a row, and no success since' }),
  failureRatio: z.number().min(0).max(1).nullable().meta({
    description: 'Of the judged attempts of the last 5 to 10 min; null without one',
  }),
  latencyP50Ms: z.number().nullable().meta({ description: 'Of those that were accepted: from start to end, ms' }),
  latencyP99Ms: z.number().nullable(),
  cap: z.int().meta({ description: 'Attempts that it may have under way at once, now' }),
  drainMs: z.int().nullable().meta({
    description: 'Forecast: how long what is queued takes, at the present cap and latency; null while nobody can tell',
  }),
  waitingUntil: timeMs.nullable().meta({ description: 'Nothing is sent to it before' }),
  queued: z.int().meta({ description: 'Deliveries that are not settled' }),
  oldestQueuedAt: timeMs.nullable(),
  latestDeliveryId: z.string(),
  latestAt: timeMs.meta({ description: 'When that delivery was made' }),
});
export type EndpointAnswer = z.output<typeof endpoint>;

export const endpointListQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(100).meta({ description: 'Endpoints told, 1 to 1000' }),
});
export const endpointList = z
  .strictObject({
    items: z.array(endpoint).meta({ description: 'Those that fail first, then those that wait, then by last use' }),
    failing: z.int(),
    waiting: z.int(),
    hasMore: z.boolean().meta({ description: 'There are more than are told' }),
  })
  .meta({ id: 'EndpointList' });
export type EndpointListAnswer = z.output<typeof endpointList>;
