import { ROLES, type Role } from '@cloudbell/core/contract/role.ts';
import type { UserAnswer } from '@cloudbell/core/contract/user.ts';
import { systemRandom } from '../base/random.ts';
import { safeText } from '../base/terminal-text.ts';
import { ask, call, listAll, refusal } from './api-client.ts';
import { EXIT } from './exit.ts';
import { readFlags } from './flags.ts';
import { momentText } from './moment.ts';
import { agreed, onlyArgument, QUERY_FLAGS, type Query, queryOf, tell, tellList } from './query.ts';
import { type Terminal, UsageError } from './terminal.ts';
import { runVerb } from './verbs.ts';

/** `cloudbell users`: who may sign in, over the REST API, with an admin's access key. Answers the exit code (usage.ts). */
export const users = (argv: readonly string[], terminal: Terminal): Promise<number> =>
  runVerb('users', { list, put, password, delete: remove }, { argv, terminal });

const pathOf = (name: string): string => `/api/v1/users/${encodeURIComponent(name)}`;
const PASSWORD_FLAG = { 'password-env': { type: 'string' } } as const;

async function list(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values } = readFlags(argv, QUERY_FLAGS);
  const query = queryOf(values, terminal);
  return tellList(query, await listAll<UserAnswer>(query.server, '/api/v1/users'), {
    none: 'No users. cloudbell users put NAME --role ROLE makes one.',
    table: [
      { title: 'NAME', text: ({ name }) => name, colour: () => 'bold' },
      { title: 'ROLE', text: ({ role }) => role },
      { title: 'STATE', text: ({ enabled }) => (enabled ? 'enabled' : 'disabled') },
      {
        title: 'LAST SIGN-IN',
        text: ({ lastSignInAt }) => (lastSignInAt === null ? 'never' : momentText(lastSignInAt, terminal.timeZone)),
      },
    ],
  });
}

/** What is not given stays as it is; a new user without a password is given one, which is told once. */
async function put(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(
    argv,
    {
      ...QUERY_FLAGS,
      ...PASSWORD_FLAG,
      role: { type: 'string' },
      enable: { type: 'boolean', default: false },
      disable: { type: 'boolean', default: false },
    },
    true,
  );
  const query = queryOf(values, terminal);
  const name = onlyArgument(positionals, 'users put NAME [--role viewer|editor|admin] [--enable | --disable]');
  if (values.enable && values.disable) throw new UsageError('--enable and --disable contradict each other');
  const before = await find(query, name);
  const role = roleOf(values.role) ?? before?.role;
  if (role === undefined) throw new UsageError(`--role: a new user needs one, of ${ROLES.join(', ')}`);
  const given = passwordFrom(values['password-env'], terminal);
  const made = before === null && given === null ? newPassword() : null;
  const user = await write(query, before, {
    name,
    body: {
      role,
      ...(values.enable || values.disable ? { enabled: values.enable } : {}),
      ...((given ?? made) === null ? {} : { password: given ?? made }),
    },
  });
  const isSame = given === null && before?.role === user.role && before.enabled === user.enabled;
  const done = before === null ? 'made' : isSame ? 'unchanged' : 'changed';
  return tellUser(query, user, { sentence: `User ${safeText(name)} ${done}.`, made });
}

/** A new password, told once unless it came from the environment. The user's sessions end. */
async function password(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(argv, { ...QUERY_FLAGS, ...PASSWORD_FLAG }, true);
  const query = queryOf(values, terminal);
  const name = onlyArgument(positionals, 'users password NAME [--password-env NAME]');
  const before = await call<UserAnswer>(query.server, { method: 'GET', path: pathOf(name) });
  const given = passwordFrom(values['password-env'], terminal);
  const made = given === null ? newPassword() : null;
  const user = await write(query, before, { name, body: { role: before.role, password: given ?? made } });
  return tellUser(query, user, { sentence: `User ${safeText(name)} has a new password and is signed out.`, made });
}

async function remove(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(argv, { ...QUERY_FLAGS, yes: { type: 'boolean', default: false } }, true);
  const query = queryOf(values, terminal);
  const name = onlyArgument(positionals, 'users delete NAME [--yes]');
  await call(query.server, { method: 'GET', path: pathOf(name) });
  if (!(await agreed(terminal, safeText(`Delete user ${name}, who is then signed out?`), values.yes)))
    return EXIT.failed;
  await call(query.server, { method: 'DELETE', path: pathOf(name) });
  return tell(query, { name }, `User ${safeText(name)} deleted.`);
}

async function find({ server }: Query, name: string): Promise<UserAnswer | null> {
  const { status, content } = await ask(server, { method: 'GET', path: pathOf(name) });
  if (status === 404) return null;
  if (status !== 200) throw new Error(refusal(status, content));
  return content as UserAnswer;
}

/** A name that somebody else has taken meanwhile is refused, not given another password. */
const write = (
  { server }: Query,
  before: UserAnswer | null,
  { name, body }: { readonly name: string; readonly body: object },
): Promise<UserAnswer> =>
  call(server, { method: 'PUT', path: pathOf(name), headers: before === null ? { 'if-none-match': '*' } : {}, body });

function tellUser(
  query: Query,
  user: UserAnswer,
  { sentence, made }: { readonly sentence: string; readonly made: string | null },
): number {
  if (made === null) return tell(query, user, sentence);
  return tell(query, { ...user, password: made }, `${sentence}\nPassword  ${made}   (shown this once)`);
}

function roleOf(given: string | undefined): Role | undefined {
  if (given === undefined) return undefined;
  const role = ROLES.find((one) => one === given);
  if (role === undefined) throw new UsageError(`--role: "${given}" is not one of ${ROLES.join(', ')}`);
  return role;
}

/** From the environment: an argument would be seen by everybody who lists processes. */
function passwordFrom(variable: string | undefined, { env }: Terminal): string | null {
  if (variable === undefined) return null;
  const given = env[variable];
  if (!given) throw new UsageError(`--password-env: ${variable} is not set in the environment`);
  return given;
}

const newPassword = (): string => Buffer.from(systemRandom.bytes(15)).toString('base64url');
