import type { FastifyReply, FastifyRequest } from 'fastify';
import { sha256Hex } from '../base/digest.ts';
import { CloudbellError } from '../base/errors.ts';
import type { AccessKeys } from './access-keys.ts';
import type { ApiDeps } from './deps.ts';
import type { LiveStreams } from './live-streams.ts';
import type { Principal } from './principal.ts';
import { gateOf, refuseByRole } from './role-gate.ts';
import { sessionToken } from './session-cookie.ts';

type AuthDeps = Pick<ApiDeps, 'sessions' | 'clock'> & {
  readonly accessKeys: AccessKeys;
  readonly streams: LiveStreams;
};

/**
 * Who is asking, and whether the request really comes from there.
 *
 * Machines: HTTP Basic with access key id and secret. People: the session cookie. A browser sends both along on its
 * own (Basic too, once its dialog was answered), so every change is refused when the browser says that another site
 * asked for it; with a cookie it must also carry a header that other sites cannot set.
 *
 * Then, whether the role of who asks reaches what the contract asks of the route.
 */
export function makeAuthenticate(deps: AuthDeps): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  return async (request, reply) => {
    const { authorization } = request.headers;
    const token = sessionToken(request.headers.cookie);
    try {
      if (authorization !== undefined) request.principal = await byAccessKey(authorization, deps.accessKeys);
      else if (token !== null) request.principal = await bySession(token, deps);
      else {
        throw new CloudbellError('credentials_missing', {
          message: 'This path needs credentials.',
          hint: 'Send HTTP Basic with access key id and secret (curl -u id:secret), or sign in to the console.',
        });
      }
    } catch (thrown) {
      if (thrown instanceof CloudbellError && thrown.status === 401)
        reply.header('www-authenticate', challenge(request));
      throw thrown;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') refuseForeign(request);
    const gate = gateOf(request);
    refuseByRole(request, gate);
    if (gate.isStream && request.principal !== null) deps.streams.add(request.principal, reply.raw);
  };
}

async function byAccessKey(authorization: string, accessKeys: AccessKeys): Promise<Principal> {
  const encoded = /^Basic +([A-Za-z0-9+/_=-]+)$/i.exec(authorization)?.[1];
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  const key = colon < 1 ? null : await accessKeys.check(text.slice(0, colon), text.slice(colon + 1));
  if (key !== null) {
    return { account: key.account, name: key.accessKeyId, kind: 'access_key', role: key.role, sessionId: null };
  }
  throw new CloudbellError('credentials_invalid', {
    message: colon < 1 ? 'The Authorization header is not HTTP Basic.' : 'Access key id or secret is wrong.',
    hint: 'Use the access key printed at the first start, set by CLOUDBELL_ACCESS_KEY_ID and _SECRET, or made in the console.',
  });
}

async function bySession(token: string, deps: AuthDeps): Promise<Principal> {
  const session = await deps.sessions.session(sha256Hex(token), deps.clock.wallMs());
  if (session !== null) {
    const { account, user, role, sessionId } = session;
    return { account, name: user, kind: 'session', role, sessionId };
  }
  throw new CloudbellError('credentials_invalid', {
    message: 'The session has ended.',
    hint: 'Sign in again: with user and password, or with a new sign-in link.',
  });
}

/** A script in a page must not make the browser open its password dialog. */
function challenge(request: FastifyRequest): string {
  const mode = request.headers['sec-fetch-mode'];
  const isScript = mode !== undefined && mode !== 'navigate';
  return isScript ? 'Cloudbell-Session realm="Cloudbell"' : 'Basic realm="Cloudbell", charset="UTF-8"';
}

/** Whether a browser says that another site asks: by Origin, which scripts cannot set, or by Sec-Fetch-Site. */
export function isForeignRequest(request: FastifyRequest): boolean {
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  return (
    (origin !== undefined && URL.parse(origin)?.host !== host) ||
    (site !== undefined && site !== 'same-origin' && site !== 'none')
  );
}

function refuseForeign(request: FastifyRequest): void {
  const { origin } = request.headers;
  const isForeign = isForeignRequest(request);
  const isSession = request.principal?.kind === 'session';
  if (!isForeign && !(isSession && (origin === undefined || request.headers['x-cloudbell-csrf'] !== '1'))) return;
  throw new CloudbellError('csrf_refused', {
    message: isForeign
      ? 'Another site asked for this change.'
      : 'The change lacks what a page of this site sends along.',
    hint: 'With a session, changes need the header x-cloudbell-csrf: 1 and the Origin of this site; programs use an access key.',
  });
}
