import { ROLES } from '@cloudbell/core/contract/role.ts';
import type { AccessKeyAnswer, NewAccessKeyAnswer } from '@cloudbell/core/contract/user.ts';
import { safeText } from '../base/terminal-text.ts';
import { call, listAll } from './api-client.ts';
import { EXIT } from './exit.ts';
import { readFlags } from './flags.ts';
import { momentText } from './moment.ts';
import { agreed, onlyArgument, QUERY_FLAGS, queryOf, tell, tellList } from './query.ts';
import { type Terminal, UsageError } from './terminal.ts';
import { runVerb } from './verbs.ts';

/** `cloudbell keys`: access keys for programs, made with an admin's. Answers the exit code (usage.ts). */
export const keys = (argv: readonly string[], terminal: Terminal): Promise<number> =>
  runVerb('keys', { list, create, delete: remove }, { argv, terminal });

async function list(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values } = readFlags(argv, QUERY_FLAGS);
  const query = queryOf(values, terminal);
  const moment = (ms: number): string => momentText(ms, terminal.timeZone);
  return tellList(query, await listAll<AccessKeyAnswer>(query.server, '/api/v1/access-keys'), {
    none: 'No access keys.',
    table: [
      { title: 'ID', text: ({ accessKeyId }) => accessKeyId, colour: () => 'bold' },
      { title: 'NAME', text: ({ name }) => name || '–', isElastic: true },
      { title: 'ROLE', text: ({ role }) => role },
      { title: 'CREATED', text: ({ createdAt }) => moment(createdAt) },
      { title: 'LAST USED', text: ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : moment(lastUsedAt)) },
    ],
  });
}

async function create(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(argv, { ...QUERY_FLAGS, role: { type: 'string' } }, true);
  const query = queryOf(values, terminal);
  const name = onlyArgument(positionals, 'keys create NAME --role viewer|editor|admin');
  const role = ROLES.find((one) => one === values.role);
  if (role === undefined) throw new UsageError(`--role: say what it may do, one of ${ROLES.join(', ')}`);
  const body = { name, role };
  const made = await call<NewAccessKeyAnswer>(query.server, { method: 'POST', path: '/api/v1/access-keys', body });
  return tell(
    query,
    made,
    `Access key  ${made.accessKeyId}   (${safeText(made.name)}, ${made.role})\nSecret      ${made.secret}   (shown this once)`,
  );
}

async function remove(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(argv, { ...QUERY_FLAGS, yes: { type: 'boolean', default: false } }, true);
  const query = queryOf(values, terminal);
  const id = onlyArgument(positionals, 'keys delete ID [--yes]');
  const known = await listAll<AccessKeyAnswer>(query.server, '/api/v1/access-keys');
  const name = known.find((key) => key.accessKeyId === id)?.name ?? '';
  const what = safeText(name === '' ? id : `${id} (${name})`);
  if (!(await agreed(terminal, `Delete access key ${what}? Programs that use it are then refused.`, values.yes)))
    return EXIT.failed;
  await call(query.server, { method: 'DELETE', path: `/api/v1/access-keys/${encodeURIComponent(id)}` });
  return tell(query, { accessKeyId: id }, `Access key ${what} deleted.`);
}
