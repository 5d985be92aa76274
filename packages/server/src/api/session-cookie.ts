export const SESSION_COOKIE = 'cloudbell_session';

/** The session token of a request's `cookie` header, or null. */
export function sessionToken(header: string | undefined): string | null {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === SESSION_COOKIE) return part.slice(at + 1).trim() || null;
  }
  return null;
}

/** `set-cookie` that starts a session, or with an empty token ends it. Strict: no other site can send it along. */
export function sessionCookie(
  token: string,
  options: { readonly maxAgeMs: number; readonly isSecure: boolean },
): string {
  const secure = options.isSecure ? '; Secure' : '';
  return `${SESSION_COOKIE}=${token}; Path=/; Max-Age=${Math.floor(options.maxAgeMs / 1000)}; HttpOnly; SameSite=Strict${secure}`;
}
