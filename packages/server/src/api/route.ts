import type { Operation } from '@cloudbell/core/contract/operation.ts';
import { OPERATIONS, type OperationId } from '@cloudbell/core/contract/operations.ts';
import { suggestion } from '@cloudbell/core/metric/closest-name.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CloudbellError } from '../base/errors.ts';

type OutputOf<O, K extends 'params' | 'query'> = O extends { readonly [key in K]: { readonly _output: infer T } }
  ? T
  : undefined;

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

function readQuery(operation: Operation, query: unknown): unknown {
  if (operation.query === undefined) return undefined;
  const known = Object.keys(operation.query.shape);
  for (const name of Object.keys(query as object)) {
    if (known.includes(name)) continue;
    throw new CloudbellError('query_invalid', {
      message: `There is no query parameter "${name.slice(0, 64)}" here.`,
      field: name.slice(0, 64),
      hint: suggestion(name, known),
    });
  }
  const parsed = operation.query.safeParse(query);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  throw new CloudbellError(field === 'cursor' ? 'cursor_invalid' : 'query_invalid', {
    message: `The query parameter ${field} cannot be understood: ${issue?.message ?? 'it is malformed'}.`,
    field,
    hint: 'GET /api/v1/openapi.json says what each parameter may be.',
  });
}
