import { afterAll, beforeAll, expect, it, test } from 'vitest';
import { createAddressPolicy } from '../../base/address-policy.ts';
import { answer, type ScriptedReceiver, startReceiver } from '../http/scripted-receiver.ts';
import { fixtureChannel, fixtureDelivery } from './channel-fixture.ts';

// Goal: no spelling and no name leads to an address that is not allowed. A receiver listens on loopback on both
// families, which the policy forbids; what counts is that nobody ever connects to it.

let listeners: ScriptedReceiver[] = [];
let port = 0;
beforeAll(async () => {
  const script = (socket: { write(text: string): unknown }): void => void socket.write(answer('200 OK'));
  const v4 = await startReceiver(script);
  port = v4.port;
  listeners = [v4];
  // Not every machine has IPv6.
  const v6 = await startReceiver(script, { host: '::1', port }).catch(() => null);
  if (v6 !== null) listeners.push(v6);
});
afterAll(async () => {
  for (const listener of listeners) await listener.close();
});

const names: Readonly<Record<string, readonly string[]>> = {
  'loopback.test': ['127.0.0.1'],
  'mixed.test': ['93.184.215.14', '127.0.0.1'],
  'mixed-last.test': ['93.184.215.14', '2606:2800:220:1::1', '::1'],
  'private.test': ['10.0.0.7'],
  'scoped.test': ['fe80::1%lo'],
  'mapped.test': ['::ffff:127.0.0.1'],
  'metadata.test': ['169.254.169.254'],
  'v6.test': ['::1'],
  'nonsense.test': ['not-an-address'],
};
const resolver = {
  resolve: async (hostname: string) => {
    const addresses =
      names[hostname.replace(/\.$/, '')] ?? (hostname.endsWith('localhost') ? ['127.0.0.1', '::1'] : undefined);
    if (addresses === undefined) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    return addresses;
  },
};

/** Spellings and names by what they hope for. Those of the listener's address would connect if any slipped through. */
const corpus: Readonly<Record<string, readonly string[]>> = {
  'loopback, plainly': ['127.0.0.1', '127.0.0.2', '127.255.255.254', '[::1]', 'localhost', 'LOCALHOST', 'a.localhost'],
  'loopback, in parts and bases': [
    '127.1',
    '127.0.1',
    '0x7f.1',
    '0x7F.0.0.0x1',
    '0x7f000001',
    '0X7F000001',
    '2130706433',
    '017700000001',
    '0177.0.0.1',
    '0177.0.0.01',
    '00000177.0.0.1',
    '127.0.0.0x1',
    '127.0x0.01',
    '127.0.0.1.',
  ],
  'loopback, in other letters': [
    '%31%32%37.0.0.1',
    '127%2e0%2e0%2e1',
    '１２７.0.0.1',
    '127。0。0。1',
    '127．0．0．1',
    '①②⑦.⓪.⓪.①',
    'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
    'loc\u00adalhost',
    'ｌｏｃａｌｈｏｓｔ',
  ],
  'loopback, in IPv6': [
    '[0:0:0:0:0:0:0:1]',
    '[0000:0000:0000:0000:0000:0000:0000:0001]',
    '[::0001]',
    '[::ffff:127.0.0.1]',
    '[::FFFF:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[0:0:0:0:0:ffff:127.0.0.1]',
    '[::127.0.0.1]',
    '[::7f00:1]',
    '[::ffff:0:127.0.0.1]',
    '[64:ff9b::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b:1:7f00:0:1::]',
    '[2002:7f00:1::]',
    '[2002:7f00:0001:0:0:0:0:1]',
    '[2001:0:0:0:0:0:80ff:fffe]',
  ],
  'this host, or none': ['0.0.0.0', '0', '0x0', '00.0', '0.0.0.1', '[::]', '[::ffff:0.0.0.0]', '255.255.255.255'],
  metadata: [
    '169.254.169.254',
    '0xa9fea9fe',
    '2852039166',
    '169.254.43518',
    '0251.0376.0251.0376',
    '[::ffff:169.254.169.254]',
    '[::ffff:a9fe:a9fe]',
    '[64:ff9b::a9fe:a9fe]',
    '[2002:a9fe:a9fe::]',
    '169.254.170.2',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '[fd00:ec2::254]',
    '[fd20:ce::254]',
    '[fd00:42::42]',
  ],
  'private and link-local': [
    '10.0.0.1',
    '10.1',
    '0x0a000001',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '192.168.257',
    '169.254.0.1',
    '[fe80::1]',
    '[febf::1]',
    '[fc00::1]',
    '[fdff::1]',
    '[::ffff:10.0.0.1]',
    '[::ffff:192.168.0.1]',
  ],
  'for other uses': [
    '100.64.0.1',
    '192.0.0.8',
    '192.0.2.1',
    '192.88.99.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '[ff02::1]',
    '[2001:db8::1]',
    '[3fff::1]',
    '[2001:10::1]',
    '[4000::1]',
  ],
  'names that lead there': [
    'loopback.test',
    'loopback.test.',
    'LOOPBACK.TEST',
    'mixed.test',
    'mixed-last.test',
    'mapped.test',
    'metadata.test',
    'private.test',
    'v6.test',
    'scoped.test',
    'nonsense.test',
  ],
};
const hosts = Object.entries(corpus).flatMap(([hope, all]) => all.map((host): [string, string] => [hope, host]));

test('the corpus is worth its name', () => {
  expect(new Set(hosts.map(([, host]) => host)).size).toBe(hosts.length);
  expect(hosts.length).toBeGreaterThanOrEqual(100);
});

it.each(hosts)('%s: http://%s is not called', async (_hope, host) => {
  const channel = fixtureChannel({ policy: createAddressPolicy([]), resolver, deadlineMs: 2000 });
  const result = await channel.send([fixtureDelivery(`http://${host}:${port}/`)]);
  expect(result).toMatchObject({ outcome: 'forbidden_address', status: null, answer: null });
  expect(result.error).toContain('must not be called');
  expect(listeners.map(({ connections }) => connections)).toEqual(listeners.map(() => 0));
});

it('the listeners were worth forbidding: where loopback is allowed they answer', async () => {
  const channel = fixtureChannel({ resolver });
  const result = await channel.send([fixtureDelivery(`http://loopback.test:${port}/`)]);
  expect(result.outcome).toBe('accepted');
  expect(listeners[0]?.connections).toBe(1);
  await channel.close();
});

it('a name that does not exist', async () => {
  const result = await fixtureChannel({ resolver }).send([fixtureDelivery('http://nowhere.test/')]);
  expect(result).toMatchObject({
    outcome: 'dns',
    error: 'The name of http://nowhere.test does not resolve (ENOTFOUND).',
  });
});

it('a name that is another address the next time it is asked is judged each time', async () => {
  const answers = [['127.0.0.1'], ['93.184.215.14', '127.0.0.1'], ['::1']];
  let asked = 0;
  const rebinding = { resolve: async () => answers[asked++ % answers.length] ?? [] };
  const before = listeners.map(({ connections }) => connections);
  for (const _ of answers) {
    const channel = fixtureChannel({ policy: createAddressPolicy([]), resolver: rebinding, deadlineMs: 2000 });
    const result = await channel.send([fixtureDelivery(`http://rebinding.test:${port}/`)]);
    expect(result.outcome).toBe('forbidden_address');
  }
  expect(asked).toBe(answers.length);
  expect(listeners.map(({ connections }) => connections)).toEqual(before);
});

it('a redirect to it is not followed', async () => {
  const before = listeners.map(({ connections }) => connections);
  const redirecting = await startReceiver((socket) =>
    socket.write(answer('302 Found', '', [`Location: http://127.0.0.1:${port}/`])),
  );
  const result = await fixtureChannel().send([fixtureDelivery(`${redirecting.origin}/`)]);
  expect(result).toMatchObject({ outcome: 'status', status: 302 });
  expect(listeners.map(({ connections }) => connections)).toEqual(before);
  await redirecting.close();
});
