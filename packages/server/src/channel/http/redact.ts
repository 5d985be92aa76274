import { PATH_TOKEN_LENGTH_MIN } from '@cloudbell/core/notify/shown-endpoint.ts';

/**
 * Keeps secrets out of the ledger: those of the channel, and what in the endpoint's URL may be a token, which a receiver
 * may echo in its answer: the values of the query, and long segments of the path.
 */
const MARK = '***';
/** Shorter values are no secrets, and blanking them would make answers unreadable. */
const SECRET_LENGTH_MIN = 6;

export function secretsOf(secrets: readonly string[], endpoint: URL | null): string[] {
  const found = new Set<string>(secrets);
  for (const pair of endpoint?.search.slice(1).split('&') ?? []) found.add(pair.replace(/^[^=]*=/, ''));
  for (const [, value] of endpoint?.searchParams ?? []) found.add(value);
  for (const segment of endpoint?.pathname.split('/') ?? []) {
    if (segment.length < PATH_TOKEN_LENGTH_MIN) continue;
    found.add(segment);
    found.add(decoded(segment));
  }
  // Longest first, so that no part of one is left standing by another.
  return [...found].filter((secret) => secret.length >= SECRET_LENGTH_MIN).sort((a, b) => b.length - a.length);
}

export function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((clean, secret) => clean.replaceAll(secret, MARK), text);
}

/** For a text that was cut off: also drops the beginning of a secret at its very end. */
export function redactCut(text: string, secrets: readonly string[]): string {
  const clean = redact(text, secrets);
  for (const secret of secrets) {
    for (let length = Math.min(secret.length - 1, clean.length); length >= 4; length--) {
      if (clean.endsWith(secret.slice(0, length))) return clean.slice(0, -length) + MARK;
    }
  }
  return clean;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
