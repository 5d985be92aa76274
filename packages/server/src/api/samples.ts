import { kindOf } from '@cloudbell/core/metric/text-size.ts';
import type { FastifyInstance } from 'fastify';
import { CloudbellError } from '../base/errors.ts';
import type { ApiDeps } from './deps.ts';
import { principalOf } from './principal.ts';
import { mount } from './route.ts';

/** `POST /api/v1/samples`: what is good is durable when this answers; 400 only when nothing was (semantics.md, REST). */
export function mountSamples(app: FastifyInstance, deps: Pick<ApiDeps, 'ingest'>): void {
  mount(app, 'postSamples', async (_, request, reply) => {
    const { account } = principalOf(request);
    const items: unknown = request.body;
    if (!Array.isArray(items)) {
      throw new CloudbellError('body_invalid', {
        message: `The body is ${kindOf(items)}, not a list of samples.`,
        hint: 'Send a JSON list, even for one sample: [{"namespace":…,"metricName":…,"dimensions":…,"value":…}].',
      });
    }
    const answer = await deps.ingest.samples(account, items);
    if (answer.accepted > 0 || answer.rejected === 0) return answer;
    const first = answer.errors[0];
    const error = {
      code: 'samples_rejected',
      message: `None of the ${answer.rejected} samples could be taken; the first: ${first?.message ?? 'unknown'}`,
      hint: first?.hint ?? 'See errors.',
    };
    return reply.code(400).send({ error, ...answer });
  });
}
