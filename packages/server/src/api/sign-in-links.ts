import type { Clock } from '../base/clock.ts';
import { sha256Hex } from '../base/digest.ts';
import type { Random } from '../base/random.ts';

/** Whom a sign-in link lets in. */
export interface Visitor {
  readonly account: string;
  readonly user: string;
}

/**
 * One-time sign-in links: issued → used up, or expired. Kept in memory by the SHA-256 of the token, so a restart or a
 * look at the data folder gives nobody a way in; a start issues a new one anyway.
 */
export interface SignInLinks {
  /** Path and query of a new link: `/signin?token=…`. */
  issue(visitor: Visitor): string;
  /** Uses the token up; null when there is no such link (any more). */
  redeem(token: string): Visitor | null;
}

/** An hour: long enough for a first start to be read, short enough for a log file to go stale. */
export const SIGN_IN_LINK_MS = 3_600_000;
const LINKS_MAX = 1000;

export function createSignInLinks(deps: {
  readonly clock: Clock;
  readonly random: Random;
  readonly linkMs?: number;
}): SignInLinks {
  const links = new Map<string, { readonly visitor: Visitor; readonly expiresAt: number }>();
  return {
    issue: (visitor) => {
      const token = Buffer.from(deps.random.bytes(32)).toString('base64url');
      const oldest = links.size >= LINKS_MAX ? links.keys().next().value : undefined;
      if (oldest !== undefined) links.delete(oldest);
      links.set(sha256Hex(token), { visitor, expiresAt: deps.clock.monoMs() + (deps.linkMs ?? SIGN_IN_LINK_MS) });
      return `/signin?token=${token}`;
    },
    redeem: (token) => {
      const at = sha256Hex(token);
      const link = links.get(at);
      links.delete(at);
      return link !== undefined && deps.clock.monoMs() < link.expiresAt ? link.visitor : null;
    },
  };
}
