import { Readable } from 'node:stream';
import { kindOf } from '@cloudbell/core/metric/text-size.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CloudbellError } from '../../base/errors.ts';
import type { IntakeAnswer, SampleError } from '../../ports/sample-intake.ts';
import type { ApiDeps } from '../deps.ts';
import { parseLenientJson } from '../lenient-json.ts';
import { principalOf } from '../principal.ts';
import { mount } from '../route.ts';
import type { BodyBudget } from './body-budget.ts';
import { decodedBody, decoderOf, decodingFault } from './encoded-body.ts';
import { type NdjsonLine, ndjsonGroups } from './ndjson.ts';

const NDJSON = ['application/x-ndjson', 'application/ndjson', 'application/jsonl', 'application/x-jsonlines'];
/** A stream's lines that are handed to ingest at once. */
const GROUP_MAX = 1_000;
const ERRORS_MAX = 100;

type Deps = Pick<ApiDeps, 'ingest' | 'settings'> & { readonly budget: BodyBudget };

/**
 * `POST /api/v1/samples`: what is good is durable when this answers; 400 only when nothing was (semantics.md, REST).
 * A list as JSON, or a stream of any length with one sample a line, which is stored as it comes.
 */
export function mountSamples(app: FastifyInstance, deps: Deps): void {
  app.addContentTypeParser(NDJSON, (_request: unknown, payload: unknown, done) => done(null, payload));
  mount(app, 'postSamples', async (_, request, reply) => {
    const answer = request.body instanceof Readable ? await takeStream(request, deps) : await takeList(request, deps);
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

async function takeList(request: FastifyRequest, { ingest, settings, budget }: Deps): Promise<IntakeAnswer> {
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== undefined && type !== 'application/json') {
    throw new CloudbellError('body_type_unsupported', {
      message: `The body is ${type.slice(0, 64)}.`,
      hint: 'Send application/json, or application/x-ndjson with one sample a line.',
    });
  }
  const body = Buffer.from(await decodedBody(request, { bytesMax: settings.decompressedBytesMax, budget })).toString(
    'utf8',
  );
  const items = body === '' ? undefined : parseLenientJson(body);
  if (!Array.isArray(items)) {
    throw new CloudbellError('body_invalid', {
      message: `The body is ${kindOf(items)}, not a list of samples.`,
      hint: 'Send a JSON list, even for one sample: [{"namespace":…,"metricName":…,"dimensions":…,"value":…}].',
    });
  }
  return ingest.samples(principalOf(request).account, items);
}

/** Ends with the first group that is not durable: the sender is told, and what came before stays. */
async function takeStream(request: FastifyRequest, { ingest, settings }: Deps): Promise<IntakeAnswer> {
  const { account } = principalOf(request);
  const body = request.body as Readable;
  const decoder = decoderOf(request);
  // A sender that is cut off ends its stream with an error there too.
  if (decoder !== null) body.once('error', (error) => decoder.destroy(error));
  const source = decoder === null ? body : body.pipe(decoder);
  const errors: SampleError[] = [];
  let [accepted, rejected, lines] = [0, 0, 0];
  try {
    for await (const group of ndjsonGroups(source, GROUP_MAX)) {
      const places: number[] = [];
      const items: unknown[] = [];
      for (const line of group) {
        if ('value' in line) {
          places.push(lines);
          items.push(line.value);
        } else {
          rejected += 1;
          if (errors.length < ERRORS_MAX) errors.push(lineError(line, lines));
        }
        lines += 1;
      }
      const answer = await ingest.samples(account, items);
      accepted += answer.accepted;
      rejected += answer.rejected;
      for (const error of answer.errors.slice(0, Math.max(0, ERRORS_MAX - errors.length)))
        errors.push({ ...error, index: places[error.index] ?? error.index });
    }
  } catch (thrown) {
    // A stream that ends too early, or is not what its encoding says.
    throw thrown instanceof CloudbellError ? thrown : decodingFault(thrown, settings.decompressedBytesMax);
  }
  return { accepted, rejected, errors: errors.sort((a, b) => a.index - b.index) };
}

function lineError(line: NdjsonLine & { readonly error: CloudbellError }, index: number): SampleError {
  const { code, message, hint } = line.error.problem;
  return { index, code, field: null, message, hint };
}
