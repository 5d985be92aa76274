import type { ErrorAnswer } from '@cloudbell/core/contract/error-answer.ts';
import { ERROR_CODES, type ErrorCode } from '@cloudbell/core/contract/error-codes.ts';
import type { Problem } from '@cloudbell/core/contract/problem.ts';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { asError, CloudbellError } from '../base/errors.ts';

/** What Fastify itself refuses with, in our words. */
const FASTIFY_ERRORS: Readonly<Record<string, { code: ErrorCode; message: string; hint: string }>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'body_type_unsupported',
    message: 'The body is not application/json.',
    hint: 'Send the header content-type: application/json.',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    code: 'body_too_large',
    message: 'The body is larger than --body-bytes-max allows.',
    hint: 'Send it in several requests, or raise the option.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'request_malformed',
    message: 'The body is not as long as content-length says.',
    hint: 'Let the HTTP client count the bytes.',
  },
  FST_ERR_BAD_URL: {
    code: 'request_malformed',
    message: 'The path is not well encoded.',
    hint: 'Percent-encode the parts of the path as UTF-8.',
  },
  FST_ERR_MAX_PARAM_LENGTH: {
    code: 'request_line_too_long',
    message: 'A name or an id is too long.',
    hint: 'Names and ids have at most 255 bytes.',
  },
};

/** The one place where an error becomes an answer. */
export function sendError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (thrown instanceof CloudbellError) {
    if (thrown.status >= 500) request.log.error({ err: thrown, code: thrown.code }, thrown.message);
    const isPassing = thrown.status === 503 || thrown.status === 429;
    if (isPassing && !reply.hasHeader('retry-after')) reply.header('retry-after', '1');
    return sendProblems(reply, [thrown.problem]);
  }
  const error = asError(thrown) as FastifyError;
  const known = FASTIFY_ERRORS[error.code ?? ''];
  if (known !== undefined) return sendProblems(reply, [known]);
  request.log.error({ err: error }, 'a request failed unexpectedly');
  const problem = {
    code: 'internal_error',
    message: 'Something went wrong inside Cloudbell.',
    hint: 'Look for requestId in the log.',
  };
  return send(reply, 500, { error: { ...problem, requestId: request.id } });
}

/** The first problem decides the status; all are told when there are several. */
export function sendProblems(
  reply: FastifyReply,
  problems: readonly [Problem, ...Problem[]],
  { status, ...more }: { readonly currentVersion?: number | null; readonly status?: number } = {},
): FastifyReply {
  const [first] = problems;
  const usual = first.code in ERROR_CODES ? ERROR_CODES[first.code as ErrorCode].status : 400;
  const all = problems.length > 1 ? { problems: [...problems] } : {};
  return send(reply, status ?? usual, { error: { ...first, ...all, ...more } });
}

export function sendNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendProblems(reply, [
    {
      code: 'route_not_found',
      message: `There is nothing at ${request.method} ${request.url.split('?', 1)[0]?.slice(0, 256)}.`,
      hint: 'GET /api/v1/openapi.json lists what there is.',
    },
  ]);
}

function send(reply: FastifyReply, status: number, answer: ErrorAnswer): FastifyReply {
  return reply.code(status).type('application/json; charset=utf-8').send(answer);
}
