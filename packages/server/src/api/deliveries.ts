import { replayBody } from '@cloudbell/core/contract/delivery.ts';
import { shownEndpoint } from '@cloudbell/core/notify/shown-endpoint.ts';
import type { FastifyInstance } from 'fastify';
import { CloudbellError } from '../base/errors.ts';
import type { DeliveryRow } from '../ports/store-reader.ts';
import type { ApiDeps } from './deps.ts';
import { endpointsMeant } from './endpoints.ts';
import { principalOf } from './principal.ts';
import { readBody } from './read-body.ts';
import { mount } from './route.ts';

/** The ledger: what was sent where, attempt by attempt; and sending it again. */
export function mountDeliveries(
  app: FastifyInstance,
  deps: Pick<ApiDeps, 'reader' | 'outbox' | 'courier' | 'clock' | 'logger'>,
): void {
  mount(app, 'listDeliveries', async ({ query }, request) => {
    const { account } = principalOf(request);
    const { cursor = null, status: state, endpoint, ...filters } = query;
    const endpoints = endpoint === undefined ? undefined : await endpointsMeant(deps.reader, account, endpoint);
    const { items, next } = await deps.reader.deliveries({ ...filters, state, endpoints, cursor, account });
    return { items: items.map(asShown), next };
  });
  mount(app, 'getDelivery', async ({ params: { deliveryId } }, request) => {
    const delivery = await deps.reader.delivery(principalOf(request).account, deliveryId);
    if (delivery === null) throw deliveryNotFound();
    return asShown(delivery);
  });
  mount(app, 'replayDelivery', async ({ params: { deliveryId } }, request, reply) => {
    const delivery = await deps.reader.delivery(principalOf(request).account, deliveryId);
    if (delivery === null) throw deliveryNotFound();
    if (!(await deps.outbox.replay(deliveryId, deps.clock.wallMs()))) {
      throw new CloudbellError('delivery_not_final', {
        message: 'The delivery is still on its way.',
        hint: 'Wait until it is delivered, exhausted or cancelled.',
      });
    }
    wake(deps);
    return reply.code(202).send({ deliveryId, state: 'pending' });
  });
  mount(app, 'retryDelivery', async ({ params: { deliveryId } }, request, reply) => {
    const delivery = await deps.reader.delivery(principalOf(request).account, deliveryId);
    if (delivery === null) throw deliveryNotFound();
    if (!(await deps.outbox.hasten(deliveryId, deps.clock.wallMs()))) throw notWaiting(delivery);
    wake(deps);
    return reply.code(202).send({ deliveryId, state: 'pending' });
  });
  mount(app, 'replayDeliveries', async (_, request, reply) => {
    const { account } = principalOf(request);
    const { ratePerSecond, endpoint, ...filters } = readBody(replayBody, request, 'replay_invalid');
    const endpoints = endpoint === undefined ? undefined : await endpointsMeant(deps.reader, account, endpoint);
    const now = deps.clock.wallMs();
    const everyMs = Math.ceil(1000 / ratePerSecond);
    const limit = Math.floor(REPLAY_SPAN_MS / everyMs);
    const done = await deps.outbox.replayExhausted({ ...filters, account, endpoints, now, limit, everyMs });
    wake(deps);
    const lastDueAt = done.replayed === 0 ? null : now + (done.replayed - 1) * everyMs;
    return reply.code(202).send({ ...done, lastDueAt });
  });
}

/**
 * ms over which one request's replays are spread at most. Less than the longest wait of a callback, or a restart would
 * take their times for those of a clock that was set back, and bring them forward (docs/adr/0012).
 */
const REPLAY_SPAN_MS = 50_000;

/** It is due durably; a courier that misses the call looks by itself within a second. */
function wake({ courier, logger }: Pick<ApiDeps, 'courier' | 'logger'>): void {
  void courier.wake().catch((error: unknown) => logger.warn({ err: error }, 'the courier did not wake'));
}

function notWaiting({ state, nextAttemptAt }: DeliveryRow): CloudbellError {
  if (state === 'sending') {
    return new CloudbellError('delivery_not_waiting', {
      message: 'An attempt of the delivery is under way.',
      hint: 'Look again when it has ended; it takes a few seconds at most.',
    });
  }
  const isWaiting = state === 'pending';
  return new CloudbellError('delivery_not_waiting', {
    message: isWaiting
      ? `The delivery ${nextAttemptAt === null ? 'waits for an earlier one of its alert' : 'is due already'}.`
      : `The delivery is ${state}.`,
    hint: isWaiting ? 'Nothing has to be done.' : 'POST …/replay sends it again.',
  });
}

const asShown = <D extends DeliveryRow>(delivery: D): D => ({
  ...delivery,
  endpoint: shownEndpoint(delivery.endpoint),
});

function deliveryNotFound(): CloudbellError {
  return new CloudbellError('delivery_not_found', {
    message: 'There is no delivery with this id.',
    hint: 'GET /api/v1/deliveries lists them; the id is also the header webhook-id.',
  });
}
