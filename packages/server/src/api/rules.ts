import { isAtLeast } from '@cloudbell/core/contract/role.ts';
import type { RuleAnswer } from '@cloudbell/core/contract/rule.ts';
import { shownEndpoint } from '@cloudbell/core/notify/shown-endpoint.ts';
import { parseRule } from '@cloudbell/core/rule/parse-rule.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CloudbellError } from '../base/errors.ts';
import type { RuleWrite, StoredRule, VersionCondition } from '../ports/rule-store.ts';
import { etagOf, type WriteCondition, writeCondition } from './conditions.ts';
import { pageBy } from './cursor.ts';
import type { ApiDeps } from './deps.ts';
import { sendProblems } from './errors.ts';
import { principalOf } from './principal.ts';
import { mount } from './route.ts';
import { sendVersionMismatch, writeVersion } from './rule-version.ts';
import { unknownGroups } from './unknown-groups.ts';

type RuleDeps = Pick<ApiDeps, 'rules' | 'changes' | 'contacts' | 'clock' | 'checkWebhook' | 'settings'> & {
  readonly onLimit: (limit: 'rules_per_account') => void;
};

/**
 * Rules over REST. A write answers when its change is in the log, so that every sample acknowledged after it is
 * evaluated by it. A bad rule changes nothing: it is checked whole before the store is asked.
 */
export function mountRules(app: FastifyInstance, deps: RuleDeps): void {
  mount(app, 'putRule', async ({ params: { ruleId } }, request, reply) => {
    const { account } = principalOf(request);
    const limits = deps.settings.nameLimits;
    const parsed = parseRule(account, ruleId, request.body, { checkWebhook: deps.checkWebhook, limits });
    if ('problems' in parsed) return sendProblems(reply, parsed.problems);
    const write = (condition: VersionCondition) => deps.rules.put(parsed.rule, condition, deps.clock.wallMs());
    return answerWrite(deps, { account, ruleId, condition: writeCondition(request), reply, write });
  });
  mount(app, 'getRule', async ({ params: { ruleId } }, request, reply) => {
    const stored = await deps.rules.get(principalOf(request).account, ruleId);
    if (stored === null) throw ruleNotFound(ruleId);
    return sendRule(deps, reply, stored);
  });
  mount(app, 'deleteRule', async ({ params: { ruleId }, query }, request, reply) => {
    const { account } = principalOf(request);
    const write = (condition: VersionCondition) =>
      deps.rules.remove({
        ...{ account, ruleId, condition },
        closeNotify: query.close === 'notify',
        now: deps.clock.wallMs(),
      });
    return answerWrite(deps, { account, ruleId, condition: writeCondition(request), reply, write });
  });
  mount(app, 'enableRule', ({ params: { ruleId } }, request, reply) =>
    setEnabled(deps, { ruleId, isEnabled: true, closeNotify: false, request, reply }),
  );
  mount(app, 'disableRule', ({ params: { ruleId }, query }, request, reply) =>
    setEnabled(deps, { ruleId, isEnabled: false, closeNotify: query.close === 'notify', request, reply }),
  );
  mount(app, 'listRules', async ({ query }, request) => {
    const { limit, cursor, ...filters } = query;
    const { account } = principalOf(request);
    const { items, next } = await pageBy(
      ({ rule }: StoredRule) => rule.ruleId,
      { limit, cursor },
      (page) => deps.rules.list({ ...filters, ...page, account }),
    );
    return { items: await toAnswers(deps, request, items), next };
  });
}

function setEnabled(
  deps: RuleDeps,
  to: { ruleId: string; isEnabled: boolean; closeNotify: boolean; request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply> {
  const { ruleId, isEnabled, closeNotify, request, reply } = to;
  const { account } = principalOf(request);
  const write = (condition: VersionCondition) =>
    deps.rules.setEnabled({
      ...{ account, ruleId, closeNotify, condition },
      enabled: isEnabled,
      now: deps.clock.wallMs(),
    });
  return answerWrite(deps, { account, ruleId, condition: writeCondition(request), reply, write });
}

interface WriteRequest {
  readonly account: string;
  readonly ruleId: string;
  readonly condition: WriteCondition;
  readonly reply: FastifyReply;
  readonly write: (condition: VersionCondition) => Promise<RuleWrite>;
}

async function answerWrite(deps: RuleDeps, to: WriteRequest): Promise<FastifyReply> {
  const { account, ruleId, reply } = to;
  const version = async () => (await deps.rules.get(account, ruleId))?.rule.version ?? null;
  const outcome = await writeVersion(to.condition, version, to.write);
  switch (outcome.outcome) {
    case 'created':
    case 'updated':
      await deps.changes.flush(outcome.change);
      return sendRule(deps, reply.code(outcome.outcome === 'created' ? 201 : 200), outcome.stored);
    case 'removed':
      await deps.changes.flush(outcome.change);
      return reply.code(204).send();
    case 'unchanged':
      if (outcome.change !== null) await deps.changes.flush(outcome.change);
      return sendRule(deps, reply, outcome.stored);
    case 'version_mismatch':
      return sendVersionMismatch(reply, `rule ${ruleId}`, outcome.current);
    case 'not_found':
      throw ruleNotFound(ruleId);
    case 'too_many_rules':
      deps.onLimit('rules_per_account');
      throw new CloudbellError('rule_limit_reached', {
        message: `The account has ${outcome.limit} rules, as many as allowed.`,
        hint: 'Delete rules that are no longer needed, or raise --rules-per-account-max.',
      });
    default:
      return outcome satisfies never;
  }
}

async function sendRule(deps: RuleDeps, reply: FastifyReply, stored: StoredRule): Promise<FastifyReply> {
  const [answer] = await toAnswers(deps, reply.request, [stored]);
  return reply.header('etag', etagOf(stored.rule.version)).send(answer);
}

/** Whoever may change a callback sees it whole; to others it is shown as everywhere. */
async function toAnswers(deps: RuleDeps, request: FastifyRequest, page: readonly StoredRule[]): Promise<RuleAnswer[]> {
  const isEditor = isAtLeast(principalOf(request).role, 'editor');
  const rules = page.map(({ rule }) => rule);
  const warningsOf = await unknownGroups(deps.contacts, rules);
  return page.map(({ rule, createdAt, updatedAt }) => ({
    ...rule,
    webhook: rule.webhook === null || isEditor ? rule.webhook : shownEndpoint(rule.webhook),
    resources: [...rule.resources],
    contactGroups: [...rule.contactGroups],
    createdAt,
    updatedAt,
    warnings: warningsOf(rule),
  }));
}

function ruleNotFound(ruleId: string): CloudbellError {
  return new CloudbellError('rule_not_found', {
    message: `There is no rule ${ruleId}.`,
    hint: 'GET /api/v1/rules lists the rules.',
  });
}
