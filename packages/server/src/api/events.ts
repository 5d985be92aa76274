import { EVENT_LIMITS, type ReportedEvent } from '@cloudbell/core/event/event.ts';
import { readEvent } from '@cloudbell/core/event/read-event.ts';
import { isObject, kindOf } from '@cloudbell/core/metric/text-size.ts';
import type { FastifyInstance } from 'fastify';
import { CloudbellError } from '../base/errors.ts';
import type { ApiDeps } from './deps.ts';
import { principalOf } from './principal.ts';
import { mount } from './route.ts';

/** As with samples: a little ahead is a clock that is not set, more is a mistake. */
const FUTURE_MS_MAX = 600_000;
const ERRORS_MAX = 100;

type EventDeps = Pick<ApiDeps, 'events' | 'reader' | 'courier' | 'clock' | 'logger'> & {
  readonly onLimit: (limit: 'events_per_batch') => void;
};

interface Refusal {
  readonly index: number;
  readonly code: string;
  readonly field: string | null;
  readonly message: string;
  readonly hint: string;
}

/** `POST /api/v1/events`: what is good is durable, and its notifications are due, when this answers. */
export function mountEvents(app: FastifyInstance, deps: EventDeps): void {
  mount(app, 'postEvents', async (_, request, reply) => {
    const { account } = principalOf(request);
    const nowMs = deps.clock.wallMs();
    const { taken, refused } = readAll(itemsOf(request.body, deps), nowMs);
    const { deliveries } = await deps.events.record(account, taken, nowMs);
    if (deliveries > 0) {
      // They are due durably; a courier that misses the call looks by itself within a second.
      void deps.courier.wake().catch((error: unknown) => deps.logger.warn({ err: error }, 'the courier did not wake'));
    }
    const answer = { accepted: taken.length, rejected: refused.length, errors: refused.slice(0, ERRORS_MAX) };
    const first = refused[0];
    if (taken.length > 0 || first === undefined) return answer;
    const message = `None of the ${refused.length} events could be taken; the first: ${first.message}`;
    return reply.code(400).send({ error: { code: 'events_rejected', message, hint: first.hint }, ...answer });
  });
  mount(app, 'listEvents', ({ query }, request) => {
    const { cursor = null, ...filters } = query;
    return deps.reader.events({ ...filters, cursor, account: principalOf(request).account });
  });
  mount(app, 'getEvent', async ({ params: { eventId } }, request) => {
    const event = await deps.reader.event(principalOf(request).account, eventId);
    if (event !== null) return event;
    throw new CloudbellError('event_not_found', {
      message: 'There is no event with this id.',
      hint: 'GET /api/v1/events lists the events.',
    });
  });
}

/** One event may be sent without a list around it. */
function itemsOf(body: unknown, deps: EventDeps): readonly unknown[] {
  if (isObject(body)) return [body];
  if (!Array.isArray(body)) {
    throw new CloudbellError('body_invalid', {
      message: `The body is ${kindOf(body)}, neither an event nor a list of events.`,
      hint: 'Send {"product":…,"type":…,"level":…,"name":…,"status":…,"content":…}, or a JSON list of such.',
    });
  }
  if (body.length <= EVENT_LIMITS.batch) return body;
  deps.onLimit('events_per_batch');
  throw new CloudbellError('batch_too_large', {
    message: `The request has ${body.length} events, more than ${EVENT_LIMITS.batch}.`,
    hint: 'Send them in several requests.',
  });
}

function readAll(items: readonly unknown[], nowMs: number): { taken: ReportedEvent[]; refused: Refusal[] } {
  const taken: ReportedEvent[] = [];
  const refused: Refusal[] = [];
  for (const [index, item] of items.entries()) {
    const read = readEvent(item, { nowMs, futureMaxMs: FUTURE_MS_MAX });
    if ('event' in read) taken.push(read.event);
    else {
      const { code, field = null, message, hint } = read.problem;
      refused.push({ index, code, field, message, hint });
    }
  }
  return { taken, refused };
}
