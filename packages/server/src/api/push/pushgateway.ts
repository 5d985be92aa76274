import { decodeText } from '@cloudbell/core/wire/text-format.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../base/clock.ts';
import { CloudbellError } from '../../base/errors.ts';
import type { ApiDeps } from '../deps.ts';
import { sendProblems } from '../errors.ts';
import { principalOf } from '../principal.ts';
import { mount } from '../route.ts';
import type { BodyBudget } from './body-budget.ts';
import { decodedBody } from './encoded-body.ts';
import { refusalOf } from './refusal.ts';

type Deps = Pick<ApiDeps, 'ingest' | 'settings' | 'clock'> & { readonly budget: BodyBudget };

/**
 * The Pushgateway's path, for jobs that end: `/metrics/job/<job>{/<label>/<value>}`, values with a slash in them as
 * base64 (`<label>@base64`). A push is one sample of each series, now. Nothing is exposed again and again as the
 * Pushgateway does, so PUT and POST are the same, and DELETE has nothing to take back: what is no longer pushed ends.
 */
export function mountPushgateway(app: FastifyInstance, deps: Deps): void {
  for (const id of ['putPush', 'postPush'] as const) {
    mount(app, id, async ({ query }, request, reply) => take(request, reply, { ...deps, namespace: query.namespace }));
  }
  mount(app, 'deletePush', (_, request, reply) => {
    groupingLabels(request.raw.url ?? '');
    return reply.code(202).send();
  });
}

async function take(
  request: FastifyRequest,
  reply: FastifyReply,
  deps: Deps & { readonly namespace: string },
): Promise<FastifyReply> {
  const { ingest, settings, clock, namespace, budget } = deps;
  const { account } = principalOf(request);
  const group = groupingLabels(request.raw.url ?? '');
  const isOpenMetrics = isOpenMetricsOf(request.headers['content-type']);
  const body = await decodedBody(request, { bytesMax: settings.decompressedBytesMax, budget });
  const answer = await ingest.rows(account, namespace, (rows) => {
    decodeText(body, body.length, rows, {
      ...{ isOpenMetrics, timestampMs: now(clock), keepsTimestamps: true, shared: group, onConflict: 'drop' },
    });
  });
  const problem = refusalOf(answer);
  return problem === null ? reply.code(200).send() : sendProblems(reply, [problem]);
}

const now = (clock: Clock): number => Math.floor(clock.wallMs());

function isOpenMetricsOf(contentType: string | undefined): boolean {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? 'text/plain';
  if (type === 'application/openmetrics-text') return true;
  // What curl says of any --data-binary.
  if (type === 'text/plain' || type === 'application/x-www-form-urlencoded' || type === '') return false;
  throw new CloudbellError('body_type_unsupported', {
    message: `The body is ${type.slice(0, 64)}.`,
    hint: 'Push the text format; with the Go client: .Format(expfmt.NewFormat(expfmt.TypeTextPlain)).',
  });
}

/** From the path as it was sent: decoded, a slash within a value could not be told from one between labels. */
export function groupingLabels(url: string): ReadonlyMap<string, string> {
  const parts = (url.split('?', 1)[0] ?? '').replace(/^\/metrics\//, '').split('/');
  const labels = new Map<string, string>();
  for (let at = 0; at < parts.length; at += 2) {
    const [, name = '', encoding] = /^([a-zA-Z_][a-zA-Z0-9_]*)(@base64)?$/.exec(decoded(parts[at] ?? '')) ?? [];
    const text = parts[at + 1];
    if (name === '' || text === undefined)
      throw pathInvalid(`"${(parts[at] ?? '').slice(0, 64)}" is no label with a value`);
    if (at === 0 && name !== 'job') throw pathInvalid('it does not begin with job');
    if (labels.has(name)) throw pathInvalid(`the label ${name.slice(0, 64)} occurs twice`);
    labels.set(name, encoding === undefined ? decoded(text) : fromBase64(text));
  }
  if (labels.get('job') === '') throw pathInvalid('the job has no name');
  return labels;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw pathInvalid('it is not well encoded');
  }
}

/** URL-safe, padded or not; `=` alone is the empty text, which could not stand in a path else. */
function fromBase64(part: string): string {
  const text = decoded(part);
  const bytes = Buffer.from(text, 'base64url');
  const bare = text.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_');
  if (bytes.toString('base64url') === bare) return bytes.toString('utf8');
  throw pathInvalid(`"${text.slice(0, 64)}" is not base64`);
}

const pathInvalid = (what: string): CloudbellError =>
  new CloudbellError('push_path_invalid', {
    message: `The path of the push cannot be understood: ${what}.`,
    hint: 'Write /metrics/job/<job>/<label>/<value>, and <label>@base64 for values with a slash in them.',
  });
