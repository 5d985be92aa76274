import { decodeWriteRequest1 } from '@cloudbell/core/wire/remote-write-1.ts';
import { decodeWriteRequest2 } from '@cloudbell/core/wire/remote-write-2.ts';
import type { SampleRows } from '@cloudbell/core/wire/sample-rows.ts';
import { snappyLength, snappyUncompress } from '@cloudbell/core/wire/snappy-block.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CloudbellError } from '../../base/errors.ts';
import type { RowsAnswer } from '../../ports/sample-intake.ts';
import type { ApiDeps } from '../deps.ts';
import { sendError, sendProblems } from '../errors.ts';
import { principalOf } from '../principal.ts';
import { mount } from '../route.ts';
import { refusalOf } from './refusal.ts';

/** A buffer that had to be larger than this is not kept for the next request. */
const KEPT_BYTES_MAX = 8 * 1024 * 1024;

/**
 * Prometheus remote write, 1.0 and 2.0. A sender repeats what was answered with 5xx and never what was answered with
 * 4xx, and Prometheus drops at 429 unless it is told otherwise: so whoever comes while the log is behind gets 503.
 */
export function mountRemoteWrite(app: FastifyInstance, deps: Pick<ApiDeps, 'ingest' | 'settings'>): void {
  const { ingest, settings } = deps;
  const bytesMax = settings.decompressedBytesMax;
  let kept = new Uint8Array(0);
  const uncompressed = (body: Uint8Array): { readonly bytes: Uint8Array; readonly length: number } => {
    const length = snappyLength(body, bytesMax);
    const bytes = kept.length >= length ? kept : new Uint8Array(length);
    if (length <= KEPT_BYTES_MAX) kept = bytes;
    snappyUncompress(body, bytes);
    return { bytes, length };
  };
  mount(app, 'remoteWrite', async ({ query }, request, reply) => {
    const { account } = principalOf(request);
    const version = messageVersion(request);
    refuseOtherEncodings(request);
    const body = request.body instanceof Uint8Array ? request.body : new Uint8Array(0);
    const read = (rows: SampleRows): void => {
      const { bytes, length } = uncompressed(body);
      if (version === 1) decodeWriteRequest1(bytes, length, rows);
      else decodeWriteRequest2(bytes, length, { rows, bytesMax });
    };
    const answer = await ingest.rows(account, query.namespace, read);
    return answered(reply, answer);
  });
}

/** Before the body is read, so it is the scope's: what makes a sender come again is 503 here, and 429 elsewhere. */
export function sendBusyAs503(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (!(error instanceof CloudbellError) || error.code !== 'ingest_busy') return sendError(error, request, reply);
  reply.header('retry-after', '1');
  return sendProblems(reply, [error.problem], { status: 503 });
}

function messageVersion(request: FastifyRequest): 1 | 2 {
  const [type = '', ...parameters] = (request.headers['content-type'] ?? 'application/x-protobuf').split(';');
  const proto = parameters.map((one) => /^\s*proto="?([^"]*)"?\s*$/i.exec(one)?.[1]).find((one) => one !== undefined);
  if (type.trim().toLowerCase() === 'application/x-protobuf') {
    if (proto === undefined || proto === 'prometheus.WriteRequest') return 1;
    if (proto === 'io.prometheus.write.v2.Request') return 2;
  }
  throw new CloudbellError('body_type_unsupported', {
    message: `The body is ${(request.headers['content-type'] ?? '').slice(0, 128)}.`,
    hint: 'Send application/x-protobuf, with proto=prometheus.WriteRequest or proto=io.prometheus.write.v2.Request.',
  });
}

function refuseOtherEncodings(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding'] ?? 'snappy';
  if (encoding.trim().toLowerCase() === 'snappy') return;
  throw new CloudbellError('body_encoding_unsupported', {
    message: `The body is encoded as ${encoding.slice(0, 64)}.`,
    hint: 'Remote write is compressed with snappy, in the block format.',
  });
}

function answered(reply: FastifyReply, answer: RowsAnswer): FastifyReply {
  const { accepted, staleMarkers, nativeHistograms, exemplars, notFinite } = answer;
  // A stale marker is a sample to its sender, and was understood.
  reply.header('x-prometheus-remote-write-samples-written', String(accepted + staleMarkers));
  reply.header('x-prometheus-remote-write-histograms-written', '0');
  reply.header('x-prometheus-remote-write-exemplars-written', '0');
  const problem = refusalOf(answer);
  if (problem !== null) return sendProblems(reply, [problem]);
  const notes = [
    nativeHistograms > 0 ? `${nativeHistograms} native histograms were counted and are not evaluated` : '',
    exemplars > 0 ? `${exemplars} exemplars were passed over` : '',
    notFinite > 0 ? `${notFinite} samples were NaN or infinite, which is never a value` : '',
  ].filter((note) => note !== '');
  if (notes.length === 0) return reply.code(204).send();
  return reply
    .code(200)
    .type('text/plain; charset=utf-8')
    .send(`${notes.join('; ')}.\n`);
}
