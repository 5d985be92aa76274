import { signInInput } from '@cloudbell/core/contract/user.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sha256Hex } from '../base/digest.ts';
import { CloudbellError } from '../base/errors.ts';
import { isForeignRequest } from './auth.ts';
import type { ApiDeps } from './deps.ts';
import { type Passwords, Throttled } from './passwords.ts';
import { readBody } from './read-body.ts';
import { mount } from './route.ts';
import { sessionCookie } from './session-cookie.ts';

type SignInDeps = Pick<ApiDeps, 'sessions' | 'signInLinks' | 'clock' | 'random' | 'settings'>;

/** A way in for people: a one-time link becomes a session. Open: the token is the credential. */
export function mountSignInByLink(app: FastifyInstance, deps: SignInDeps): void {
  mount(app, 'signIn', async ({ query: { token } }, request, reply) => {
    // A browser that only fetches ahead must not use the link up.
    const isAhead = `${request.headers['sec-purpose'] ?? request.headers.purpose ?? ''}`.includes('prefetch');
    const visitor = isAhead ? null : deps.signInLinks.redeem(token);
    if (visitor !== null && (await begin(deps, { ...visitor, passwordHash: null }, request, reply)))
      return reply.redirect('/', 303);
    return reply.code(410).type('text/html; charset=utf-8').send(USED_UP_PAGE);
  });
}

/**
 * The other: user and password. Open, and therefore careful: guesses are counted and cost the same whoever is meant, and
 * no other site can sign a browser in, which would make a person work under a name that is not theirs.
 */
export function mountSignInByPassword(
  app: FastifyInstance,
  deps: SignInDeps & { readonly passwords: Passwords },
): void {
  const account = deps.settings.accountId;
  mount(app, 'signInByPassword', async (_, request, reply) => {
    if (isForeignRequest(request)) {
      throw new CloudbellError('csrf_refused', {
        message: 'Another site asked for this sign-in.',
        hint: 'Sign in on the page of Cloudbell itself.',
      });
    }
    const { user, password } = readBody(signInInput, request, 'sign_in_invalid');
    const found = await checkPassword(deps.passwords, { account, user, password }, request, reply);
    if (found === null || !(await begin(deps, { account, user, passwordHash: found.passwordHash }, request, reply)))
      throw refused();
    return { account, name: user, kind: 'session', role: found.user.role };
  });
}

/** A guess that came with this request; who is throttled is told how long to wait. */
export async function checkPassword(
  passwords: Passwords,
  guess: { readonly account: string; readonly user: string; readonly password: string },
  request: FastifyRequest,
  reply: FastifyReply,
): ReturnType<Passwords['check']> {
  try {
    return await passwords.check({ ...guess, address: request.ip });
  } catch (thrown) {
    if (thrown instanceof Throttled) reply.header('retry-after', String(thrown.retryAfterS));
    throw thrown;
  }
}

const USER_AGENT_MAX = 256;

/** Begins a session and sets its cookie; false when the user may not come in (any more). */
async function begin(
  deps: SignInDeps,
  who: { readonly account: string; readonly user: string; readonly passwordHash: string | null },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  const { random, clock, settings } = deps;
  const token = Buffer.from(random.bytes(32)).toString('base64url');
  const now = clock.wallMs();
  const isIn = await deps.sessions.startSession({
    ...who,
    tokenHash: sha256Hex(token),
    sessionId: Buffer.from(random.bytes(12)).toString('hex'),
    address: request.ip,
    userAgent: (request.headers['user-agent'] ?? '').slice(0, USER_AGENT_MAX),
    createdAt: now,
    expiresAt: now + settings.sessionMs,
  });
  if (isIn) {
    const cookie = sessionCookie(token, { maxAgeMs: settings.sessionMs, isSecure: settings.cookieSecure });
    reply.header('set-cookie', cookie);
  }
  return isIn;
}

const refused = (): CloudbellError =>
  new CloudbellError('sign_in_refused', {
    message: 'User or password is wrong.',
    hint: 'Names and passwords tell capitals from small letters. An admin sets a new password; the sign-in link that a start prints works without one.',
  });

const USED_UP_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign-in link used up - Cloudbell</title>
<h1>This sign-in link no longer works</h1>
<p>Each link lets one browser in, once, within an hour. If you are signed in here already, go to <a href="/">the console</a>.</p>
<p>Otherwise <a href="/">sign in with user and password</a>, or restart Cloudbell: it prints a new link.</p>
</html>
`;
