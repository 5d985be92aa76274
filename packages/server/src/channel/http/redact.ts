/**
 * Keeps secrets out of the ledger: those of the channel, and the values of the endpoint's query, which often hold a
 * token and which a receiver may echo in its answer.
 */
const MARK = '***';
/** Shorter values are no secrets, and blanking them would make answers unreadable. */
const SECRET_LENGTH_MIN = 6;

export function secretsOf(secrets: readonly string[], endpoint: URL | null): string[] {
  const found = new Set<string>(secrets);
  for (const pair of endpoint?.search.slice(1).split('&') ?? []) found.add(pair.replace(/^[^=]*=/, ''));
  for (const [, value] of endpoint?.searchParams ?? []) found.add(value);
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
