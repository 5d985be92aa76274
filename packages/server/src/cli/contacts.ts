import type { ContactAnswer, ContactGroupAnswer } from '@cloudbell/core/contract/contact.ts';
import { shownEndpoint } from '@cloudbell/core/notify/shown-endpoint.ts';
import { safeText } from '../base/terminal-text.ts';
import { ask, call, listAll, refusal } from './api-client.ts';
import { EXIT } from './exit.ts';
import { readFlags } from './flags.ts';
import { momentText } from './moment.ts';
import { agreed, onlyArgument, QUERY_FLAGS, type Query, queryOf, tell, tellList } from './query.ts';
import { aligned } from './table.ts';
import { type Terminal, UsageError } from './terminal.ts';
import { runVerb } from './verbs.ts';

/** `cloudbell contacts`: who is told, over the REST API. Answers the exit code (usage.ts). */
export const contacts = (argv: readonly string[], terminal: Terminal): Promise<number> =>
  runVerb('contacts', { list, show, put, delete: remove }, { argv, terminal });

const pathOf = (name: string): string => `/api/v1/contacts/${encodeURIComponent(name)}`;

async function list(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values } = readFlags(argv, QUERY_FLAGS);
  const query = queryOf(values, terminal);
  return tellList(query, await listAll<ContactAnswer>(query.server, '/api/v1/contacts'), {
    none: 'No contacts. cloudbell contacts put NAME --email ADDRESS makes one.',
    table: [
      { title: 'NAME', text: ({ name }) => name, colour: () => 'bold' },
      { title: 'E-MAIL', text: ({ email }) => email ?? '–' },
      { title: 'DINGTALK', text: ({ dingtalk }) => dingtalk?.webhook ?? '–', isElastic: true },
      { title: 'CHANGED', text: ({ updatedAt }) => momentText(updatedAt, terminal.timeZone) },
    ],
  });
}

async function show(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(argv, QUERY_FLAGS, true);
  const query = queryOf(values, terminal);
  const contact = await call<ContactAnswer>(query.server, {
    method: 'GET',
    path: pathOf(onlyArgument(positionals, 'contacts show NAME')),
  });
  const groups = await groupsOf(query, contact.name);
  const rows = [
    ['name', contact.name],
    ['e-mail', contact.email ?? '–'],
    ['DingTalk', contact.dingtalk?.webhook ?? '–'],
    ['secret', contact.dingtalk?.secret ?? '–'],
    ['groups', groups.join(', ') || 'none: no rule reaches this contact'],
    ['changed', momentText(contact.updatedAt, terminal.timeZone)],
  ];
  return tell(query, contact, aligned(rows.map((row) => row.map(safeText))).join('\n'));
}

async function groupsOf({ server }: Query, name: string): Promise<string[]> {
  const groups = await listAll<ContactGroupAnswer>(server, '/api/v1/contact-groups');
  return groups.filter(({ contacts: members }) => members.includes(name)).map((group) => group.name);
}

/** What is not given stays as it is; a change made meanwhile is not overwritten. */
async function put(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(
    argv,
    {
      ...QUERY_FLAGS,
      email: { type: 'string' },
      dingtalk: { type: 'string' },
      'secret-env': { type: 'string' },
      'no-email': { type: 'boolean', default: false },
      'no-dingtalk': { type: 'boolean', default: false },
    },
    true,
  );
  const query = queryOf(values, terminal);
  const name = onlyArgument(positionals, 'contacts put NAME [--email ADDRESS] [--dingtalk URL] [--secret-env NAME]');
  const found = await ask(query.server, { method: 'GET', path: pathOf(name) });
  if (found.status !== 200 && found.status !== 404) throw new Error(refusal(found.status, found.content));
  const before = found.status === 200 ? (found.content as ContactAnswer) : null;
  const { status, content } = await ask(query.server, {
    method: 'PUT',
    path: pathOf(name),
    headers: before === null ? { 'if-none-match': '*' } : { 'if-match': `"${before.version}"` },
    body: {
      email: values['no-email'] ? null : (values.email ?? before?.email ?? null),
      dingtalk: values['no-dingtalk'] ? null : robotOf(values, before, terminal),
    },
  });
  if (status === 412) throw new Error(`somebody changed ${name} meanwhile; look at it and put it again`);
  if (status > 299) throw new Error(refusal(status, content));
  const done =
    before === null ? 'made' : before.version === (content as ContactAnswer).version ? 'unchanged' : 'changed';
  return tell(query, content, `Contact ${safeText(name)} ${done}.`);
}

/** The secret comes from the environment: an argument would be seen by everybody who lists processes. */
function robotOf(
  flags: { readonly dingtalk?: string | undefined; readonly 'secret-env'?: string | undefined },
  before: ContactAnswer | null,
  { env }: Terminal,
): object | null {
  const variable = flags['secret-env'];
  if (variable !== undefined && !env[variable])
    throw new UsageError(`--secret-env: ${variable} is not set in the environment`);
  const webhook = flags.dingtalk ?? before?.dingtalk?.webhook;
  if (webhook === undefined) {
    if (variable !== undefined) throw new UsageError('--secret-env needs --dingtalk: the contact has no robot yet');
    return null;
  }
  if (variable !== undefined) return { webhook, secret: env[variable] };
  // The stored secret is that of the stored robot.
  // What was read is shortened; another webhook is another robot, whose secret is not this one.
  const isSame = shownEndpoint(webhook) === before?.dingtalk?.webhook;
  return { webhook, secret: isSame ? (before?.dingtalk?.secret ?? null) : null };
}

async function remove(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(argv, { ...QUERY_FLAGS, yes: { type: 'boolean', default: false } }, true);
  const query = queryOf(values, terminal);
  const name = onlyArgument(positionals, 'contacts delete NAME [--yes]');
  const contact = await call<ContactAnswer>(query.server, { method: 'GET', path: pathOf(name) });
  const groups = await groupsOf(query, name);
  const also = groups.length === 0 ? '' : `, and take it out of ${groups.join(', ')}`;
  if (!(await agreed(terminal, safeText(`Delete contact ${name}${also}?`), values.yes))) return EXIT.failed;
  const { status, content } = await ask(query.server, {
    method: 'DELETE',
    path: pathOf(name),
    headers: { 'if-match': `"${contact.version}"` },
  });
  if (status === 412) throw new Error(`somebody changed ${name} meanwhile; look at it and delete it again`);
  if (status > 299) throw new Error(refusal(status, content));
  return tell(query, { name, groups }, `Contact ${safeText(name)} deleted.`);
}
