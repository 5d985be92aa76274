import { shownEndpoint } from '@cloudbell/core/notify/shown-endpoint.ts';
import type { FastifyInstance } from 'fastify';
import { CloudbellError } from '../base/errors.ts';
import type { DeliveryRow } from '../ports/store-reader.ts';
import type { ApiDeps } from './deps.ts';
import { endpointsMeant } from './endpoints.ts';
import { principalOf } from './principal.ts';
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
    // It is due durably; a courier that misses the call looks by itself within a second.
    void deps.courier.wake().catch((error: unknown) => deps.logger.warn({ err: error }, 'the courier did not wake'));
    return reply.code(202).send({ deliveryId, state: 'pending' });
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
