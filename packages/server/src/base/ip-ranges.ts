import { BlockList, isIP } from 'node:net';

/**
 * Sets of IP addresses. IPv4 and IPv6 are kept apart on purpose: node:net's BlockList lets `::ffff:0:0/96` match
 * every IPv4 address and the other way round, and a policy must say which form it means.
 */
export interface IpRanges {
  /** False for what is not an IP address. */
  has(address: string): boolean;
}

/** From CIDRs or single addresses; throws a RangeError that names the one that is neither. */
export function ipRanges(cidrs: readonly string[]): IpRanges {
  const lists = { 4: new BlockList(), 6: new BlockList() };
  for (const text of cidrs) {
    const [network = '', prefixText] = text.split('/');
    const version = isIP(network);
    const bits = version === 4 ? 32 : 128;
    const prefix = prefixText === undefined ? bits : Number(prefixText);
    if (version === 0 || (prefixText !== undefined && !/^\d{1,3}$/.test(prefixText)) || prefix > bits) {
      throw new RangeError(`${text} is not a CIDR`);
    }
    if (version === 4) lists[4].addSubnet(network, prefix, 'ipv4');
    else lists[6].addSubnet(network, prefix, 'ipv6');
  }
  return {
    has: (address) => {
      const version = isIP(address);
      if (version === 4) return lists[4].check(address, 'ipv4');
      return version === 6 && lists[6].check(address, 'ipv6');
    },
  };
}

/** IPv4 addresses that an IPv6 one may stand for: mapped, compatible, translated, 6to4 and Teredo forms. */
export function embeddedIpv4(address: string): string[] {
  if (isIP(address) !== 6) return [];
  const bytes = ipv6Bytes(address);
  const dotted = (...at: number[]): string => at.map((index) => bytes[index] ?? 0).join('.');
  const found: string[] = [];
  if (LAST_FOUR.has(address)) found.push(dotted(12, 13, 14, 15));
  if (NAT64_LOCAL.has(address)) found.push(dotted(6, 7, 9, 10));
  if (SIX_TO_FOUR.has(address)) found.push(dotted(2, 3, 4, 5));
  if (TEREDO.has(address)) found.push([12, 13, 14, 15].map((index) => (bytes[index] ?? 0) ^ 0xff).join('.'));
  return found;
}

const LAST_FOUR = ipRanges(['::/96', '::ffff:0:0/96', '::ffff:0:0:0/96', '64:ff9b::/96', '64:ff9b:1::/48']);
const NAT64_LOCAL = ipRanges(['64:ff9b:1::/48']);
const SIX_TO_FOUR = ipRanges(['2002::/16']);
const TEREDO = ipRanges(['2001::/32']);

/** The 16 bytes of a well-formed IPv6 address. */
function ipv6Bytes(address: string): number[] {
  const hexed = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_text, ...parts: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [head = '', tail] = hexed.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const before = groups(head);
  const after = groups(tail ?? '');
  const zeros = new Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...zeros, ...after].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
