import { USER_NAME_FORM, userInput } from '@cloudbell/core/contract/user.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CloudbellError } from '../base/errors.ts';
import type { User, UserWrite } from '../ports/user-store.ts';
import { writeCondition } from './conditions.ts';
import { pageByName } from './cursor.ts';
import type { ApiDeps } from './deps.ts';
import type { LiveStreams } from './live-streams.ts';
import { principalOf } from './principal.ts';
import { readBody } from './read-body.ts';
import { mount } from './route.ts';
import { hashSecret } from './secret-hash.ts';

type UserDeps = Pick<ApiDeps, 'users' | 'sessions' | 'clock' | 'random'> & {
  readonly streams: LiveStreams;
  readonly onLimit: (limit: 'users_per_account') => void;
};

/** Who may sign in, and as what. For admins; what people do about themselves is in {@link ./session.ts}. */
export function mountUsers(app: FastifyInstance, deps: UserDeps): void {
  const { users, sessions, streams, clock } = deps;
  mount(app, 'putUser', async ({ params: { name } }, request, reply) => {
    const { account, sessionId, name: by } = principalOf(request);
    const onlyNew = isOnlyNew(request);
    checkName(name);
    const { role, enabled = null, password } = readBody(userInput, request, 'user_invalid');
    const passwordHash = password === undefined ? null : await hashSecret(password, deps.random);
    const keepSession = by === name ? sessionId : null;
    const put = { account, name, role, enabled, passwordHash, onlyNew, keepSession };
    const write = await users.putUser(put, clock.wallMs());
    if (write.outcome === 'updated') streams.endOfUser(account, name);
    return reply.code(write.outcome === 'created' ? 201 : 200).send(writtenUser(write, deps));
  });
  mount(app, 'getUser', async ({ params: { name } }, request) => (await known(deps, request, name)) satisfies User);
  mount(app, 'deleteUser', async ({ params: { name } }, request, reply) => {
    const { account } = principalOf(request);
    const outcome = await users.removeUser(account, name);
    if (outcome === 'not_found') throw userNotFound();
    if (outcome === 'last_admin') throw lastAdmin();
    streams.endOfUser(account, name);
    return reply.code(204).send();
  });
  mount(app, 'listUsers', async ({ query }, request) => {
    const { account } = principalOf(request);
    return pageByName(query, (page) => users.users({ ...page, account }));
  });
  mount(app, 'endSessionsOfUser', async ({ params: { name } }, request, reply) => {
    const { account } = await known(deps, request, name);
    await sessions.endSessions(account, name);
    streams.endOfUser(account, name);
    return reply.code(204).send();
  });
}

async function known(deps: UserDeps, request: FastifyRequest, name: string): Promise<User> {
  const found = await deps.users.credentials(principalOf(request).account, name);
  if (found === null) throw userNotFound();
  return found.user;
}

function writtenUser(write: UserWrite, { onLimit }: UserDeps): User {
  switch (write.outcome) {
    case 'created':
    case 'updated':
    case 'unchanged':
      return write.user;
    case 'last_admin':
      throw lastAdmin();
    case 'exists':
      throw new CloudbellError('user_exists', {
        message: 'There is a user of this name already.',
        field: 'name',
        hint: 'Choose another name, or change that user: the same without If-None-Match.',
      });
    case 'password_missing':
      throw new CloudbellError('password_invalid', {
        message: 'A new user needs a password.',
        field: 'password',
        hint: 'Give "password", 8 to 256 characters.',
      });
    case 'too_many':
      onLimit('users_per_account');
      throw new CloudbellError('user_limit_reached', {
        message: `The account has ${write.limit} users, as many as allowed.`,
        hint: 'Delete users that are no longer needed.',
      });
    default:
      return write satisfies never;
  }
}

/** Versions are for rules: a user is small, and the last word counts. */
function isOnlyNew(request: FastifyRequest): boolean {
  const condition = writeCondition(request);
  if (condition === null || condition === 'absent') return condition === 'absent';
  throw new CloudbellError('condition_invalid', {
    message: 'Users have no versions.',
    field: 'If-Match',
    hint: 'Leave If-Match out; If-None-Match: * creates only.',
  });
}

function checkName(name: string): void {
  if (USER_NAME_FORM.test(name)) return;
  throw new CloudbellError('user_invalid', {
    message: 'The name of a user is 1 to 64 letters, digits, dots, _, @ or -, and begins with a letter or digit.',
    field: 'name',
    hint: 'Like ada, ada.l or ada@example.com.',
  });
}

const userNotFound = (): CloudbellError =>
  new CloudbellError('user_not_found', {
    message: 'There is no user of this name.',
    hint: 'GET /api/v1/users lists them.',
  });

const lastAdmin = (): CloudbellError =>
  new CloudbellError('user_last_admin', {
    message: 'This is the last admin who can sign in.',
    hint: 'Make somebody else an admin first: else nobody could give roles any more.',
  });
