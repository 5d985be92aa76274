import { acknowledgeInput } from '@cloudbell/core/contract/silence.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CloudbellError } from '../base/errors.ts';
import type { AcknowledgementWrite } from '../ports/acknowledgement-store.ts';
import type { AlertRow } from '../ports/store-reader.ts';
import { alertNotFound } from './alerts.ts';
import type { ApiDeps } from './deps.ts';
import { principalOf } from './principal.ts';
import { readBody } from './read-body.ts';
import { mount } from './route.ts';

type AcknowledgeDeps = Pick<ApiDeps, 'acknowledgements' | 'changes' | 'reader' | 'clock'>;

/** Somebody knows about an alert, or takes that back. Both answer with the alert when it is in the log. */
export function mountAcknowledge(app: FastifyInstance, deps: AcknowledgeDeps): void {
  mount(app, 'acknowledgeAlert', async ({ params: { alertId } }, request) => {
    const { account, name: by } = principalOf(request);
    const { note } =
      request.body === undefined ? { note: '' } : readBody(acknowledgeInput, request, 'acknowledgement_invalid');
    const act = { account, alertId, by, note };
    return answer(deps, request, { alertId, write: await deps.acknowledgements.acknowledge(act, deps.clock.wallMs()) });
  });
  mount(app, 'withdrawAcknowledgement', async ({ params: { alertId } }, request) => {
    const { account, name: by } = principalOf(request);
    const write = await deps.acknowledgements.withdraw({ account, alertId, by }, deps.clock.wallMs());
    return answer(deps, request, { alertId, write });
  });
}

async function answer(
  deps: AcknowledgeDeps,
  request: FastifyRequest,
  { alertId, write }: { readonly alertId: string; readonly write: AcknowledgementWrite },
): Promise<AlertRow> {
  if (write.outcome === 'in_order') {
    throw new CloudbellError('alert_in_order', {
      message: 'Nothing is wrong with this alert.',
      hint: 'There is nothing to acknowledge; to hear nothing of it for a time, use a silence.',
    });
  }
  if (write.outcome === 'done') await deps.changes.flush(write.change);
  const alert = write.outcome === 'not_found' ? null : await deps.reader.alert(principalOf(request).account, alertId);
  if (alert === null) throw alertNotFound();
  return alert;
}
