import { type SilenceMatcher, silenceState } from '@cloudbell/core/alert/silence.ts';
import { type SilenceAnswer, silenceChange, silenceInput } from '@cloudbell/core/contract/silence.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CloudbellError } from '../base/errors.ts';
import type { SilenceWrite, StoredSilence } from '../ports/silence-store.ts';
import type { ApiDeps } from './deps.ts';
import { principalOf } from './principal.ts';
import { readBody } from './read-body.ts';
import { mount } from './route.ts';

type SilenceDeps = Pick<ApiDeps, 'silences' | 'changes' | 'reader' | 'rules' | 'clock' | 'random'> & {
  readonly onLimit: (limit: 'silences_per_account') => void;
};

/** A silence is not forgotten for ever: the longest lasts a year. */
const LENGTH_MS_MAX = 366 * 86_400_000;

/** Silences over REST. A write answers when it is in the log: what becomes due after that is held back by it. */
export function mountSilences(app: FastifyInstance, deps: SilenceDeps): void {
  const now = () => deps.clock.wallMs();
  mount(app, 'createSilence', async (_, request, reply) => {
    const { account, name: who } = principalOf(request);
    const at = now();
    const { by: given, from = at, until, why } = readBody(silenceInput, request, 'silence_invalid');
    const by = await knownMatcher(deps, account, given);
    checkTimes({ from, until }, at);
    const silenceId = Buffer.from(deps.random.bytes(12)).toString('hex');
    const write = await deps.silences.create({ account, silenceId, by, from, until, who, why }, at);
    return answerWrite(deps, reply.code(201), write);
  });
  mount(app, 'changeSilence', async ({ params: { silenceId } }, request, reply) => {
    const { account, name: by } = principalOf(request);
    const at = now();
    const { until, why = null } = readBody(silenceChange, request, 'silence_invalid');
    checkTimes({ from: at, until }, at);
    return answerWrite(deps, reply, await deps.silences.change({ account, silenceId, until, why, by }, at));
  });
  mount(app, 'endSilence', async ({ params: { silenceId } }, request, reply) => {
    await end(deps, request, silenceId);
    return reply.code(204).send();
  });
  mount(app, 'getSilence', async ({ params: { silenceId } }, request) => {
    const stored = await deps.reader.silence(principalOf(request).account, silenceId);
    if (stored === null) throw silenceNotFound();
    return toAnswer(stored, now());
  });
  mount(app, 'listSilences', async ({ query }, request) => {
    const { cursor = null, ...filters } = query;
    const at = now();
    const { account } = principalOf(request);
    const { items, next } = await deps.reader.silences({ ...filters, cursor, account, now: at });
    return { items: items.map((stored) => toAnswer(stored, at)), next };
  });
}

/** A second DELETE finds the silence over, which is what it asked for. */
async function end(deps: SilenceDeps, request: FastifyRequest, silenceId: string): Promise<void> {
  const { account, name: by } = principalOf(request);
  const at = deps.clock.wallMs();
  const write = await deps.silences.change({ account, silenceId, until: at, why: null, by }, at);
  if (write.outcome === 'not_found') throw silenceNotFound();
  if ('change' in write) await deps.changes.flush(write.change);
}

async function answerWrite(deps: SilenceDeps, reply: FastifyReply, write: SilenceWrite): Promise<FastifyReply> {
  switch (write.outcome) {
    case 'created':
    case 'updated':
      await deps.changes.flush(write.change);
      return reply.send(toAnswer(write.stored, deps.clock.wallMs()));
    case 'unchanged':
      return reply.send(toAnswer(write.stored, deps.clock.wallMs()));
    case 'not_found':
      throw silenceNotFound();
    case 'ended':
      throw new CloudbellError('silence_ended', {
        message: 'The silence is over.',
        hint: 'Make a new one with POST /api/v1/silences.',
      });
    case 'too_many_silences':
      deps.onLimit('silences_per_account');
      throw new CloudbellError('silence_limit_reached', {
        message: `The account has ${write.limit} silences that are not over, as many as allowed.`,
        hint: 'End some, or use one with dimensions that many alerts share.',
      });
    default:
      return write satisfies never;
  }
}

/** A rule or alert that is not there is a slip of the pen: such a silence would hold nothing, and nobody would know. */
async function knownMatcher(
  deps: SilenceDeps,
  account: string,
  {
    ruleId,
    alertId,
    dimensions,
  }: { ruleId?: string | undefined; alertId?: string | undefined; dimensions?: Record<string, string> | undefined },
): Promise<SilenceMatcher> {
  if (ruleId !== undefined) {
    if ((await deps.rules.get(account, ruleId)) === null) throw unknownTarget('by.ruleId', 'rule', 'GET /api/v1/rules');
    return { ruleId };
  }
  if (alertId !== undefined) {
    if ((await deps.reader.alert(account, alertId)) === null)
      throw unknownTarget('by.alertId', 'live alert', 'GET /api/v1/alerts');
    return { alertId };
  }
  return { dimensions: dimensions ?? {} };
}

function unknownTarget(field: string, what: string, where: string): CloudbellError {
  return new CloudbellError('silence_invalid', {
    message: `There is no ${what} with this id.`,
    field,
    hint: `${where} lists what there is; dimensions silence what is still to come.`,
  });
}

function checkTimes({ from, until }: { readonly from: number; readonly until: number }, now: number): void {
  const wrong =
    until <= now
      ? 'until is in the past'
      : until <= from
        ? 'until is not after from'
        : until > now + LENGTH_MS_MAX
          ? 'until is more than 366 days ahead'
          : null;
  if (wrong === null) return;
  throw new CloudbellError('silence_time_invalid', {
    message: `${wrong[0]?.toUpperCase()}${wrong.slice(1)}.`,
    field: 'until',
    hint: 'Times are ms since 1970; to end a silence now, DELETE it.',
  });
}

function toAnswer({ silence, changedBy, createdAt, updatedAt }: StoredSilence, now: number): SilenceAnswer {
  return {
    ...silence,
    by: silence.by as SilenceAnswer['by'],
    state: silenceState(silence, now),
    changedBy,
    createdAt,
    updatedAt,
  };
}

function silenceNotFound(): CloudbellError {
  return new CloudbellError('silence_not_found', {
    message: 'There is no silence with this id.',
    hint: 'GET /api/v1/silences lists them.',
  });
}
