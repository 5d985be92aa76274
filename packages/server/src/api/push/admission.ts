import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CloudbellError } from '../../base/errors.ts';
import type { ApiDeps } from '../deps.ts';
import { BodyBudget } from './body-budget.ts';

/**
 * Sends a request away, early and cheaply, while the log is behind or too many bodies are under way. What was admitted
 * goes on, unless its body turns out to be too much when it is decompressed.
 */
export function limitAdmission(scope: FastifyInstance, deps: Pick<ApiDeps, 'ingest' | 'settings'>): BodyBudget {
  const budget = new BodyBudget();
  scope.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    if (deps.ingest.isBusy()) {
      throw new CloudbellError('ingest_busy', { message: 'More samples are under way than Cloudbell can take now.' });
    }
    const length = Number(request.headers['content-length'] ?? deps.settings.bodyBytesMax);
    budget.take(request, Number.isFinite(length) ? Math.min(length, deps.settings.bodyBytesMax) : 0);
    // Comes once, however the request ends.
    reply.raw.once('close', () => budget.giveBack(request));
  });
  return budget;
}
