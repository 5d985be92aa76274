/** The two text files a name is looked up by before and beside DNS; parsed leniently, as the C library does. */
export interface ResolvConf {
  /** Domains tried behind a short name, in order. */
  readonly search: readonly string[];
  /** A name with at least this many dots is tried as it is first. */
  readonly ndots: number;
}

/** Name (lower case) → addresses, from /etc/hosts. */
export function parseHosts(text: string): ReadonlyMap<string, readonly string[]> {
  const hosts = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (address === undefined || address === '') continue;
    for (const name of names) {
      const key = name.toLowerCase();
      hosts.set(key, [...(hosts.get(key) ?? []), address]);
    }
  }
  return hosts;
}

export function parseResolvConf(text: string): ResolvConf {
  let search: string[] = [];
  let ndots = 1;
  for (const line of text.split('\n')) {
    const [keyword, ...rest] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/);
    // The last of `search` and `domain` wins.
    if (keyword === 'search' || keyword === 'domain') search = rest.map((domain) => domain.replace(/\.$/, ''));
    if (keyword !== 'options') continue;
    for (const option of rest) {
      const match = /^ndots:(\d{1,2})$/.exec(option);
      if (match !== null) ndots = Number(match[1]);
    }
  }
  return { search: search.filter((domain) => domain !== ''), ndots };
}

/** The full names to ask DNS for, in order; a trailing dot means "exactly this". */
export function namesToAsk(hostname: string, { search, ndots }: ResolvConf): string[] {
  if (hostname.endsWith('.')) return [hostname.slice(0, -1)];
  const extended = search.map((domain) => `${hostname}.${domain}`);
  const dots = hostname.split('.').length - 1;
  return dots >= ndots ? [hostname, ...extended] : [...extended, hostname];
}
