import type { ContactGroupAnswer } from '@cloudbell/core/contract/contact.ts';
import { safeText } from '../base/terminal-text.ts';
import { ask, call, listAll, refusal } from './api-client.ts';
import { EXIT } from './exit.ts';
import { readFlags } from './flags.ts';
import { agreed, onlyArgument, QUERY_FLAGS, queryOf, tell, tellList } from './query.ts';
import { type Terminal, UsageError } from './terminal.ts';
import { runVerb } from './verbs.ts';

/** `cloudbell groups`: the contact groups that rules name, over the REST API. Answers the exit code (usage.ts). */
export const groups = (argv: readonly string[], terminal: Terminal): Promise<number> =>
  runVerb('groups', { list, put, delete: remove }, { argv, terminal });

const pathOf = (name: string): string => `/api/v1/contact-groups/${encodeURIComponent(name)}`;

async function list(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values } = readFlags(argv, QUERY_FLAGS);
  const query = queryOf(values, terminal);
  return tellList(query, await listAll<ContactGroupAnswer>(query.server, '/api/v1/contact-groups'), {
    none: 'No contact groups. cloudbell groups put NAME CONTACT … makes one.',
    table: [
      { title: 'NAME', text: ({ name }) => name, colour: () => 'bold' },
      {
        title: 'TELLS',
        text: ({ contacts: members, warnings }) => `${members.length - warnings.length} of ${members.length}`,
        colour: ({ warnings }) => (warnings.length > 0 ? 'yellow' : null),
      },
      { title: 'CONTACTS', text: membersText, isElastic: true },
    ],
  });
}

/** Those who do not exist are marked: nobody is told through them. */
function membersText({ contacts: members, warnings }: ContactGroupAnswer): string {
  const unknown = new Set(warnings.map(({ field }) => field));
  return (
    members.map((name, at) => (unknown.has(`contacts[${at}]`) ? `${name} (no such contact)` : name)).join(', ') ||
    'nobody'
  );
}

/** The members given become all of them; a change made meanwhile is not overwritten. */
async function put(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(argv, { ...QUERY_FLAGS, empty: { type: 'boolean', default: false } }, true);
  const query = queryOf(values, terminal);
  const [name, ...members] = positionals;
  if (!name || (members.length === 0) !== values.empty)
    throw new UsageError('usage: cloudbell groups put NAME CONTACT [CONTACT …], or put NAME --empty');
  const found = await ask(query.server, { method: 'GET', path: pathOf(name) });
  if (found.status !== 200 && found.status !== 404) throw new Error(refusal(found.status, found.content));
  const before = found.status === 200 ? (found.content as ContactGroupAnswer) : null;
  const { status, content } = await ask(query.server, {
    method: 'PUT',
    path: pathOf(name),
    headers: before === null ? { 'if-none-match': '*' } : { 'if-match': `"${before.version}"` },
    body: { contacts: members },
  });
  if (status === 412) throw new Error(`somebody changed ${name} meanwhile; look at it and put it again`);
  if (status > 299) throw new Error(refusal(status, content));
  const was = before === null ? 'new' : `was ${before.contacts.join(', ') || 'nobody'}`;
  const group = content as ContactGroupAnswer;
  return tell(query, group, safeText(`Contact group ${name}: ${membersText(group)} (${was}).`));
}

async function remove(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(argv, { ...QUERY_FLAGS, yes: { type: 'boolean', default: false } }, true);
  const query = queryOf(values, terminal);
  const name = onlyArgument(positionals, 'groups delete NAME [--yes]');
  const named = await listAll<{ readonly ruleId: string; readonly contactGroups: readonly string[] }>(
    query.server,
    '/api/v1/rules',
  );
  const ruleIds = named.filter(({ contactGroups }) => contactGroups.includes(name)).map(({ ruleId }) => ruleId);
  const also = ruleIds.length === 0 ? '' : ` Named by ${namesText(ruleIds)}.`;
  if (!(await agreed(terminal, safeText(`Delete contact group ${name}?${also}`), values.yes))) return EXIT.failed;
  await call(query.server, { method: 'DELETE', path: pathOf(name) });
  return tell(query, { name, ruleIds }, `Contact group ${safeText(name)} deleted.`);
}

const NAMES_SHOWN = 5;

function namesText(names: readonly string[]): string {
  const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more rules` : '';
  return names.slice(0, NAMES_SHOWN).join(', ') + more;
}
