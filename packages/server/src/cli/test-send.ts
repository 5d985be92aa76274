import type { ContactAnswer } from '@cloudbell/core/contract/contact.ts';
import type { TestSendAnswer, TestSendInput } from '@cloudbell/core/contract/test-send.ts';
import { safeText } from '../base/terminal-text.ts';
import { call } from './api-client.ts';
import { EXIT } from './exit.ts';
import { readFlags } from './flags.ts';
import { onlyArgument, QUERY_FLAGS, type Query, queryOf, tell } from './query.ts';
import { aligned } from './table.ts';
import { type Terminal, UsageError } from './terminal.ts';
import { runVerb } from './verbs.ts';

/** `cloudbell test-send`: one message to one endpoint, over the REST API. Answers the exit code (usage.ts). */
export const testSend = (argv: readonly string[], terminal: Terminal): Promise<number> =>
  runVerb('test-send', { callback, email, dingtalk, contact }, { argv, terminal });

const FLAGS = { ...QUERY_FLAGS, rule: { type: 'string' } } as const;

async function callback(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(argv, { ...FLAGS, profile: { type: 'string' } }, true);
  const url = onlyArgument(positionals, 'test-send callback URL');
  // The server knows which profiles there are, and says so.
  const profile = (values.profile ?? null) as 'classic' | null;
  return send(queryOf(values, terminal), { channel: 'callback', endpoint: url, profile }, values.rule);
}

async function email(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(argv, FLAGS, true);
  const address = onlyArgument(positionals, 'test-send email ADDRESS');
  return send(queryOf(values, terminal), { channel: 'email', endpoint: address }, values.rule);
}

/** The secret comes from the environment: an argument would be seen by everybody who lists processes. */
async function dingtalk(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(argv, { ...FLAGS, 'secret-env': { type: 'string' } }, true);
  const webhook = onlyArgument(positionals, 'test-send dingtalk URL [--secret-env NAME]');
  const variable = values['secret-env'];
  const secret = variable === undefined ? undefined : terminal.env[variable];
  if (variable !== undefined && !secret)
    throw new UsageError(`--secret-env: ${variable} is not set in the environment`);
  return send(queryOf(values, terminal), { channel: 'dingtalk', endpoint: webhook, secret }, values.rule);
}

async function contact(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(argv, { ...FLAGS, channel: { type: 'string' } }, true);
  const name = onlyArgument(positionals, 'test-send contact NAME [--channel email|dingtalk]');
  const query = queryOf(values, terminal);
  const channel = values.channel ?? (await onlyChannel(query, name));
  if (channel !== 'email' && channel !== 'dingtalk')
    throw new UsageError(`--channel: "${channel}" is neither email nor dingtalk`);
  return send(query, { channel, contact: name }, values.rule);
}

async function onlyChannel({ server }: Query, name: string): Promise<'email' | 'dingtalk'> {
  const path = `/api/v1/contacts/${encodeURIComponent(name)}`;
  const found = await call<ContactAnswer>(server, { method: 'GET', path });
  if (found.email !== null && found.dingtalk !== null)
    throw new UsageError(`${name} has both: add --channel email or --channel dingtalk`);
  return found.email === null ? 'dingtalk' : 'email';
}

async function send(query: Query, input: TestSendInput, ruleId: string | undefined): Promise<number> {
  const path = `/api/v1/rules/${encodeURIComponent(ruleId ?? '')}`;
  const rule = ruleId === undefined ? {} : { rule: await call(query.server, { method: 'GET', path }) };
  const answer = await call<TestSendAnswer>(query.server, {
    method: 'POST',
    path: '/api/v1/test-sends',
    body: { ...input, ...rule },
  });
  tell(query, answer, query.isJson ? '' : reportText(answer, query));
  return answer.outcome === 'accepted' ? EXIT.done : EXIT.failed;
}

function reportText(answer: TestSendAnswer, { paint }: Query): string {
  const { outcome, status, durationMs, error, hint, sent, signed } = answer;
  const isAccepted = outcome === 'accepted';
  const rows = [
    ['to', `${answer.channel} ${answer.endpoint}`],
    ['outcome', `${outcome}${status === null ? '' : ` ${status}`}, after ${Math.round(durationMs)} ms`],
    ...(error === null ? [] : [['what', error]]),
    ...(hint === null ? [] : [['to do', hint]]),
    ...(answer.answer === null ? [] : [['answer', answer.answer]]),
  ];
  const facts = aligned(rows.map((row) => row.map(safeText)));
  const colour = isAccepted ? 'green' : 'red';
  const [to = '', outcomeLine = '', ...others] = facts;
  const parts = [[to, paint(colour, outcomeLine), ...others]];
  if (sent !== null)
    parts.push([paint('bold', `sent, ${sent.bytes} bytes`), ...linesOf(sent.head), '', ...linesOf(sent.body)]);
  for (const { name, algorithm, key, text, value } of signed) {
    parts.push([paint('bold', `${name} = ${value}`), `${algorithm}, keyed with ${key}, of`, ...linesOf(text)]);
  }
  return parts.map((lines) => lines.join('\n')).join('\n\n');
}

/** Line by line as it was sent, with nothing in it that a terminal would act on. */
const linesOf = (text: string): string[] => text.split(/\r?\n/).map(safeText);
