import { isIP } from 'node:net';
import { embeddedIpv4, type IpRanges, ipRanges } from './ip-ranges.ts';

/**
 * Which addresses a callback may go to (`--callback-allow`, design.md §6). Public addresses always; `private`,
 * `loopback` and CIDRs when allowed; link-local and cloud metadata never, even inside an allowed CIDR and even when
 * written as an IPv6 address that embeds them.
 *
 * The policy is plain data, so that it can be handed to another thread.
 */
export interface AddressPolicy {
  readonly allowPrivate: boolean;
  readonly allowLoopback: boolean;
  readonly cidrs: readonly string[];
  /** `http://127.0.0.1:8190`: where this deployment itself listens. Paths under /inbox/ there are always allowed. */
  readonly inboxOrigins: readonly string[];
}

/**
 * From the entries of `--callback-allow`: `private`, `loopback`, CIDRs; none, or `none`, is public addresses only.
 * Throws a RangeError that names an entry that is none of these.
 */
export function createAddressPolicy(allow: readonly string[], inboxOrigins: readonly string[] = []): AddressPolicy {
  const cidrs = allow.filter((entry) => entry !== 'private' && entry !== 'loopback' && entry !== 'none');
  ipRanges(cidrs);
  return {
    allowPrivate: allow.includes('private'),
    allowLoopback: allow.includes('loopback'),
    cidrs,
    inboxOrigins: inboxOrigins.map((origin) => new URL(origin).origin),
  };
}

/** `reason` completes "127.0.0.1 is …". */
export type AddressVerdict = { readonly allowed: true } | { readonly allowed: false; readonly reason: string };

const ALLOWED: AddressVerdict = { allowed: true };
const refused = (reason: string): AddressVerdict => ({ allowed: false, reason });

/** Judges one IP address in text form, as a URL, a resolver or a socket gives it. */
export function allowsAddress(policy: AddressPolicy, ip: string): AddressVerdict {
  const address = ip.replace(/%.*$/, '');
  if (isIP(address) === 0) return refused('not an IP address');
  for (const form of [address, ...embeddedIpv4(address)]) {
    for (const [reason, list] of NEVER) if (list.has(form)) return refused(reason);
  }
  if (compiled(policy.cidrs).has(address)) return ALLOWED;
  if (LOOPBACK.has(address)) return policy.allowLoopback ? ALLOWED : refused('a loopback address');
  if (PRIVATE.has(address)) return policy.allowPrivate ? ALLOWED : refused('a private address');
  for (const [reason, list] of SPECIAL) if (list.has(address)) return refused(reason);
  return PUBLIC.has(address) ? ALLOWED : refused('not a public address');
}

/** True for this deployment's own inbox, which is allowed whatever `--callback-allow` says. */
export function isOwnInbox(policy: AddressPolicy, url: URL): boolean {
  return policy.inboxOrigins.includes(url.origin) && url.pathname.startsWith('/inbox/');
}

/** What the own inbox may resolve to: this host wherever it listens, but still no link-local or metadata address. */
export function ownInboxPolicy(policy: AddressPolicy): AddressPolicy {
  return { ...policy, allowPrivate: true, allowLoopback: true };
}

/** Never allowed. Metadata services hand out a machine's credentials to whoever asks from it. */
const NEVER: readonly (readonly [reason: string, list: IpRanges])[] = [
  [
    'a cloud metadata address',
    ipRanges([
      '169.254.169.254', // most clouds
      '169.254.170.0/24', // AWS, credentials of containers
      '100.100.100.200', // Alibaba Cloud
      '168.63.129.16', // Azure
      '192.0.0.192', // Oracle Cloud
      'fd00:ec2::/32', // AWS
      'fd20:ce::254', // Google Cloud
      'fd00:42::42', // Scaleway
    ]),
  ],
  ['a link-local address', ipRanges(['169.254.0.0/16', 'fe80::/10'])],
];

const LOOPBACK = ipRanges(['127.0.0.0/8', '::1']);
const PRIVATE = ipRanges(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']);
/** Of IPv6 only this much has been given out; all of IPv4 that is not special. */
const PUBLIC = ipRanges(['0.0.0.0/0', '2000::/3']);

/** Refused unless a CIDR allows it (IANA's registries of special-purpose addresses). */
const SPECIAL: readonly (readonly [reason: string, list: IpRanges])[] = [
  ['an IPv4 address in IPv6 form', ipRanges(['::/96', '::ffff:0:0/96', '::ffff:0:0:0/96'])],
  ['a translated (NAT64) address', ipRanges(['64:ff9b::/96', '64:ff9b:1::/48'])],
  ['a 6to4 or Teredo address', ipRanges(['2002::/16', '2001::/32', '192.88.99.0/24'])],
  ['an address of no host', ipRanges(['0.0.0.0/8'])],
  ['a carrier-grade NAT address', ipRanges(['100.64.0.0/10'])],
  ['a multicast address', ipRanges(['224.0.0.0/4', 'ff00::/8'])],
  [
    'a documentation address',
    ipRanges(['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32', '3fff::/20']),
  ],
  ['a reserved address', ipRanges(['192.0.0.0/24', '198.18.0.0/15', '240.0.0.0/4', '2001::/23'])],
];

const compiledCidrs = new WeakMap<readonly string[], IpRanges>();

function compiled(cidrs: readonly string[]): IpRanges {
  const known = compiledCidrs.get(cidrs);
  if (known !== undefined) return known;
  const made = ipRanges(cidrs);
  compiledCidrs.set(cidrs, made);
  return made;
}
