import type { EndpointSettings } from '@cloudbell/core/notify/endpoint-settings.ts';
import { Webhook } from 'standardwebhooks';
import { afterEach, expect, test } from 'vitest';
import { answer, type Script, startReceiver } from '../http/scripted-receiver.ts';
import { fixtureChannel, fixtureDelivery } from './channel-fixture.ts';

const OWN = { secret: `whsec_${btoa('own-signing-secret-1')}`, next: `whsec_${btoa('own-signing-secret-2')}` };
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** What one attempt by these settings puts on the wire, and what came of it. */
async function sendBy(
  settings: Partial<EndpointSettings>,
  script: Script = (socket) => socket.write(answer('200 OK')),
) {
  const receiver = await startReceiver(script);
  const plain: EndpointSettings = {
    ...{ account: '12', name: 'a', endpoint: receiver.origin, retryFor: null, rateLimit: null, callbackProfile: null },
    ...{ headers: {}, auth: null, signing: null, createdAt: 0, updatedAt: 0 },
  };
  const channel = fixtureChannel({
    settingsOf: (endpoint) => (endpoint === receiver.origin ? { ...plain, ...settings } : null),
  });
  open.push(channel, receiver);
  const result = await channel.send([fixtureDelivery(receiver.origin, { body: new TextEncoder().encode('{"a":1}') })]);
  const [head = '', body = ''] = receiver.requests[0]?.split('\r\n\r\n') ?? [];
  const headers = Object.fromEntries(
    head
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]),
  );
  return { result, headers, body };
}

test.each<[string, Partial<EndpointSettings>, Record<string, string>]>([
  ['headers', { headers: { 'X-Team': 'ops, on call' } }, { 'X-Team': 'ops, on call' }],
  [
    'basic auth, beyond ASCII as UTF-8',
    { auth: { type: 'basic', user: 'bell', password: 'pä:ss' } },
    { Authorization: `Basic ${Buffer.from('bell:pä:ss').toString('base64')}` },
  ],
  ['bearer auth', { auth: { type: 'bearer', token: 'abc.def' } }, { Authorization: 'Bearer abc.def' }],
])('%s', async (_, settings, wanted) => {
  expect((await sendBy(settings)).headers).toMatchObject(wanted);
});

test('signing secrets of its own: while rotating a receiver that knows either of them verifies', async () => {
  const rotation = { next: OWN.next, isPromoted: false, endsAt: Number.MAX_SAFE_INTEGER };
  const { headers, body } = await sendBy({ signing: { secret: OWN.secret, rotation } });
  for (const secret of [OWN.secret, OWN.next]) expect(new Webhook(secret).verify(body, headers)).toEqual({ a: 1 });
});

test('what a receiver echoes of them is not on record', async () => {
  const settings: Partial<EndpointSettings> = {
    headers: { 'X-Key': 'planted header value' },
    auth: { type: 'basic', user: 'bell', password: 'planted password' },
    signing: { secret: OWN.secret, rotation: null },
  };
  const { result } = await sendBy(settings, (socket) => {
    const credentials = Buffer.from('bell:planted password').toString('base64');
    socket.write(answer('500 No', `planted header value, planted password, ${credentials}, ${OWN.secret}`));
  });
  expect(result.answer).toBe('***, ***, ***, ***');
});
