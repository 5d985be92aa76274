import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import { createAddressPolicy } from '../../base/address-policy.ts';
import type { Channel } from '../../ports/channel.ts';
import {
  answer,
  type ReceiverOptions,
  type Script,
  type ScriptedReceiver,
  startReceiver,
} from '../http/scripted-receiver.ts';
import { TEST_CERTIFICATE, TEST_KEY } from '../http/tls-fixture.ts';
import { FIXTURE_SECRETS, fixtureChannel, fixtureDelivery } from './channel-fixture.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});
async function receiver(script: Script, options?: ReceiverOptions): Promise<ScriptedReceiver> {
  const started = await startReceiver(script, options);
  open.push(started);
  return started;
}
function channel(...args: Parameters<typeof fixtureChannel>): Channel {
  const made = fixtureChannel(...args);
  open.push(made);
  return made;
}
const ok: Script = (socket) => socket.write(answer('200 OK', 'thanks'));

describe('what is sent', () => {
  it('one POST with the documented content type, the frozen body and the headers of this attempt', async () => {
    const hook = await receiver(ok);
    const before = Math.floor(Date.now() / 1000);
    await channel().send([fixtureDelivery(`${hook.origin}/a/b?c=d`, { judgedAttempts: 2 })]);
    const [head = '', body = ''] = hook.requests[0]!.split('\r\n\r\n');
    const [line, ...headerLines] = head.split('\r\n');
    const headers = Object.fromEntries(headerLines.map((text) => text.split(': ') as [string, string]));
    expect(line).toBe('POST /a/b?c=d HTTP/1.1');
    expect(headers).toEqual({
      host: `127.0.0.1:${hook.port}`,
      connection: 'keep-alive',
      'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'User-Agent': 'Cloudbell/0.0.0',
      'webhook-id': 'msg_0123456789abcdef0123456789abcdef',
      'webhook-timestamp': expect.stringMatching(/^\d{10}$/),
      'webhook-signature': expect.stringMatching(/^v1,\S{44}$/),
      'cloudbell-attempt': '3',
      'content-length': String(body.length),
    });
    expect(body).toBe('alertName=%E5%86%85%E5%AD%98&alertState=ALERT');
    const timestamp = Number(headers['webhook-timestamp']);
    expect(timestamp).toBeGreaterThanOrEqual(before);
    expect(timestamp).toBeLessThanOrEqual(Date.now() / 1000);
    const key = Buffer.from('Y2xvdWRiZWxsLXZlY3Rvci1zZWNyZXQtMDAwMDAx', 'base64');
    const signed = `${headers['webhook-id']}.${timestamp}.${body}`;
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
  });

  it('a replay says so; while rotating, the official library verifies with either secret', async () => {
    const hook = await receiver(ok);
    const newer = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const secrets = () => ({ primary: newer, previous: FIXTURE_SECRETS.primary });
    const body = new TextEncoder().encode('{"alertState":"ALERT"}');
    await channel({ secrets }).send([
      fixtureDelivery(hook.origin, { replay: true, body, contentType: 'application/json' }),
    ]);
    const [head = '', sent = ''] = hook.requests[0]!.split('\r\n\r\n');
    expect(head).toContain('\r\ncloudbell-replay: true');
    const headers = Object.fromEntries(
      head.split('\r\n').flatMap((text) => (text.startsWith('webhook-') ? [text.split(': ') as [string, string]] : [])),
    );
    for (const secret of [newer, FIXTURE_SECRETS.primary]) {
      expect(new Webhook(secret).verify(sent, headers)).toEqual({ alertState: 'ALERT' });
    }
  });
});

describe('connections', () => {
  it('are reused, and a redirect is never followed', async () => {
    const hook = await receiver((socket, number) =>
      socket.write(number === 1 ? answer('302 Found', '', ['Location: /other']) : answer('200 OK')),
    );
    const sender = channel();
    expect((await sender.send([fixtureDelivery(hook.origin)])).outcome).toBe('status');
    expect((await sender.send([fixtureDelivery(hook.origin)])).outcome).toBe('accepted');
    expect([hook.connections, hook.requests.length]).toEqual([1, 2]);
  });

  it('serve one request each: a receiver that hangs does not hold up the next delivery', async () => {
    const hook = await receiver((socket, number) => {
      if (number > 1) socket.write(answer('200 OK'));
    });
    const sender = channel({ deadlineMs: 3000 });
    const hung = sender.send([fixtureDelivery(hook.origin)]);
    while (hook.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect((await sender.send([fixtureDelivery(hook.origin)])).outcome).toBe('accepted');
    expect((await hung).outcome).toBe('timeout');
    expect(hook.connections).toBe(2);
  });

  it('that turn out stale are no judgement; the same reset on a fresh one is', async () => {
    const hook = await receiver((socket, number) => {
      // Resets the reused connection at the second request, and a fresh one at the third.
      if (number === 1 || number === 4) socket.write(answer('200 OK'));
      else socket.resetAndDestroy();
    });
    const sender = channel();
    const results = [];
    for (let i = 0; i < 4; i++) results.push(await sender.send([fixtureDelivery(hook.origin)]));
    expect(results.map(({ outcome }) => outcome)).toEqual(['accepted', 'stale_socket', 'reset', 'accepted']);
    expect(results[1]).toMatchObject({ status: null, answer: null, error: expect.stringContaining('kept-open') });
  });

  it('a reset on a reused connection after the first byte of an answer is judged', async () => {
    const hook = await receiver((socket, number) => {
      if (number === 1) socket.write(answer('200 OK'));
      else socket.write('HTTP/1.1 200 OK\r\nX', () => setTimeout(() => socket.destroy(), 50));
    });
    const sender = channel();
    await sender.send([fixtureDelivery(hook.origin)]);
    expect((await sender.send([fixtureDelivery(hook.origin)])).outcome).toBe('reset');
    expect(hook.connections).toBe(1);
  });

  it.each([
    ['while idle', answer('200 OK')],
    ['as it announced', answer('200 OK', '', ['Connection: close'])],
  ])('that the receiver closed %s are replaced without anybody noticing', async (_how, text) => {
    const closings: Promise<void>[] = [];
    const hook = await receiver((socket) => {
      closings.push(new Promise((resolve) => socket.once('close', () => resolve())));
      socket.end(text);
    });
    const sender = channel();
    for (let i = 0; i < 3; i++) {
      expect((await sender.send([fixtureDelivery(hook.origin)])).outcome).toBe('accepted');
      await closings[i];
    }
    expect(hook.connections).toBe(3);
  });

  it('are closed by close(); a send under way finishes', async () => {
    let reply = (): void => {};
    const hook = await receiver((socket) => {
      reply = () => socket.write(answer('200 OK'));
    });
    const sender = fixtureChannel();
    const sending = sender.send([fixtureDelivery(hook.origin)]);
    while (hook.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await sender.close();
    reply();
    expect((await sending).outcome).toBe('accepted');
  });
});

describe('the deadline', () => {
  it('is five seconds unless told otherwise, and not a moment less', async () => {
    const hook = await receiver(() => {});
    const started = performance.now();
    const result = await channel().send([fixtureDelivery(hook.origin)]);
    expect(result.outcome).toBe('timeout');
    expect(result.durationMs).toBeGreaterThanOrEqual(5000);
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  it('covers a name server that never answers', async () => {
    const resolver = { resolve: () => new Promise<never>(() => {}) };
    const result = await channel({ resolver, deadlineMs: 200 }).send([fixtureDelivery('http://hook.test/')]);
    expect(result).toMatchObject({
      outcome: 'timeout',
      error: 'http://hook.test could not be connected to within 0.2 s.',
    });
  });

  it('closes the connection it gives up', async () => {
    let closed = (): void => {};
    const gone = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const hook = await receiver((socket) => socket.on('close', closed));
    await channel({ deadlineMs: 2000 }).send([fixtureDelivery(hook.origin)]);
    await gone;
  });
});

describe('secrets', () => {
  it("and the query's values are blanked in the answer, also where it is cut; errors show no more than the origin", async () => {
    const token = 'tok-5f3a9c2e77';
    const secret = FIXTURE_SECRETS.primary;
    const echo = `you sent ${token} signed by ${secret} aka ${secret.slice(6)}, and ${'x'.repeat(40)}${token.slice(0, 9)}`;
    const hook = await receiver((socket) => socket.write(`HTTP/1.1 500 Oops\r\nContent-Length: 99999\r\n\r\n${echo}`));
    const result = await channel({ deadlineMs: 2000 }).send([fixtureDelivery(`${hook.origin}/p?key=${token}&n=1`)]);
    expect(result.answer).toBe(`you sent *** signed by *** aka ***, and ${'x'.repeat(40)}***`);
    expect(result.error).toBe(`${hook.origin} did not finish its answer within 2 s.`);
  });
});

describe('TLS', () => {
  const tls = { key: TEST_KEY, cert: TEST_CERTIFICATE };
  const resolver = { resolve: async () => ['127.0.0.1'] };

  it('keeps name and Host while dialling the vetted address', async () => {
    const hook = await receiver(ok, { tls });
    const sender = channel({ resolver, tlsCa: TEST_CERTIFICATE });
    const result = await sender.send([fixtureDelivery(`https://hook.test:${hook.port}/`)]);
    expect(result).toMatchObject({ outcome: 'accepted', status: 200 });
    expect(hook.requests[0]).toContain(`\r\nhost: hook.test:${hook.port}\r\n`);
  });

  it('refuses an unknown authority and a certificate for another name', async () => {
    const hook = await receiver(ok, { tls });
    const unknown = await channel({ resolver }).send([fixtureDelivery(`https://hook.test:${hook.port}/`)]);
    expect(unknown).toMatchObject({ outcome: 'tls', error: expect.stringContaining('self-signed certificate') });
    const sender = channel({ resolver, tlsCa: TEST_CERTIFICATE });
    const misnamed = await sender.send([fixtureDelivery(`https://other.test:${hook.port}/`)]);
    expect(misnamed).toMatchObject({ outcome: 'tls', error: expect.stringContaining('other.test') });
    expect(hook.requests).toEqual([]);
  });
});

it('a malformed signing secret is an attempt that failed, not a crash', async () => {
  const secrets = () => ({ primary: 'nonsense', previous: null });
  const result = await channel({ secrets }).send([fixtureDelivery('http://127.0.0.1:1/')]);
  expect(result).toMatchObject({ outcome: 'unreachable', status: null });
});

it('the own inbox is reached under any policy, and its connections serve nothing else', async () => {
  const hook = await receiver(ok);
  const sender = channel({ policy: createAddressPolicy([], [hook.origin]) });
  expect((await sender.send([fixtureDelivery(`${hook.origin}/inbox/demo`)])).outcome).toBe('accepted');
  expect((await sender.send([fixtureDelivery(`${hook.origin}/api/v1/rules`)])).outcome).toBe('forbidden_address');
  expect((await sender.send([fixtureDelivery(`${hook.origin}/inbox/../api`)])).outcome).toBe('forbidden_address');
  expect(hook.requests).toHaveLength(1);
});
