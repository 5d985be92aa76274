import { afterAll, beforeAll, expect, it } from 'vitest';
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
  'mapped.test': ['::ffff:127.0.0.1'],
  'metadata.test': ['169.254.169.254'],
  'v6.test': ['::1'],
  'nonsense.test': ['not-an-address'],
};
const resolver = {
  resolve: async (hostname: string) => {
    const addresses = names[hostname] ?? (hostname.endsWith('localhost') ? ['127.0.0.1', '::1'] : undefined);
    if (addresses === undefined) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    return addresses;
  },
};

it.each([
  '127.0.0.1',
  '127.1',
  '0x7f.1',
  '0x7f000001',
  '2130706433',
  '0177.0.0.1',
  '017700000001',
  '127.0.0.1.',
  '%31%32%37.0.0.1',
  '１２７.0.0.1',
  '0.0.0.0',
  '0',
  '[::]',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[64:ff9b::127.0.0.1]',
  '[2002:7f00:1::]',
  'localhost',
  'LOCALHOST',
  'a.localhost',
  'loopback.test',
  'mixed.test',
  'mapped.test',
  'metadata.test',
  'v6.test',
  'nonsense.test',
  '169.254.169.254',
])('http://%s is not called', async (host) => {
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
