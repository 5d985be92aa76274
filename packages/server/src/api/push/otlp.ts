import { readJsonMessage } from '@cloudbell/core/wire/json-message.ts';
import { otlpRows } from '@cloudbell/core/wire/otlp-rows.ts';
import { EXPORT_METRICS_REQUEST } from '@cloudbell/core/wire/otlp-schema.ts';
import { readMessage } from '@cloudbell/core/wire/protobuf-object.ts';
import type { SampleRows } from '@cloudbell/core/wire/sample-rows.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { asError, CloudbellError } from '../../base/errors.ts';
import type { RowsAnswer } from '../../ports/sample-intake.ts';
import type { ApiDeps } from '../deps.ts';
import { sendError } from '../errors.ts';
import { parseLenientJson } from '../lenient-json.ts';
import { principalOf } from '../principal.ts';
import { mount } from '../route.ts';
import type { BodyBudget } from './body-budget.ts';
import { decodedBody } from './encoded-body.ts';
import { partialSuccessMessage, statusMessage } from './otlp-answer.ts';
import { refusalOf } from './refusal.ts';

const PROTOBUF = 'application/x-protobuf';

/** OTLP/HTTP metrics, protobuf and JSON. What was refused is told as a partial success, in the form that came in. */
export function mountOtlp(
  app: FastifyInstance,
  deps: Pick<ApiDeps, 'ingest' | 'settings'> & { readonly budget: BodyBudget },
): void {
  const { ingest, settings, budget } = deps;
  mount(app, 'otlpMetrics', async ({ query }, request, reply) => {
    const { account } = principalOf(request);
    const isProtobuf = isProtobufOf(request);
    const body = await decodedBody(request, { bytesMax: settings.decompressedBytesMax, budget });
    const json = isProtobuf ? null : parseLenientJson(Buffer.from(body).toString('utf8'));
    const answer = await ingest.rows(account, query.namespace, (rows: SampleRows) => {
      const message = isProtobuf
        ? readMessage(body, body.length, EXPORT_METRICS_REQUEST)
        : readJsonMessage(json, EXPORT_METRICS_REQUEST);
      otlpRows(message, rows);
    });
    return answered(reply, answer, isProtobuf);
  });
}

function isProtobufOf(request: FastifyRequest): boolean {
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === PROTOBUF) return true;
  if (type === 'application/json') return false;
  throw new CloudbellError('body_type_unsupported', {
    message: `The body is ${(type ?? 'of no type').slice(0, 64)}.`,
    hint: 'Send OTLP as application/x-protobuf or application/json.',
  });
}

function answered(reply: FastifyReply, answer: RowsAnswer, isProtobuf: boolean): FastifyReply {
  const skipped = Object.entries(answer.skipped);
  const refused = Object.values(answer.refused).reduce((sum, count) => sum + count, 0);
  const left = skipped.reduce((sum, [, count]) => sum + count, 0);
  const notes = [
    refusalOf(answer)?.message ?? '',
    ...skipped.map(([why, count]) => `${count} left out: ${why}`),
    answer.notFinite > 0 ? `${answer.notFinite} samples were NaN or infinite, which is never a value` : '',
    answer.nativeHistograms > 0 ? `${answer.nativeHistograms} exponential histograms are kept as count and sum` : '',
  ].filter((note) => note !== '');
  const rejected = refused + left + answer.notFinite;
  const message = notes.join('; ');
  if (isProtobuf) return reply.type(PROTOBUF).send(partialSuccessMessage(rejected, message));
  // 64 bits are a text in the JSON form of protobuf.
  return reply.send(
    message === '' ? {} : { partialSuccess: { rejectedDataPoints: String(rejected), errorMessage: message } },
  );
}

/** Errors are told in the form that came in: a protobuf `Status`, or our JSON. */
export function sendOtlpError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith(PROTOBUF) || !(thrown instanceof CloudbellError) || thrown.status >= 500)
    return sendError(thrown, request, reply);
  if (thrown.status === 429) reply.header('retry-after', '1');
  return reply
    .code(thrown.status)
    .type(PROTOBUF)
    .send(statusMessage(`${asError(thrown).message} ${thrown.problem.hint}`));
}
