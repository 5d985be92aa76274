import type { EventRuleAnswer } from '@cloudbell/core/contract/event-rule.ts';
import { parseEventRule } from '@cloudbell/core/event/parse-event-rule.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CloudbellError } from '../base/errors.ts';
import type { EventRuleWrite, StoredEventRule } from '../ports/event-store.ts';
import type { VersionCondition } from '../ports/rule-store.ts';
import { etagOf, writeCondition } from './conditions.ts';
import { pageBy } from './cursor.ts';
import type { ApiDeps } from './deps.ts';
import { sendProblems } from './errors.ts';
import { principalOf } from './principal.ts';
import { mount } from './route.ts';
import { sendVersionMismatch, writeVersion } from './rule-version.ts';
import { unknownGroups } from './unknown-groups.ts';

type EventRuleDeps = Pick<ApiDeps, 'events' | 'contacts' | 'clock'> & {
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
    const { search } = query;
    const { account } = principalOf(request);
    const { items, next } = await pageBy(
      ({ rule }: StoredEventRule) => rule.ruleId,
      query,
      (page) => deps.events.rules({ ...page, account, search }),
    );
    return { items: await toAnswers(deps, items), next };
  });
}

interface WriteRequest {
  readonly ruleId: string;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly write: (condition: VersionCondition) => Promise<EventRuleWrite>;
}

async function answerWrite(deps: EventRuleDeps, to: WriteRequest): Promise<FastifyReply> {
  const { ruleId, request, reply } = to;
  const { account } = principalOf(request);
  const version = async () => (await deps.events.rule(account, ruleId))?.rule.version ?? null;
  const outcome = await writeVersion(writeCondition(request), version, to.write);
  switch (outcome.outcome) {
    case 'created':
    case 'updated':
    case 'unchanged':
      return sendRule(deps, reply.code(outcome.outcome === 'created' ? 201 : 200), outcome.stored);
    case 'removed':
      return reply.code(204).send();
    case 'version_mismatch':
      return sendVersionMismatch(reply, `event rule ${ruleId}`, outcome.current);
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

async function sendRule(deps: EventRuleDeps, reply: FastifyReply, stored: StoredEventRule): Promise<FastifyReply> {
  const [answer] = await toAnswers(deps, [stored]);
  return reply.header('etag', etagOf(stored.rule.version)).send(answer);
}

async function toAnswers(deps: EventRuleDeps, page: readonly StoredEventRule[]): Promise<EventRuleAnswer[]> {
  const rules = page.map(({ rule }) => rule);
  const warningsOf = await unknownGroups(deps.contacts, rules);
  return page.map(({ rule, createdAt, updatedAt }) => ({
    ...rule,
    types: [...rule.types],
    levels: [...rule.levels],
    names: [...rule.names],
    statuses: [...rule.statuses],
    contactGroups: [...rule.contactGroups],
    createdAt,
    updatedAt,
    warnings: warningsOf(rule),
  }));
}

function ruleNotFound(ruleId: string): CloudbellError {
  return new CloudbellError('rule_not_found', {
    message: `There is no event rule ${ruleId}.`,
    hint: 'GET /api/v1/event-rules lists the event rules.',
  });
}
