import { describe, expect, it } from 'vitest';
import { allowsAddress, createAddressPolicy } from './address-policy.ts';

const reasonOf = (allow: string[], ip: string): string => {
  const verdict = allowsAddress(createAddressPolicy(allow), ip);
  return verdict.allowed ? 'allowed' : verdict.reason;
};
const ANYTHING = ['private', 'loopback', '0.0.0.0/0', '::/0'];

describe('judged under: nothing allowed · private and loopback · every CIDR there is', () => {
  const metadata = 'a cloud metadata address';
  const linkLocal = 'a link-local address';
  const inIpv6 = 'an IPv4 address in IPv6 form';
  it.each([
    ['8.8.8.8', 'allowed', 'allowed', 'allowed'],
    ['2606:4700::1111', 'allowed', 'allowed', 'allowed'],
    ['10.1.2.3', 'a private address', 'allowed', 'allowed'],
    ['172.31.255.255', 'a private address', 'allowed', 'allowed'],
    ['172.32.0.0', 'allowed', 'allowed', 'allowed'],
    ['192.168.0.1', 'a private address', 'allowed', 'allowed'],
    ['fd12::1', 'a private address', 'allowed', 'allowed'],
    ['127.0.0.1', 'a loopback address', 'allowed', 'allowed'],
    ['127.255.0.9', 'a loopback address', 'allowed', 'allowed'],
    ['::1', 'a loopback address', 'allowed', 'allowed'],
    ['0.0.0.0', 'an address of no host', 'an address of no host', 'allowed'],
    ['::', inIpv6, inIpv6, 'allowed'],
    ['::ffff:127.0.0.1', inIpv6, inIpv6, 'allowed'],
    ['::ffff:8.8.8.8', inIpv6, inIpv6, 'allowed'],
    ['::ffff:7f00:1', inIpv6, inIpv6, 'allowed'],
    ['::10.0.0.1', inIpv6, inIpv6, 'allowed'],
    ['64:ff9b::a00:1', 'a translated (NAT64) address', 'a translated (NAT64) address', 'allowed'],
    ['2002:a00:1::', 'a 6to4 or Teredo address', 'a 6to4 or Teredo address', 'allowed'],
    ['2001:0:1::', 'a 6to4 or Teredo address', 'a 6to4 or Teredo address', 'allowed'],
    ['100.64.0.1', 'a carrier-grade NAT address', 'a carrier-grade NAT address', 'allowed'],
    ['224.0.0.1', 'a multicast address', 'a multicast address', 'allowed'],
    ['ff02::1', 'a multicast address', 'a multicast address', 'allowed'],
    ['255.255.255.255', 'a reserved address', 'a reserved address', 'allowed'],
    ['240.0.0.1', 'a reserved address', 'a reserved address', 'allowed'],
    ['198.18.0.1', 'a reserved address', 'a reserved address', 'allowed'],
    ['192.0.2.1', 'a documentation address', 'a documentation address', 'allowed'],
    ['203.0.113.9', 'a documentation address', 'a documentation address', 'allowed'],
    ['2001:db8::1', 'a documentation address', 'a documentation address', 'allowed'],
    ['fec0::1', 'not a public address', 'not a public address', 'allowed'],
    ['100::1', 'not a public address', 'not a public address', 'allowed'],
    ['169.254.169.254', metadata, metadata, metadata],
    ['169.254.170.2', metadata, metadata, metadata],
    ['100.100.100.200', metadata, metadata, metadata],
    ['168.63.129.16', metadata, metadata, metadata],
    ['192.0.0.192', metadata, metadata, metadata],
    ['fd00:ec2::254', metadata, metadata, metadata],
    ['FD00:0EC2::254', metadata, metadata, metadata],
    ['::ffff:169.254.169.254', metadata, metadata, metadata],
    ['::ffff:a9fe:a9fe', metadata, metadata, metadata],
    ['::169.254.169.254', metadata, metadata, metadata],
    ['64:ff9b::169.254.169.254', metadata, metadata, metadata],
    ['64:ff9b:1:a9fe:a9:fe00::', metadata, metadata, metadata],
    ['2002:a9fe:a9fe::1', metadata, metadata, metadata],
    ['2001:0:0:0:0:0:5601:5601', metadata, metadata, metadata],
    ['169.254.7.7', linkLocal, linkLocal, linkLocal],
    ['fe80::1', linkLocal, linkLocal, linkLocal],
    ['fe80::1%eth0', linkLocal, linkLocal, linkLocal],
    ['localhost', 'not an IP address', 'not an IP address', 'not an IP address'],
  ])('%s: %s · %s · %s', (ip, withNone, withNames, withAll) => {
    expect([reasonOf(['none'], ip), reasonOf(['private', 'loopback'], ip), reasonOf(ANYTHING, ip)]).toEqual([
      withNone,
      withNames,
      withAll,
    ]);
  });
});

it('a CIDR allows what it covers, in the form it is written in', () => {
  expect(reasonOf(['10.1.0.0/16'], '10.1.255.1')).toBe('allowed');
  expect(reasonOf(['10.1.0.0/16'], '10.2.0.1')).toBe('a private address');
  expect(reasonOf(['192.0.2.7'], '192.0.2.7')).toBe('allowed');
  expect(reasonOf(['10.1.0.0/16'], '::ffff:10.1.0.1')).toBe('an IPv4 address in IPv6 form');
  expect(reasonOf(['::/0'], '10.1.0.1')).toBe('a private address');
});

it.each(['10.0.0.0/33', 'fd00::/129', '10.0.0/8', '10.0.0.0/x', '10.0.0.0/', 'public', ''])(
  '%j is refused',
  (entry) => {
    expect(() => createAddressPolicy([entry])).toThrow(RangeError);
  },
);
