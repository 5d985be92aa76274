import type { EventRuleAnswer } from '@cloudbell/core/contract/event-rule.ts';
import { parseEventRule } from '@cloudbell/core/event/parse-event-rule.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CloudbellError } from '../base/errors.ts';
import type { EventRuleWrite, StoredEventRule } from '../ports/event-store.ts';
import type { VersionCondition } from '../ports/rule-store.ts';
import { etagOf, writeCondition } from './conditions.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { ApiDeps } from './deps.ts';
import { sendProblems } from './errors.ts';
import { principalOf } from './principal.ts';
import { mount } from './route.ts';

type EventRuleDeps = Pick<ApiDeps, 'events' | 'clock'> & {
  readonly onLimit: (limit: 'event_rules_per_account') => void;
};

/** Event rules over REST. They take effect with the write: no fold has to learn of them. */
export function mountEventRules(app: FastifyInstance, deps: EventRuleDeps): void {
  const now = () => deps.clock.wallMs();
  mount(app, 'putEventRule', async ({ params: { ruleId } }, request, reply) => {
    const parsed = parseEventRule(principalOf(request).account, ruleId, request.body);
    if ('problems' in parsed) return sendProblems(reply, parsed.problems);
    return answerWrite(deps, { ruleId, request, reply, write: (met) => deps.events.putRule(parsed.rule, met, now()) });
  });
  mount(app, 'getEventRule', async ({ params: { ruleId } }, request, reply) => {
    const stored = await deps.events.rule(principalOf(request).account, ruleId);
    if (stored === null) throw ruleNotFound(ruleId);
    return sendRule(deps, reply, stored);
  });
  mount(app, 'deleteEventRule', ({ params: { ruleId } }, request, reply) => {
    const name = { account: principalOf(request).account, ruleId };
    return answerWrite(deps, { ruleId, request, reply, write: (met) => deps.events.removeRule(name, met, now()) });
  });
  for (const [id, enabled] of [
    ['enableEventRule', true],
    ['disableEventRule', false],
  ] as const) {
    mount(app, id, ({ params: { ruleId } }, request, reply) => {
      const rule = { account: principalOf(request).account, ruleId, enabled };
      return answerWrite(deps, {
        ruleId,
        request,
        reply,
        write: (met) => deps.events.setRuleEnabled(rule, met, now()),
      });
    });
  }
  mount(app, 'listEventRules', async ({ query }, request) => {
    const { limit, cursor, search } = query;
    const { account } = principalOf(request);
    const after = cursor === undefined ? null : decodeCursor(cursor);
    // One more than asked for tells whether there is another page.
    const found = await deps.events.rules({ account, limit: limit + 1, after, search });
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      items: await Promise.all(page.map((stored) => toAnswer(deps, stored))),
      next: found.length > limit && last !== undefined ? encodeCursor(last.rule.ruleId) : null,
    };
  });
}

interface WriteRequest {
  readonly ruleId: string;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly write: (condition: VersionCondition) => Promise<EventRuleWrite>;
}

async function answerWrite(deps: EventRuleDeps, to: WriteRequest): Promise<FastifyReply> {
  const { ruleId, reply } = to;
  const outcome = await writeOnce(deps, to);
  switch (outcome.outcome) {
    case 'created':
    case 'updated':
    case 'unchanged':
      return sendRule(deps, reply.code(outcome.outcome === 'created' ? 201 : 200), outcome.stored);
    case 'removed':
      return reply.code(204).send();
    case 'version_mismatch':
      return sendMismatch(reply, ruleId, outcome.current);
    case 'not_found':
      throw ruleNotFound(ruleId);
    case 'too_many_rules':
      deps.onLimit('event_rules_per_account');
      throw new CloudbellError('rule_limit_reached', {
        message: `The account has ${outcome.limit} event rules, as many as allowed.`,
        hint: 'Delete event rules that are no longer needed, or let one rule name several events.',
      });
    default:
      return outcome satisfies never;
  }
}

/** `If-Match: *` has no counterpart in the store: it is the version read just before, once more if that was overtaken. */
async function writeOnce(deps: EventRuleDeps, { ruleId, request, write }: WriteRequest): Promise<EventRuleWrite> {
  const condition = writeCondition(request);
  if (condition !== 'exists') return write(condition);
  for (;;) {
    const stored = await deps.events.rule(principalOf(request).account, ruleId);
    if (stored === null) return { outcome: 'version_mismatch', current: null };
    const outcome = await write(stored.rule.version);
    if (outcome.outcome !== 'version_mismatch') return outcome;
  }
}

async function sendRule(deps: EventRuleDeps, reply: FastifyReply, stored: StoredEventRule): Promise<FastifyReply> {
  return reply.header('etag', etagOf(stored.rule.version)).send(await toAnswer(deps, stored));
}

function sendMismatch(reply: FastifyReply, ruleId: string, current: number | null): FastifyReply {
  if (current !== null) reply.header('etag', etagOf(current));
  const message =
    current === null ? `There is no event rule ${ruleId}.` : `The event rule ${ruleId} is at version ${current}.`;
  const hint = 'Read the rule again, apply your change to what is there, and write with its ETag.';
  return sendProblems(reply, [{ code: 'rule_version_mismatch', message, hint }], { currentVersion: current });
}

async function toAnswer(
  _deps: EventRuleDeps,
  { rule, createdAt, updatedAt }: StoredEventRule,
): Promise<EventRuleAnswer> {
  return {
    ...rule,
    types: [...rule.types],
    levels: [...rule.levels],
    names: [...rule.names],
    statuses: [...rule.statuses],
    contactGroups: [...rule.contactGroups],
    createdAt,
    updatedAt,
    warnings: [],
  };
}

function ruleNotFound(ruleId: string): CloudbellError {
  return new CloudbellError('rule_not_found', {
    message: `There is no event rule ${ruleId}.`,
    hint: 'GET /api/v1/event-rules lists the event rules.',
  });
}
