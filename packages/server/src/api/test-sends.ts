import { type TestSendAnswer, testSendInput } from '@cloudbell/core/contract/test-send.ts';
import type { Contact } from '@cloudbell/core/notify/contact.ts';
import type { ChannelName } from '@cloudbell/core/notify/delivery.ts';
import { emailFault } from '@cloudbell/core/notify/email-address.ts';
import { remedyOf } from '@cloudbell/core/notify/remedy.ts';
import { isMaskedSecret } from '@cloudbell/core/notify/robot-secret.ts';
import { SAMPLE_RULE, type TestSendResult } from '@cloudbell/core/notify/test-send.ts';
import { parseRule } from '@cloudbell/core/rule/parse-rule.ts';
import type { Rule } from '@cloudbell/core/rule/rule.ts';
import type { FastifyInstance } from 'fastify';
import { CloudbellError } from '../base/errors.ts';
import type { ApiDeps } from './deps.ts';
import { principalOf } from './principal.ts';
import { readBody } from './read-body.ts';
import { mount } from './route.ts';
import { judgeGuess } from './throttle.ts';

type TestSendDeps = Pick<ApiDeps, 'courier' | 'contacts' | 'checkWebhook' | 'clock' | 'settings'>;
type Input = ReturnType<typeof testSendInput.parse>;

/** A person tries a few times in a row; more is a way to make Cloudbell knock at doors for somebody. */
const TESTS = { burst: 10, leakMs: 6000 };

/** `POST /api/v1/test-sends`: answers when the attempt has ended, whatever came of it. */
export function mountTestSends(app: FastifyInstance, deps: TestSendDeps): void {
  const forgottenAt = new Map<string, number>();
  mount(app, 'testSend', async (_, request, reply) => {
    const { account } = principalOf(request);
    const input = readBody(testSendInput, request, 'test_send_invalid');
    const { endpoint, secret } = await targetOf(deps, account, input);
    const verdict = judgeGuess(forgottenAt.get(account), TESTS, deps.clock.monoMs());
    if ('waitMs' in verdict) {
      const waitS = Math.ceil(verdict.waitMs / 1000);
      reply.header('retry-after', String(waitS));
      throw new CloudbellError('test_send_throttled', {
        message: `Too many tests in a row. The next is taken in ${waitS} s.`,
        hint: 'Wait that long; notifications are not held up by it.',
      });
    }
    forgottenAt.set(account, verdict.forgottenAt);
    const rule = ruleOf(deps, account, input);
    const { channel, profile = null } = input;
    return answerOf(channel, await deps.courier.testSend({ channel, endpoint, secret, rule, profile }));
  });
}

interface Target {
  readonly endpoint: string;
  readonly secret: string | null | undefined;
}

async function targetOf(deps: TestSendDeps, account: string, input: Input): Promise<Target> {
  const { channel, contact, endpoint, secret } = input;
  if (contact !== undefined) return { endpoint: await endpointOfContact(deps, account, input), secret: undefined };
  if (endpoint === undefined) throw new Error('the schema lets neither through');
  checkEndpoint(deps, channel, endpoint);
  return { endpoint, secret: typeof secret === 'string' && isMaskedSecret(secret) ? undefined : secret };
}

function checkEndpoint({ checkWebhook }: TestSendDeps, channel: ChannelName, endpoint: string): void {
  if (channel === 'email') {
    const fault = emailFault(endpoint);
    if (fault === null) return;
    throw new CloudbellError('test_send_invalid', {
      message: `The e-mail address ${fault}.`,
      field: 'endpoint',
      hint: 'Write one address: ops@example.com.',
    });
  }
  const problem = checkWebhook(endpoint);
  if (problem === null) return;
  const { message, hint } = problem;
  throw new CloudbellError('test_send_invalid', { message, hint, field: 'endpoint' });
}

async function endpointOfContact(
  { contacts }: TestSendDeps,
  account: string,
  { channel, contact: name = '' }: Input,
): Promise<string> {
  const contact = await contacts.contact(account, name);
  if (contact === null) {
    throw new CloudbellError('contact_not_found', {
      message: 'There is no contact with this name.',
      field: 'contact',
      hint: 'GET /api/v1/contacts lists them.',
    });
  }
  const endpoint = addressOf(contact, channel);
  if (endpoint !== null) return endpoint;
  throw new CloudbellError('test_send_invalid', {
    message: `The contact has nothing for ${channel}.`,
    field: 'channel',
    hint: 'A contact has an e-mail address, a DingTalk robot, or both; a callback is named by its URL.',
  });
}

function addressOf({ email, dingtalk }: Contact, channel: ChannelName): string | null {
  if (channel === 'email') return email;
  return channel === 'dingtalk' ? (dingtalk?.webhook ?? null) : null;
}

/** A form that is still being filled in is no reason not to try its endpoint: then the sample stands in for the rule. */
function ruleOf({ settings }: TestSendDeps, account: string, { rule }: Input): Rule {
  if (rule === undefined) return { ...SAMPLE_RULE, account };
  const { ruleId = SAMPLE_RULE.ruleId, ruleName } = rule;
  // The endpoint is what is tested, and was checked above.
  const written = { ...rule, webhook: null };
  const parsed = parseRule(account, String(ruleId), written, { checkWebhook: () => null, limits: settings.nameLimits });
  if ('rule' in parsed) return { ...parsed.rule, version: 1 };
  const named = typeof ruleName === 'string' && ruleName !== '' ? { ruleName: ruleName.slice(0, 200) } : {};
  return { ...SAMPLE_RULE, ...named, account };
}

function answerOf(channel: ChannelName, { deliveryId, result, sent }: TestSendResult): TestSendAnswer {
  const { outcome, status, durationMs, error, answer } = result;
  return {
    ...{ deliveryId, outcome, status, durationMs, error, answer },
    remedy: remedyOf({ channel, outcome, status }),
    sent:
      sent === null
        ? null
        : {
            target: sent.target,
            headers: sent.headers.map(([name, value]) => ({ name, value })),
            body: sent.body,
            signed: [...sent.signed],
          },
  };
}
