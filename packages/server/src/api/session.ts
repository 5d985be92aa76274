import { passwordInput, type SessionAnswer } from '@cloudbell/core/contract/user.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CloudbellError } from '../base/errors.ts';
import type { ApiDeps } from './deps.ts';
import type { LiveStreams } from './live-streams.ts';
import type { Passwords } from './passwords.ts';
import { type Principal, principalOf } from './principal.ts';
import { readBody } from './read-body.ts';
import { mount } from './route.ts';
import { hashSecret } from './secret-hash.ts';
import { sessionCookie } from './session-cookie.ts';
import { checkPassword } from './sign-in.ts';

type SessionDeps = Pick<ApiDeps, 'users' | 'sessions' | 'clock' | 'random' | 'settings'> & {
  readonly passwords: Passwords;
  readonly streams: LiveStreams;
};

/** What people do about themselves: who am I, my sessions, my password, leaving. */
export function mountSession(app: FastifyInstance, deps: SessionDeps): void {
  const { sessions, streams } = deps;
  mount(app, 'me', (_, request) => {
    const { account, name, kind, role } = principalOf(request);
    return { account, name, kind, role };
  });
  mount(app, 'signOut', async (_, request, reply) => {
    const { account, name: user, sessionId } = principalOf(request);
    if (sessionId !== null) {
      await sessions.endSession({ account, user, sessionId });
      streams.endWhere((one) => one.sessionId === sessionId);
    }
    const cookie = sessionCookie('', { maxAgeMs: 0, isSecure: deps.settings.cookieSecure });
    return reply.header('set-cookie', cookie).code(204).send();
  });
  mount(app, 'listSessions', async (_, request) => {
    const { account, name, sessionId } = personOf(request);
    const own = await sessions.sessions(account, name, deps.clock.wallMs());
    const items = own.map(
      ({ account: _account, ...session }): SessionAnswer => ({ ...session, current: session.sessionId === sessionId }),
    );
    return { items, next: null };
  });
  mount(app, 'endSession', async ({ params: { sessionId } }, request, reply) => {
    const { account, name: user } = personOf(request);
    if (!(await sessions.endSession({ account, user, sessionId }))) throw sessionNotFound();
    streams.endWhere((one) => one.sessionId === sessionId);
    return reply.code(204).send();
  });
  mountPassword(app, deps);
}

function mountPassword(app: FastifyInstance, deps: SessionDeps): void {
  mount(app, 'changePassword', async (_, request, reply) => {
    const { account, name, sessionId } = personOf(request);
    const { currentPassword, password } = readBody(passwordInput, request, 'password_invalid');
    const guess = { account, user: name, password: currentPassword };
    const found = await checkPassword(deps.passwords, guess, request, reply);
    if (found === null) {
      throw new CloudbellError('password_wrong', {
        message: 'The current password is wrong.',
        field: 'currentPassword',
        hint: 'Nothing was changed. Forgotten? An admin can set a new one under Settings > Users.',
      });
    }
    await deps.users.putUser(
      {
        ...{ account, name, role: found.user.role, enabled: null, onlyNew: false, keepSession: sessionId },
        passwordHash: await hashSecret(password, deps.random),
      },
      deps.clock.wallMs(),
    );
    // Those of the session that stays come back by themselves.
    deps.streams.endOfUser(account, name);
    return reply.code(204).send();
  });
}

function personOf(request: FastifyRequest): Principal {
  const principal = principalOf(request);
  if (principal.sessionId !== null) return principal;
  throw new CloudbellError('session_required', {
    message: 'An access key has neither sessions nor a password.',
    hint: 'Sign in as a user; for users in general see /api/v1/users.',
  });
}

const sessionNotFound = (): CloudbellError =>
  new CloudbellError('session_not_found', {
    message: 'There is no such session.',
    hint: 'It may have ended already; GET /api/v1/sessions lists those that are live.',
  });
