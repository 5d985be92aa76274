/** How often somebody may try (a password, a test send): `burst` at once, then one more each `leakMs`. */
export interface ThrottleRule {
  readonly burst: number;
  readonly leakMs: number;
}

/** `forgottenAt`: when the tries so far no longer count, monotonic ms. Each puts it off by `leakMs`. */
export type Verdict = { readonly forgottenAt: number } | { readonly waitMs: number };

/** Whether one more try is allowed after those that are forgotten at a time. One that is refused does not count. */
export function judgeTry(forgottenAt: number | undefined, rule: ThrottleRule, now: number): Verdict {
  const next = Math.max(now, forgottenAt ?? now) + rule.leakMs;
  const waitMs = next - now - rule.burst * rule.leakMs;
  return waitMs > 0 ? { waitMs: Math.ceil(waitMs) } : { forgottenAt: next };
}

/** Whose guesses count together: an IPv4 address, or the /64 that an IPv6 host may choose its addresses from. */
export function neighbourhoodOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || !address.includes(':')) return mapped ?? address;
  const [head = '', tail = ''] = address.split('%', 1)[0]?.toLowerCase().split('::') ?? [];
  const first = head === '' ? [] : head.split(':');
  const last = tail === '' ? [] : tail.split(':');
  const groups = [...first, ...new Array(Math.max(0, 8 - first.length - last.length)).fill('0'), ...last];
  return `${groups.slice(0, 4).join(':')}::/64`;
}
