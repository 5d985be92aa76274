import { promises as dns } from 'node:dns';
import { readFile } from 'node:fs/promises';
import type { Clock } from '../../base/clock.ts';
import { namesToAsk, parseHosts, parseResolvConf } from './hosts-file.ts';

/**
 * Names to addresses without `dns.lookup`, whose four threads are shared with file I/O: one dead name server would
 * stall the disk. So /etc/hosts and the search list of /etc/resolv.conf are honoured here, and DNS is asked by
 * node:dns's own resolver, with a time limit that lies within an attempt's deadline.
 */
export interface Resolver {
  /** All addresses of a name, IPv4 first, at least one. Rejects with an Error whose `code` is node:dns's. */
  resolve(hostname: string): Promise<readonly string[]>;
}

export interface ResolverOptions {
  readonly clock: Clock;
  /** `1.2.3.4:53`; default: the system's. */
  readonly servers?: readonly string[] | undefined;
  readonly hostsPath?: string | undefined;
  readonly resolvConfPath?: string | undefined;
  /** How long an answer and the two files are believed, ms. */
  readonly cacheMs?: number | undefined;
}

const NAMES_MAX = 1000;
/** With one doubling per try, 1.2 + 2.4 s: a dead first server leaves time for the second. */
const DNS_TIMEOUT_MS = 1200;
const DNS_TRIES = 2;
/** Once one family has answered, how long the other is waited for: some name servers never answer AAAA. */
const OTHER_FAMILY_MS = 100;

const SYSTEM_HOSTS =
  process.platform === 'win32'
    ? `${process.env.SystemRoot ?? 'C:\\Windows'}\\System32\\drivers\\etc\\hosts`
    : '/etc/hosts';

export function createResolver(options: ResolverOptions): Resolver {
  const { clock, cacheMs = 5000 } = options;
  const hosts = cachedFile(clock, cacheMs, options.hostsPath ?? SYSTEM_HOSTS);
  const resolvConf = cachedFile(clock, cacheMs, options.resolvConfPath ?? '/etc/resolv.conf');
  const known = new Map<string, { readonly until: number; readonly addresses: Promise<readonly string[]> }>();
  let client: { readonly conf: string; readonly resolver: dns.Resolver } | null = null;

  /** A new one when resolv.conf has changed: a laptop moves between networks. */
  function clientFor(conf: string): dns.Resolver {
    if (client !== null && client.conf === conf) return client.resolver;
    const resolver = new dns.Resolver({ timeout: DNS_TIMEOUT_MS, tries: DNS_TRIES });
    if (options.servers !== undefined) resolver.setServers([...options.servers]);
    client = { conf, resolver };
    return resolver;
  }

  async function look(hostname: string): Promise<readonly string[]> {
    const listed = parseHosts(await hosts()).get(hostname.replace(/\.$/, ''));
    if (listed !== undefined) return listed;
    const conf = await resolvConf();
    let failure: unknown = null;
    for (const name of namesToAsk(hostname, parseResolvConf(conf))) {
      try {
        return await askBothFamilies(clientFor(conf), name, clock);
      } catch (error) {
        // A server that says no to one name may know the next; one that says nothing will not.
        failure = error;
        if (!isAbsent(error)) break;
      }
    }
    throw failure;
  }

  return {
    resolve: (hostname) => {
      const name = hostname.toLowerCase();
      if (/^(?:.*\.)?localhost\.?$/.test(name)) return Promise.resolve(['127.0.0.1', '::1']);
      const now = clock.monoMs();
      const entry = known.get(name);
      if (entry !== undefined && entry.until > now) return entry.addresses;
      known.delete(name);
      for (const oldest of known.keys()) {
        if (known.size < NAMES_MAX) break;
        known.delete(oldest);
      }
      const addresses = look(name);
      known.set(name, { until: now + cacheMs, addresses });
      // A failure is not believed for any time: the next attempt asks again.
      addresses.catch(() => {
        if (known.get(name)?.addresses === addresses) known.delete(name);
      });
      return addresses;
    },
  };
}

async function askBothFamilies(resolver: dns.Resolver, name: string, clock: Clock): Promise<readonly string[]> {
  const asked = [resolver.resolve4(name), resolver.resolve6(name)] as const;
  const found: Record<0 | 1, readonly string[]> = { 0: [], 1: [] };
  const settled = asked.map((question, index) =>
    question.then((addresses) => {
      found[index as 0 | 1] = addresses;
    }),
  );
  const all = Promise.allSettled(settled);
  const first = Promise.any(settled).catch(() => undefined);
  await first;
  await Promise.race([all, pause(clock, OTHER_FAMILY_MS)]);
  const addresses = [...found[0], ...found[1]];
  if (addresses.length > 0) return addresses;
  // Neither family has any: the more telling failure is the one that is not "no such record".
  const failures = (await all).flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  throw failures.find((failure) => !isAbsent(failure)) ?? failures[0] ?? new Error(`no address for ${name}`);
}

function isAbsent(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === 'ENOTFOUND' || code === 'ENODATA';
}

function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}

/** The text of a file, read at most every `cacheMs`; '' while it cannot be read. */
function cachedFile(clock: Clock, cacheMs: number, path: string): () => Promise<string> {
  let until = Number.NEGATIVE_INFINITY;
  let text = Promise.resolve('');
  return () => {
    if (clock.monoMs() >= until) {
      until = clock.monoMs() + cacheMs;
      text = readFile(path, 'utf8').catch(() => '');
    }
    return text;
  };
}
