import type { Problem } from '@cloudbell/core/contract/problem.ts';
import { type TestSendAnswer, testSendInput } from '@cloudbell/core/contract/test-send.ts';
import type { Contact } from '@cloudbell/core/notify/contact.ts';
import { parseContact } from '@cloudbell/core/notify/parse-contact.ts';
import { remedyOf } from '@cloudbell/core/notify/remedy.ts';
import { shownEndpoint } from '@cloudbell/core/notify/shown-endpoint.ts';
import type { TestSend } from '@cloudbell/core/notify/test-send.ts';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { CloudbellError } from '../base/errors.ts';
import { contactNotFound, unmaskedRobot } from './contacts.ts';
import type { ApiDeps } from './deps.ts';
import { sendProblems } from './errors.ts';
import { principalOf } from './principal.ts';
import { readBody } from './read-body.ts';
import { mount } from './route.ts';
import { judgeTry } from './throttle.ts';

type TestSendDeps = Pick<ApiDeps, 'contacts' | 'courier' | 'clock' | 'checkWebhook'>;

/** Of an account: some in a row, while somebody tries things out, then one every six seconds. */
const THROTTLE = { burst: 10, leakMs: 6000 };

/** What a person, or a program, may send by hand to see whether it arrives. */
export function mountTestSends(app: FastifyInstance, deps: TestSendDeps): void {
  const forgottenAt = new Map<string, number>();
  mount(app, 'testSend', async (_, request, reply) => {
    const { account } = principalOf(request);
    const input = readBody(testSendInput, request, 'test_send_invalid');
    const target = await targetOf(input, account, deps);
    if ('problems' in target) return sendProblems(reply, target.problems);
    throttle(forgottenAt, account, { reply, now: deps.clock.monoMs() });
    const { channel, profile = null, rule } = input;
    const test: TestSend = { account, channel, profile, rule, ...target };
    const { result, sent, signed } = await deps.courier.testSend(test);
    const { outcome, status, durationMs, error, answer } = result;
    const hint = outcome === 'accepted' ? null : remedyOf({ channel, outcome, status });
    const endpoint = shownEndpoint(test.endpoint);
    return {
      channel,
      endpoint,
      outcome,
      status,
      durationMs,
      error,
      hint,
      answer,
      sent,
      signed: [...signed],
    } satisfies TestSendAnswer;
  });
}

type Input = ReturnType<typeof readBody<typeof testSendInput>>;
type Problems = readonly [Problem, ...Problem[]];
type Target = Pick<TestSend, 'endpoint' | 'robotSecret'>;

async function targetOf(input: Input, account: string, deps: TestSendDeps): Promise<Target | { problems: Problems }> {
  const { channel, endpoint, contact } = input;
  if (contact === undefined || channel === 'callback') {
    if (endpoint === undefined || contact !== undefined) throw misnamed(channel);
  } else if (endpoint === undefined) {
    return ofContact(await storedContact(contact, account, deps), input);
  } else if (channel === 'email') throw misnamed(channel);
  return outright({ ...input, endpoint }, account, deps);
}

async function outright(
  { channel, endpoint, contact, secret }: Input & { readonly endpoint: string },
  account: string,
  deps: TestSendDeps,
): Promise<Target | { problems: Problems }> {
  if (channel === 'callback') {
    const problem = deps.checkWebhook(endpoint);
    return problem === null ? { endpoint } : { problems: [{ ...problem, field: 'endpoint' }] };
  }
  // As it would be if it were written into a contact.
  const written =
    channel === 'email' ? { email: endpoint } : { dingtalk: { webhook: endpoint, secret: secret ?? null } };
  const parsed = parseContact(account, 'test', written, deps);
  if ('problems' in parsed) return { problems: parsed.problems.map(asOfTest) as unknown as Problems };
  const { dingtalk } = parsed.contact;
  if (dingtalk === null) return { endpoint };
  const stored = contact === undefined ? null : (await storedContact(contact, account, deps)).dingtalk;
  try {
    const { webhook, secret: whole } = unmaskedRobot(dingtalk, stored);
    return { endpoint: webhook, robotSecret: secret === undefined ? undefined : whole };
  } catch (thrown) {
    if (thrown instanceof CloudbellError) return { problems: [asOfTest(thrown.problem)] };
    throw thrown;
  }
}

const FIELDS: Readonly<Record<string, string>> = {
  email: 'endpoint',
  'dingtalk.webhook': 'endpoint',
  'dingtalk.secret': 'secret',
};

/** What is wrong with a contact, at the field of the test that holds it. */
const asOfTest = ({ field = '', ...problem }: Problem): Problem => ({ ...problem, field: FIELDS[field] ?? 'endpoint' });

async function storedContact(name: string, account: string, { contacts }: TestSendDeps): Promise<Contact> {
  const stored = await contacts.contact(account, name);
  if (stored === null) throw contactNotFound();
  return stored;
}

function ofContact({ email, dingtalk }: Contact, { channel, secret }: Input): Target {
  if (channel === 'email' && email !== null) return { endpoint: email };
  if (channel === 'dingtalk' && dingtalk !== null) {
    return { endpoint: dingtalk.webhook, robotSecret: secret === undefined ? dingtalk.secret : secret };
  }
  throw new CloudbellError('test_send_invalid', {
    message: `The contact has ${channel === 'email' ? 'no e-mail address' : 'no robot'}.`,
    field: 'channel',
    hint: `Test its ${channel === 'email' ? 'robot: dingtalk' : 'mailbox: email'}.`,
  });
}

function misnamed(channel: Input['channel']): CloudbellError {
  return new CloudbellError('test_send_invalid', {
    message: 'The test does not name one endpoint.',
    field: 'endpoint',
    hint: channel === 'callback' ? 'Give the URL as endpoint.' : 'Give endpoint, or the name of a contact.',
  });
}

function throttle(
  forgottenAt: Map<string, number>,
  account: string,
  { reply, now }: { readonly reply: FastifyReply; readonly now: number },
): void {
  const verdict = judgeTry(forgottenAt.get(account), THROTTLE, now);
  if ('forgottenAt' in verdict) {
    forgottenAt.set(account, verdict.forgottenAt);
    return;
  }
  const seconds = Math.ceil(verdict.waitMs / 1000);
  void reply.header('retry-after', seconds);
  throw new CloudbellError('test_send_throttled', {
    message: 'Many tests were sent just now.',
    hint: `Wait ${seconds} s, then send it again.`,
  });
}
