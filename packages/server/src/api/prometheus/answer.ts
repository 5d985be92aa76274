import type { PrometheusError } from '@cloudbell/core/contract/prometheus.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CloudbellError } from '../../base/errors.ts';
import type { Listing } from '../../ports/promql-history.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

/** With data that is JSON text already. */
export const sendDataText = (reply: FastifyReply, text: string): FastifyReply =>
  reply.type(JSON_TYPE).send(`{"status":"success","data":${text}}`);

export const sendData = (reply: FastifyReply, data: unknown): FastifyReply =>
  reply.type(JSON_TYPE).send({ status: 'success', data });

export const sendListing = (reply: FastifyReply, { items, hasMore }: Listing<unknown>): FastifyReply =>
  reply.type(JSON_TYPE).send({
    status: 'success',
    data: items,
    ...(hasMore ? { warnings: ['results truncated due to limit'] } : {}),
  });

/** Prometheus's words for what is wrong, by status. */
const ERROR_TYPES: Readonly<Record<number, string>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  422: 'execution',
  500: 'internal',
  503: 'unavailable',
};

/** Errors of these paths have Prometheus's form; our code, sentence and hint go into its text. */
export function sendPrometheusError(thrown: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (!(thrown instanceof CloudbellError)) {
    const status = (thrown as Error & { readonly statusCode?: number }).statusCode ?? 500;
    if (status >= 500) request.log.error({ err: thrown }, 'a query failed unexpectedly');
    const text = status < 500 ? thrown.message : `internal_error: look for ${request.id} in the log`;
    return sendProblem(reply, { status, text });
  }
  const { code, message, hint } = thrown.problem;
  if (thrown.status >= 500) request.log.error({ err: thrown, code }, message);
  if (thrown.status === 503) reply.header('retry-after', '1');
  const isTimeout = code === 'query_timeout';
  return sendProblem(reply, {
    status: thrown.status,
    text: `${code}: ${message} ${hint}`,
    ...(isTimeout ? { type: 'timeout' } : {}),
  });
}

function sendProblem(
  reply: FastifyReply,
  { status, text, type }: { readonly status: number; readonly text: string; readonly type?: string },
): FastifyReply {
  const errorType = type ?? ERROR_TYPES[status] ?? 'bad_data';
  const answer: PrometheusError = { status: 'error', errorType, error: text };
  return reply.code(status).type(JSON_TYPE).send(answer);
}
