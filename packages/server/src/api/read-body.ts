import type { ErrorCode } from '@cloudbell/core/contract/error-codes.ts';
import type { Operation } from '@cloudbell/core/contract/operation.ts';
import { kindOf } from '@cloudbell/core/metric/text-size.ts';
import type { FastifyRequest } from 'fastify';
import { CloudbellError } from '../base/errors.ts';

/** The body as its schema has it, defaults filled in. Throws `body_invalid` or `code` with the first field at fault. */
export function readBody<T extends NonNullable<Operation['body']>>(
  schema: T,
  request: FastifyRequest,
  code: ErrorCode,
): T['_output'] {
  const { body } = request;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new CloudbellError('body_invalid', {
      message: `The body is ${kindOf(body)}, not an object.`,
      hint: 'Send a JSON object.',
    });
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  // An unknown field is told by the place it stands in; its own name helps more.
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const field = [...(issue?.path ?? []), ...unknown].join('.').slice(0, 64);
  throw new CloudbellError(code, {
    message: `${field === '' ? 'The body' : field} cannot be understood: ${issue?.message ?? 'it is malformed'}.`,
    ...(field === '' ? {} : { field }),
    hint: 'GET /api/v1/openapi.json says what each field may be.',
  });
}
