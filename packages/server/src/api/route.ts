import type { Operation } from '@cloudbell/core/contract/operation.ts';
import { OPERATIONS, type OperationId } from '@cloudbell/core/contract/operations.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type OutputOf, readQuery } from '../base/read-query.ts';

/** Path parameters and query of an operation, checked against its schemas. */
export interface Input<Id extends OperationId> {
  readonly params: OutputOf<(typeof OPERATIONS)[Id], 'params'>;
  readonly query: OutputOf<(typeof OPERATIONS)[Id], 'query'>;
}

/** Mounts one operation of the contract: method, path and input come from there, so that server and OpenAPI agree. */
export function mount<Id extends OperationId>(
  app: FastifyInstance,
  id: Id,
  handle: (input: Input<Id>, request: FastifyRequest, reply: FastifyReply) => unknown,
): void {
  const operation: Operation = OPERATIONS[id];
  app.route({
    method: operation.method,
    url: operation.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    // HEAD must not use up a sign-in link, nor wait for the end of a stream.
    exposeHeadRoute: id !== 'signIn' && id !== 'streamChanges',
    handler: async (request, reply) => {
      const input = { params: request.params, query: readQuery(operation, request.query) } as Input<Id>;
      return handle(input, request, reply);
    },
  });
}
