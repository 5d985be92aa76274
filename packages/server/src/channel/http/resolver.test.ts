import { createSocket, type Socket } from 'node:dgram';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { namesToAsk, parseHosts, parseResolvConf } from './hosts-file.ts';
import { createResolver } from './resolver.ts';

// A name server of our own: answers from a table, and for `a-only.test` never says anything about IPv6.
const zone: Readonly<Record<string, { readonly a?: string; readonly aaaa?: string }>> = {
  'both.test': { a: '192.0.2.1', aaaa: '2001:db8::1' },
  'v6.test': { aaaa: '2001:db8::6' },
  'a-only.test': { a: '192.0.2.2' },
  'short.corp.test': { a: '192.0.2.3' },
};
let server: Socket;
let folder = '';
let asked: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'resolver-'));
  await writeFile(join(folder, 'hosts'), '10.0.0.9 db Db.Test # a comment\n::9 db\n# 1.1.1.1 no\n');
  await writeFile(join(folder, 'resolv.conf'), 'search nowhere.test corp.test.\noptions ndots:1 rotate\n');
  server = createSocket('udp4');
  server.on('message', (query, peer) => {
    const reply = answerTo(query);
    if (reply !== null) server.send(reply, peer.port, peer.address);
  });
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});
const resolver = (cacheMs = 0) =>
  createResolver({
    clock: systemClock,
    servers: [`127.0.0.1:${server.address().port}`],
    hostsPath: join(folder, 'hosts'),
    resolvConfPath: join(folder, 'resolv.conf'),
    cacheMs,
  });

it.each([
  ['both.test', ['192.0.2.1', '2001:db8::1']],
  ['v6.test', ['2001:db8::6']],
  ['a-only.test', ['192.0.2.2']],
  ['short', ['192.0.2.3']],
  ['DB', ['10.0.0.9', '::9']],
  ['db.test', ['10.0.0.9']],
  ['localhost', ['127.0.0.1', '::1']],
  ['x.localhost.', ['127.0.0.1', '::1']],
])('%s resolves to %j', async (name, addresses) => {
  expect(await resolver().resolve(name)).toEqual(addresses);
});

it('a name that no server knows is ENOTFOUND', async () => {
  await expect(resolver().resolve('no.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
});

it('an answer is believed for a while, a failure is not', async () => {
  const cached = resolver(60_000);
  asked = [];
  await Promise.all([cached.resolve('both.test'), cached.resolve('both.test')]);
  await cached.resolve('both.test');
  expect(asked).toEqual(['both.test', 'both.test']);
  asked = [];
  await cached.resolve('no.test').catch(() => {});
  const once = asked.length;
  await cached.resolve('no.test').catch(() => {});
  expect(asked.length).toBe(2 * once);
});

it('reads hosts and resolv.conf as the C library does', () => {
  expect(parseHosts('\t127.0.0.1\tA b\r\n\n#x\n::1 a').get('a')).toEqual(['127.0.0.1', '::1']);
  expect(parseResolvConf('domain old.test\nsearch a.test b.test\n;options ndots:9')).toEqual({
    search: ['a.test', 'b.test'],
    ndots: 1,
  });
  const conf = { search: ['s.test'], ndots: 2 };
  expect(namesToAsk('x', conf)).toEqual(['x.s.test', 'x']);
  expect(namesToAsk('x.y.z', conf)).toEqual(['x.y.z', 'x.y.z.s.test']);
  expect(namesToAsk('x.', conf)).toEqual(['x']);
});

/** Just enough DNS: one question, at most one record. null for no reply. */
function answerTo(query: Buffer): Buffer | null {
  let at = 12;
  const labels: string[] = [];
  while (query[at] !== 0) {
    const length = query[at]!;
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const name = labels.join('.').toLowerCase();
  const type = query.readUInt16BE(at + 1);
  asked.push(name);
  const records = zone[name];
  if (name === 'a-only.test' && type === 28) return null;
  const data =
    type === 1 && records?.a !== undefined
      ? ipv4(records.a)
      : type === 28 && records?.aaaa !== undefined
        ? ipv6(records.aaaa)
        : null;
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(records === undefined ? 0x8183 : 0x8180, 2);
  header.writeUInt16BE(data === null ? 0 : 1, 6);
  header.fill(0, 8, 12);
  const question = query.subarray(12, at + 5);
  if (data === null) return Buffer.concat([header, question]);
  const record = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, data.length]);
  return Buffer.concat([header, question, record, data]);
}
const ipv4 = (text: string): Buffer => Buffer.from(text.split('.').map(Number));
const ipv6 = (text: string): Buffer => {
  const bytes = Buffer.alloc(16);
  const [head = '', tail = ''] = text.split('::');
  for (const [index, group] of head.split(':').entries()) bytes.writeUInt16BE(Number.parseInt(group, 16), index * 2);
  bytes.writeUInt16BE(Number.parseInt(tail, 16), 14);
  return bytes;
};
