import { once } from 'node:events';
import { connect } from 'node:net';
import vectors from '@cloudbell/core/callback/callback-vectors.json' with { type: 'json' };
import { OPERATIONS } from '@cloudbell/core/contract/operations.ts';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { CloudbellError } from '../base/errors.ts';
import { SimulatedClock } from '../base/simulated-clock.ts';
import { createInbox, type InboxOptions } from './inbox.ts';
import { type ReceivedItem, VERIFIED_BYTES_MAX } from './received-item.ts';

const vector = vectors.vectors[0]!;
const FORM = 'application/x-www-form-urlencoded; charset=UTF-8';
const open: FastifyInstance[] = [];
afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
});

async function start(options: Partial<InboxOptions> = {}) {
  const clock = new SimulatedClock(1_508_136_761_000);
  const seen: ReceivedItem[] = [];
  const inbox = createInbox({
    secrets: () => ({ primary: vectors.secret, previous: null }),
    clock,
    onReceived: (item) => seen.push(item),
    ...options,
  });
  const app = fastify();
  app.setErrorHandler((error, _request, reply) => {
    const status =
      error instanceof CloudbellError ? error.status : ((error as { statusCode?: number }).statusCode ?? 500);
    return reply.code(status).send({ error: error instanceof CloudbellError ? error.problem : String(error) });
  });
  await app.register(inbox.receiver);
  await app.register(inbox.views);
  open.push(app);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const post = (path: string, body: BodyInit | null, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, { method: 'POST', body, headers });
  const list = async (query = '') => {
    const answer = await fetch(`${url}/api/v1/inbox${query}`);
    const page = (await answer.json()) as { items: ReceivedItem[]; next: string | null };
    if (answer.ok) OPERATIONS.listInbox.answers[200].schema.parse(page);
    return { status: answer.status, ...page };
  };
  return { app, clock, seen, url, post, list };
}

test('a callback is answered ok, verified, kept, and told to who listens', async () => {
  const { post, list, seen } = await start();
  const answer = await post('/inbox/demo', vector.body, {
    ...vector.headers,
    'content-type': FORM,
    'cloudbell-attempt': '1',
  });
  expect([answer.status, await answer.text()]).toEqual([200, 'ok']);
  const { items, next } = await list();
  expect(next).toBe(null);
  expect(items).toEqual(seen);
  expect(items[0]).toMatchObject({
    name: 'demo',
    receivedAt: 1_508_136_761_000,
    contentType: FORM,
    profile: 'classic',
    formSignature: 'valid',
    webhookSignature: 'valid',
    webhookId: 'msg_2f0f6b1c9a7e4c7f',
    attempt: 1,
    duplicateOf: null,
    fields: vector.parameters,
    body: vector.body,
    bodyBase64: null,
    bodyBytes: vector.body.length,
  });
});

test('a second one with the same webhook-id is marked', async () => {
  const { post, list } = await start();
  for (const name of ['a', 'a', 'b'])
    await post(`/inbox/${name}`, vector.body, { ...vector.headers, 'content-type': FORM });
  const { items } = await list();
  expect(items.map(({ name, duplicateOf }) => [name, duplicateOf])).toEqual([
    ['b', null],
    ['a', items[2]?.id],
    ['a', null],
  ]);
});

test('a forged one is answered ok too, and shown as forged', async () => {
  const { post, list } = await start();
  const answer = await post('/inbox/demo', vector.body.replace('97.39', '12'), {
    ...vector.headers,
    'content-type': FORM,
  });
  expect(answer.status).toBe(200);
  expect((await list()).items[0]).toMatchObject({ formSignature: 'invalid', webhookSignature: 'invalid' });
});

test('a rotation of the secret counts at the next arrival', async () => {
  let primary = 'whsec_YW5vdGhlciBzZWNyZXQgYWx0b2dldGhlcg==';
  const { post, list } = await start({ secrets: () => ({ primary, previous: null }) });
  await post('/inbox/demo', vector.body, { ...vector.headers, 'content-type': FORM });
  primary = vectors.secret;
  await post('/inbox/demo', vector.body, { ...vector.headers, 'content-type': FORM });
  expect((await list()).items.map((item) => item.formSignature)).toEqual(['valid', 'invalid']);
});

test.each<[what: string, body: BodyInit | null, headers: Record<string, string>, shown: object]>([
  ['nothing at all', null, {}, { body: '', bodyBytes: 0, profile: null, contentType: null }],
  ['text', 'hello', { 'content-type': 'text/plain' }, { body: 'hello', profile: null }],
  [
    'broken JSON',
    '{"a":',
    { 'content-type': 'application/json' },
    { body: '{"a":', problems: ['The body is not JSON.'] },
  ],
  ['bytes that are no text', Uint8Array.of(0xff, 0, 1), {}, { bodyBase64: '/wAB', bodyBytes: 3 }],
  ['an unheard-of type', 'x', { 'content-type': 'a/b; c=d' }, { body: 'x', contentType: 'a/b; c=d' }],
  ['no type', new Uint8Array([104, 105]), {}, { body: 'hi' }],
  [
    'markup and a member called __proto__',
    '{"__proto__":"x","alertName":"<img src=x onerror=alert(1)>"}',
    { 'content-type': 'application/json' },
    { profile: null },
  ],
])('%s is taken and shown as it is', async (_, body, headers, shown) => {
  const { post, list } = await start();
  const answer = await post('/inbox/any', body, headers);
  expect([answer.status, await answer.text()]).toEqual([200, 'ok']);
  expect((await list()).items).toMatchObject([shown]);
});

test('a body above 1 MiB is refused and not kept; one far above a callback is kept unread', async () => {
  const { post, list } = await start();
  expect((await post('/inbox/any', 'x'.repeat(1024 * 1024 + 1))).status).toBe(413);
  expect((await post('/inbox/any', '&'.repeat(VERIFIED_BYTES_MAX + 1), { 'content-type': FORM })).status).toBe(200);
  const { items } = await list();
  expect(items).toMatchObject([{ bodyBytes: VERIFIED_BYTES_MAX + 1, profile: null, formSignature: 'absent' }]);
  expect(items[0]?.problems[0]).toContain('it is not read');
});

test('only the last keepMax are kept, and lists are paged', async () => {
  const { post, list } = await start({ keepMax: 3 });
  for (const text of ['1', '2', '3', '4', '5']) await post('/inbox/any', text);
  const first = await list('?limit=2');
  expect(first.items.map(({ body }) => body)).toEqual(['5', '4']);
  const second = await list(`?limit=2&cursor=${first.next}`);
  expect([second.items.map(({ body }) => body), second.next]).toEqual([['3'], null]);
  expect((await list('?name=other')).items).toEqual([]);
});

test.each([
  ['?limit=0', 'query_invalid', 'limit'],
  ['?limit=1001', 'query_invalid', 'limit'],
  ['?limit=ten', 'query_invalid', 'limit'],
  ['?cursor=nonsense', 'cursor_invalid', 'cursor'],
  ['?nam=demo', 'query_invalid', 'nam'],
])('GET /api/v1/inbox%s is refused as elsewhere', async (query, code, field) => {
  const { url } = await start();
  const answer = await fetch(`${url}/api/v1/inbox${query}`);
  expect([answer.status, (await answer.json()).error]).toMatchObject([400, { code, field }]);
});

/** Reads a stream until it holds `text`. */
async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, text: string): Promise<string> {
  const decoder = new TextDecoder();
  for (let all = ''; ; ) {
    const { done, value } = await reader.read();
    all += decoder.decode(value, { stream: true });
    if (all.includes(text)) return all;
    if (done) throw new Error(`the stream ended before ${JSON.stringify(text)}: ${all}`);
  }
}
const stream = async (url: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${url}/api/v1/inbox/stream`, { headers });
  expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  return answer.body!.getReader();
};

test('the stream tells each arrival, and beats while nothing arrives', async () => {
  const { url, post, clock } = await start();
  const reader = await stream(url);
  await readUntil(reader, 'retry: 2000\n\n');
  await post('/inbox/demo', vector.body, { ...vector.headers, 'content-type': FORM });
  const event = await readUntil(reader, '\n\n');
  expect(event).toMatch(/^id: \S+\nevent: received\ndata: \{.*\}\n\n$/);
  expect(JSON.parse(/data: (.*)/.exec(event)?.[1] ?? '')).toMatchObject({ body: vector.body, formSignature: 'valid' });
  await clock.advance(15_000);
  expect(await readUntil(reader, '\n\n')).toBe(': still here\n\n');
  await clock.advance(15_000);
  expect(await readUntil(reader, '\n\n')).toBe(': still here\n\n');
  await reader.cancel();
});

test('who comes back is told what was missed', async () => {
  const { url, post, list } = await start();
  for (const text of ['1', '2', '3']) await post('/inbox/any', text);
  const { items } = await list();
  const reader = await stream(url, { 'last-event-id': items[2]?.id ?? '' });
  const told = await readUntil(reader, '"body":"3"');
  expect([...told.matchAll(/"body":"(\d)"/g)].map(([, body]) => body)).toEqual(['2', '3']);
  await reader.cancel();
});

test('closing the server ends the streams, so that it can close', async () => {
  const { app, url } = await start();
  const reader = await stream(url);
  await readUntil(reader, 'retry');
  await app.close();
  await expect(readUntil(reader, 'never')).rejects.toThrow('the stream ended');
});

test('a reader that does not keep up is cut off, and nobody waits for it', async () => {
  const { app, url, post, list } = await start({ streamLimits: { heartbeatMs: 15_000, bufferBytesMax: 512 * 1024 } });
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => undefined);
  socket.write('GET /api/v1/inbox/stream HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'data');
  socket.pause();
  const connections = (): Promise<number> =>
    new Promise((resolve, reject) =>
      app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    );
  // The kernel's buffers fill first; then ours, and then the reader is gone.
  for (let i = 0; i < 40; i++)
    expect((await post('/inbox/any', 'x'.repeat(1024 * 1024), { connection: 'close' })).status).toBe(200);
  while ((await connections()) > 1) await new Promise((resolve) => setImmediate(resolve));
  expect((await list()).items.length).toBeGreaterThan(0);
  socket.destroy();
});

test('more streams than allowed are refused', async () => {
  const { url } = await start({ streamsMax: 1 });
  const reader = await stream(url);
  const answer = await fetch(`${url}/api/v1/inbox/stream`);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ error: { code: 'streams_busy' } });
  await reader.cancel();
});

test('strangers cannot fill the memory: long headers are cut, many fields are not kept', async () => {
  const { post, list } = await start();
  await post('/inbox/x', 'a=1', { 'content-type': `${FORM}; ${'y'.repeat(5000)}`, 'webhook-id': 'z'.repeat(9000) });
  const many = Array.from({ length: 100 }, (_, n) => `f${n}=1`).join('&');
  await post('/inbox/x', many, { 'content-type': FORM });
  const { items } = await list();
  expect(items.map(({ webhookId, contentType }) => [webhookId?.length, contentType?.length])).toEqual([
    [undefined, FORM.length],
    [257, 257],
  ]);
  expect(items[0]).toMatchObject({
    fields: {},
    problems: ['The body has 100 fields; above 64 they are not kept.'],
    body: many,
  });
});
