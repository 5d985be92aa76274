import type { FastifyInstance } from 'fastify';
import { CloudbellError } from '../base/errors.ts';
import type { ApiDeps } from './deps.ts';
import { principalOf } from './principal.ts';
import { mount } from './route.ts';

/** Live alerts, what they did, and the dismissal of those whose resource has vanished. */
export function mountAlerts(app: FastifyInstance, deps: Pick<ApiDeps, 'reader' | 'rules' | 'changes'>): void {
  mount(app, 'listAlerts', ({ query }, request) => {
    const { cursor = null, ...filters } = query;
    return deps.reader.alerts({ ...filters, cursor, account: principalOf(request).account });
  });
  mount(app, 'getAlert', async ({ params: { alertId } }, request) => {
    const alert = await deps.reader.alert(principalOf(request).account, alertId);
    if (alert === null) throw alertNotFound();
    return alert;
  });
  mount(app, 'dismissAlert', async ({ params: { alertId } }, request, reply) => {
    const { account, name } = principalOf(request);
    if ((await deps.reader.alert(account, alertId)) === null) throw alertNotFound();
    const change = await deps.rules.enqueue({ kind: 'dismiss', alertId, by: name });
    await deps.changes.flush(change);
    return reply.code(202).send({ alertId });
  });
  mount(app, 'listTransitions', ({ query }, request) => {
    const { cursor = null, ...filters } = query;
    return deps.reader.transitions({ ...filters, cursor, account: principalOf(request).account });
  });
}

export function alertNotFound(): CloudbellError {
  return new CloudbellError('alert_not_found', {
    message: 'There is no live alert with this id.',
    hint: 'GET /api/v1/alerts lists the live alerts; one that has ended is found in /api/v1/transitions.',
  });
}
