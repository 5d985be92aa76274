import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CloudbellError } from '../../base/errors.ts';
import type { ApiDeps } from '../deps.ts';

/** Bodies of all requests under way: beyond this, a request is sent away before its body is read. */
const BODY_BYTES_MAX = 256 * 1024 * 1024;

/**
 * Sends a request away, early and cheaply, while the log is behind or too many bodies are under way, so that memory
 * stays flat whatever comes. What was admitted goes on.
 */
export function limitAdmission(scope: FastifyInstance, deps: Pick<ApiDeps, 'ingest' | 'settings'>): void {
  let underWay = 0;
  scope.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    const length = Number(request.headers['content-length'] ?? deps.settings.bodyBytesMax);
    const bytes = Number.isFinite(length) ? Math.min(length, deps.settings.bodyBytesMax) : 0;
    if (deps.ingest.isBusy() || (underWay > 0 && underWay + bytes > BODY_BYTES_MAX)) {
      throw new CloudbellError('ingest_busy', { message: 'More samples are under way than Cloudbell can take now.' });
    }
    underWay += bytes;
    // Comes once, however the request ends.
    reply.raw.once('close', () => {
      underWay -= bytes;
    });
  });
}
