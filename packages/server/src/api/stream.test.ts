import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NOW, newAlert, newEffect, newRule } from '../ports/store-fixtures.contract.ts';
import { BASIC, type Fixture, openFixture, RULE } from './api-fixture.contract.ts';

let api: Fixture;
let url: string;
const readers: ReadableStreamDefaultReader<Uint8Array>[] = [];
beforeEach(async () => {
  api = await openFixture();
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}/api/v1/stream`;
});
afterEach(async () => {
  await Promise.all(readers.splice(0).map((reader) => reader.cancel().catch(() => undefined)));
  await api.close();
});

interface Told {
  readonly id: string;
  readonly kind: string;
  readonly what: string | null;
}

/** An open stream; `next` resolves with the event after those seen so far. */
async function listen(headers: Record<string, string> = {}) {
  const answer = await fetch(url, { headers: { authorization: BASIC, ...headers } });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
  const reader = answer.body!.getReader();
  readers.push(reader);
  const decoder = new TextDecoder();
  let text = '';
  const block = async (): Promise<string | null> => {
    for (;;) {
      const at = text.indexOf('\n\n');
      if (at >= 0) {
        const whole = text.slice(0, at);
        text = text.slice(at + 2);
        return whole;
      }
      const { done, value } = await reader.read();
      if (done) return null;
      text += decoder.decode(value, { stream: true });
    }
  };
  expect(await block()).toBe('retry: 2000');
  const next = async (): Promise<Told> => {
    const [, id = '', data = '{}'] = /^id: (\S+)\nevent: change\ndata: (.*)$/.exec((await block()) ?? '') ?? [];
    const { kind, id: what } = JSON.parse(data);
    return { id, kind, what };
  };
  return { next, block };
}

test('what was written is told within a second, to those who listen', async () => {
  const stream = await listen();
  await api.ask({ method: 'PUT', url: '/api/v1/rules/r1', body: RULE });
  await api.clock.advance(1_000);
  expect(await stream.next()).toMatchObject({ kind: 'rule', what: 'r1' });
  await api.commit([newEffect('a1', { alert: newAlert('a1') })]);
  await api.ask({ method: 'POST', url: '/api/v1/silences', body: { by: { alertId: 'a1' }, until: NOW + 3_600_000 } });
  await api.clock.advance(1_000);
  const told = [await stream.next(), await stream.next(), await stream.next()];
  expect(told.map(({ kind, what }) => [kind, what])).toEqual([
    ['alert', 'a1'],
    ['silence', null],
    ['delivery', null],
  ]);
});

test('who comes back is told what was missed, then what comes', async () => {
  const stream = await listen();
  await api.ask({ method: 'PUT', url: '/api/v1/rules/r1', body: RULE });
  await api.clock.advance(1_000);
  const { id } = await stream.next();
  await api.ask({ method: 'PUT', url: '/api/v1/rules/r2', body: RULE });
  const again = await listen({ 'last-event-id': id });
  expect(await again.next()).toMatchObject({ kind: 'rule', what: 'r2' });
  await api.ask({ method: 'PUT', url: '/api/v1/rules/r3', body: RULE });
  await api.clock.advance(1_000);
  const told = new Set([(await again.next()).what, (await again.next()).what]);
  expect(told).toContain('r3');
});

test('an id that this store did not give: everything may have changed', async () => {
  const stream = await listen({ 'last-event-id': 'rubbish' });
  const told = [await stream.next(), await stream.next(), await stream.next(), await stream.next()];
  expect(told.map(({ kind, what }) => `${kind} ${what}`)).toEqual([
    'alert null',
    'rule null',
    'silence null',
    'delivery null',
  ]);
});

test('after the last one has gone the store is left alone, and the next one is told again', async () => {
  const first = await listen();
  await api.ask({ method: 'PUT', url: '/api/v1/rules/r1', body: RULE });
  await api.clock.advance(1_000);
  await first.next();
  await readers.splice(0)[0]?.cancel();
  await api.clock.advance(2_000);
  const second = await listen();
  await api.ask({ method: 'PUT', url: '/api/v1/rules/r2', body: RULE });
  await api.clock.advance(1_000);
  expect(await second.next()).toMatchObject({ kind: 'rule', what: 'r2' });
});

test('a quiet stream beats, and ends after an hour so that credentials are shown again', async () => {
  const stream = await listen();
  await api.clock.advance(15_000);
  expect(await stream.block()).toBe(': still here');
  await api.clock.advance(3_600_000);
  let last: string | null = '';
  while (last !== null) last = await stream.block();
});

test('without credentials there is no stream; HEAD does not open one', async () => {
  expect((await fetch(url)).status).toBe(401);
  expect((await fetch(url, { method: 'HEAD', headers: { authorization: BASIC } })).status).toBe(404);
});

test('another account’s changes are not told', async () => {
  const stream = await listen();
  await api.store.rules.put({ ...newRule('theirs'), account: '2' }, null, NOW);
  await api.store.rules.put(newRule('ours'), null, NOW);
  await api.clock.advance(1_000);
  expect(await stream.next()).toMatchObject({ kind: 'rule', what: 'ours' });
});
