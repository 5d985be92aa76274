import type { FastifyInstance } from 'fastify';
import { sha256Hex } from '../base/digest.ts';
import type { ApiDeps } from './deps.ts';
import { principalOf } from './principal.ts';
import { mount } from './route.ts';
import { sessionCookie, sessionToken } from './session-cookie.ts';

type SessionDeps = Pick<ApiDeps, 'identity' | 'signInLinks' | 'clock' | 'random' | 'settings'>;

/** The way in for people: a one-time link becomes a session. Open: the token is the credential. */
export function mountSignIn(app: FastifyInstance, deps: SessionDeps): void {
  const { settings } = deps;
  mount(app, 'signIn', async ({ query: { token } }, request, reply) => {
    // A browser that only fetches ahead must not use the link up.
    const isAhead = `${request.headers['sec-purpose'] ?? request.headers.purpose ?? ''}`.includes('prefetch');
    const visitor = isAhead ? null : deps.signInLinks.redeem(token);
    if (visitor === null) return reply.code(410).type('text/html; charset=utf-8').send(USED_UP_PAGE);
    const session = Buffer.from(deps.random.bytes(32)).toString('base64url');
    await deps.identity.putSession(sha256Hex(session), {
      ...visitor,
      expiresAt: deps.clock.wallMs() + settings.sessionMs,
    });
    const cookie = sessionCookie(session, { maxAgeMs: settings.sessionMs, isSecure: settings.cookieSecure });
    return reply.header('set-cookie', cookie).redirect('/', 303);
  });
}

/** Behind authentication: who am I, and leaving. */
export function mountSession(app: FastifyInstance, deps: SessionDeps): void {
  mount(app, 'me', (_, request) => principalOf(request));
  mount(app, 'signOut', async (_, request, reply) => {
    const token = sessionToken(request.headers.cookie);
    if (token !== null) await deps.identity.endSession(sha256Hex(token));
    const cookie = sessionCookie('', { maxAgeMs: 0, isSecure: deps.settings.cookieSecure });
    return reply.header('set-cookie', cookie).code(204).send();
  });
}

const USED_UP_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign-in link used up - Cloudbell</title>
<h1>This sign-in link no longer works</h1>
<p>Each link lets one browser in, once, within an hour. If you are signed in here already, go to <a href="/">the console</a>.</p>
<p>Otherwise restart Cloudbell: it prints a new link.</p>
</html>
`;
