/**
 * An endpoint as it may be shown: to everybody who reads lists, on screens, in logs. A URL often holds a secret: an
 * `access_token` in the query, a user and password, a token as a part of the path. Of each of them no more is left than
 * tells one from another: `https://oapi.dingtalk.com/robot/send?access_token=abcd…`. Whatever is short stays as it is.
 *
 * The text is cut and never put together anew, so that an endpoint without secrets is shown exactly as it was written,
 * and showing what is shown already changes nothing. A mailbox is shown whole.
 */
const CUT = '…';
/** A value as long as this has its first characters shown; a shorter one would be half told by them. */
const BEGINNING_SHOWN_MIN = 12;
const BEGINNING_LENGTH = 4;
/** Words in a path are shorter, tokens are not. */
export const PATH_TOKEN_LENGTH_MIN = 16;

const URL_PARTS = /^([a-z][a-z0-9+.-]*:[/\\]{2})([^/\\?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/is;

export function shownEndpoint(endpoint: string): string {
  const parts = URL_PARTS.exec(endpoint);
  if (parts === null) return endpoint;
  const [, scheme = '', authority = '', path = '', query = '', fragment = ''] = parts;
  const host = authority.includes('@') ? `${CUT}@${authority.slice(authority.lastIndexOf('@') + 1)}` : authority;
  return scheme + host + shownPath(path) + shownQuery(query) + (fragment.length > 1 ? `#${CUT}` : fragment);
}

/** Whether a text is what {@link shownEndpoint} leaves of another one, and so leads nowhere. */
export const isCutEndpoint = (text: string): boolean => text.includes(CUT);

const shownPath = (path: string): string =>
  path.replace(/[^/\\]+/g, (segment) => (segment.length < PATH_TOKEN_LENGTH_MIN ? segment : cut(segment)));

/** A part without `=` may be a token as a whole. */
function shownQuery(query: string): string {
  return query.replace(/[^?&]+/g, (pair) => {
    const at = pair.indexOf('=');
    return pair.slice(0, at + 1) + cut(pair.slice(at + 1));
  });
}

function cut(secret: string): string {
  if (secret === '' || (secret.endsWith(CUT) && secret.length <= BEGINNING_LENGTH + 1)) return secret;
  return secret.length < BEGINNING_SHOWN_MIN ? CUT : secret.slice(0, BEGINNING_LENGTH) + CUT;
}
