import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { OPERATIONS } from '@cloudbell/core/contract/operations.ts';
import type { FastifyPluginAsync } from 'fastify';
import { expect, test } from 'vitest';
import { SimulatedClock } from '../base/simulated-clock.ts';
import { createInbox } from '../inbox/inbox.ts';
import { NOW, newAlert, newEffect, newIntent } from '../ports/store-fixtures.contract.ts';
import { type Fixture, openFixture } from './api-fixture.contract.ts';
import { DEFAULT_API_SETTINGS } from './deps.ts';
import { readinessOf } from './health.ts';
import type { Standing } from './standing.ts';

async function withApi(
  story: (api: Fixture) => Promise<void>,
  options: Parameters<typeof openFixture>[0] = {},
): Promise<void> {
  const api = await openFixture(options);
  try {
    await story(api);
  } finally {
    await api.close();
  }
}

/** Reads the tree of routes that Fastify prints: `METHOD /path/{parameter}` each. */
function routesOf(tree: string): string[] {
  const parts: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', part, methods] = /^((?:│ {3}| {4})*)[├└]── (\S+)(?: \((.+)\))?$/.exec(line) ?? [];
    if (part === undefined) return [];
    parts.splice(indent.length / 4, parts.length, part);
    const path = parts
      .join('')
      .replaceAll(/:(\w+)/g, '{$1}')
      .replace(/([^/])\*$/, '$1/*');
    const wanted = (methods ?? '').split(', ').filter((method) => method !== '' && method !== 'HEAD');
    return wanted.map((method) => `${method} ${path}`);
  });
}

/** With what app/ mounts beside the API and the contract describes. */
function withInbox(story: (api: Fixture) => Promise<void>): Promise<void> {
  const inbox = createInbox({ secrets: () => null, clock: new SimulatedClock(NOW) });
  return withApi(story, { plugins: [inbox.receiver, inbox.views] });
}

test('every route is in the OpenAPI document, and every path of the document is a route', () =>
  withInbox(async ({ app, ask }) => {
    const document = (await ask({ url: '/api/v1/openapi.json' })).json();
    const described = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    for (const route of described) {
      const [method, path] = route.split(' ') as ['GET', string];
      expect([route, app.hasRoute({ method, url: path.replaceAll(/\{(\w+)\}/g, ':$1') })]).toEqual([route, true]);
    }
    const routes = routesOf(app.printRoutes({ commonPrefix: false }));
    expect(routes.sort()).toEqual(described.sort());
    expect(routes).toHaveLength(Object.keys(OPERATIONS).length);
  }));

test('references of the document point at something', () =>
  withApi(async ({ ask }) => {
    const { body, ...response } = await ask({ url: '/api/v1/openapi.json' });
    const { schemas } = response.json().components;
    const names = [...body.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) expect(Object.keys(schemas)).toContain(name);
    expect(body).not.toContain('$defs');
  }));

test('alerts, transitions and deliveries are read from what was committed', () =>
  withApi(async ({ ask, commit, state }) => {
    await commit(
      [
        newEffect('a1', { alert: newAlert('a1'), notification: newIntent({ transId: 't1' }) }),
        newEffect('a2', {
          alert: newAlert('a2', { state: 'OK', level: 'OK' }),
          notification: newIntent({ transId: 't2' }),
        }),
      ],
      NOW,
    );
    const ids = async (url: string, id: string) =>
      (await ask({ url }))
        .json()
        .items.map((item: Record<string, string>) => item[id])
        .sort();
    expect(await ids('/api/v1/alerts', 'alertId')).toEqual(['a1', 'a2']);
    expect(await ids('/api/v1/alerts?state=ALERT', 'alertId')).toEqual(['a1']);
    expect(await ids('/api/v1/transitions?alertId=a2', 'alertId')).toEqual(['a2']);
    expect(await ids(`/api/v1/transitions?since=${NOW + 1}`, 'alertId')).toEqual([]);
    expect((await ask({ url: '/api/v1/alerts/a1' })).json().level).toBe('WARN');
    expect((await ask({ url: '/api/v1/alerts/a3' })).json().error.code).toBe('alert_not_found');
    expect((await ask({ url: '/api/v1/alerts?cursor=x' })).json().error.code).toBe('cursor_invalid');
    expect((await ask({ url: '/api/v1/alerts?state=ALARM' })).json().error).toMatchObject({
      code: 'query_invalid',
      field: 'state',
    });

    const { items } = (await ask({ url: '/api/v1/deliveries?status=pending' })).json();
    expect(items).toHaveLength(2);
    expect(await ids('/api/v1/deliveries?status=delivered', 'deliveryId')).toEqual([]);
    const url = `/api/v1/deliveries/${items[0].deliveryId}`;
    expect((await ask({ url })).json()).toMatchObject({ state: 'pending', attempts: [] });
    expect((await ask({ url: '/api/v1/deliveries/none' })).json().error.code).toBe('delivery_not_found');
    const replay = await ask({ method: 'POST', url: `${url}/replay` });
    expect([replay.statusCode, replay.json().error.code, state.wakes]).toEqual([409, 'delivery_not_final', 0]);
    expect((await ask({ method: 'POST', url: '/api/v1/deliveries/none/replay' })).statusCode).toBe(404);
  }));

test('a final delivery is replayed under its id, and the courier is woken', () =>
  withApi(async ({ ask, commit, state, store }) => {
    await commit([newEffect('a1', { alert: newAlert('a1'), notification: newIntent() })], NOW);
    // Born claimed by the process that committed it; whatever is left of another one is recovered at start.
    await store.outbox.recover(NOW, { channels: {} });
    const [claimed] = await store.outbox.claim({ now: NOW + 1, limit: 1, room: {}, defaultRoom: 1 });
    const result = {
      outcome: 'accepted',
      startedAt: NOW,
      durationMs: 5,
      status: 200,
      error: null,
      answer: 'ok',
      retryAfterMs: null,
    } as const;
    await store.outbox.settle([
      {
        deliveryId: claimed!.deliveryId,
        attemptId: claimed!.attemptId,
        result,
        state: 'delivered',
        nextAttemptAt: null,
      },
    ]);
    const url = `/api/v1/deliveries/${claimed!.deliveryId}`;
    const before = (await ask({ url })).json();
    expect([before.state, before.attempts.at(-1).outcome]).toEqual(['delivered', 'accepted']);
    const replay = await ask({ method: 'POST', url: `${url}/replay` });
    expect([replay.statusCode, state.wakes]).toEqual([202, 1]);
    expect((await ask({ url })).json()).toMatchObject({ state: 'pending', replay: true, judgedAttempts: 0 });
  }));

test('dismissing an alert puts it in the log', () =>
  withApi(async ({ ask, commit, logged }) => {
    await commit([newEffect('a1', { alert: newAlert('a1') })], NOW);
    expect((await ask({ method: 'DELETE', url: '/api/v1/alerts/a1' })).statusCode).toBe(202);
    expect((await logged()).at(-1)).toEqual({ kind: 'dismiss', alertId: 'a1', by: 'key-1' });
    expect((await ask({ method: 'DELETE', url: '/api/v1/alerts/a9' })).statusCode).toBe(404);
  }));

test('a path that is not there, and a method that is not', () =>
  withApi(async ({ ask }) => {
    for (const request of [{ url: '/api/v2/rules' }, { method: 'POST', url: '/api/v1/rules' }, { url: '/' }] as const) {
      const answer = await ask(request);
      expect([answer.statusCode, answer.json().error.code]).toEqual([404, 'route_not_found']);
    }
  }));

test('a request line over its limit is refused and counted; one below is read', () =>
  withApi(async ({ ask }) => {
    const long = await ask({ url: `/api/v1/rules?search=${'x'.repeat(70_000)}` });
    expect([long.statusCode, long.json().error.code]).toEqual([414, 'request_line_too_long']);
    expect((await ask({ url: `/api/v1/rules?search=${'x'.repeat(60_000)}` })).json().error.code).toBe('query_invalid');
    expect((await ask({ url: '/metrics' })).body).toContain(
      'cloudbell_limit_hits_total{limit="request_line_bytes"} 1\n',
    );
  }));

test('an unexpected failure says only its request id', () =>
  withApi(
    async ({ app }) => {
      const answer = await app.inject({ url: '/broken' });
      expect([answer.statusCode, answer.json().error.code]).toEqual([500, 'internal_error']);
      expect(answer.json().error.requestId).toMatch(/-1$/);
      expect(answer.body).not.toContain('secret');
    },
    { plugins: [async (app) => void app.get('/broken', () => Promise.reject(new Error('secret')))] },
  ));

test('plugins stand beside the API with parsers of their own, and can ask for credentials', () => {
  const plugin: FastifyPluginAsync = async (app) => {
    app.addContentTypeParser('application/json', { parseAs: 'string' }, async (_: unknown, body: string) => ({
      raw: body,
    }));
    app.post('/inbox/a', (request) => request.body);
    app.get('/inbox/a', { onRequest: app.authenticate }, (request) => ({ account: request.principal?.account }));
  };
  return withApi(
    async ({ app, ask }) => {
      const posted = await app.inject({
        method: 'POST',
        url: '/inbox/a',
        payload: '{',
        headers: { 'content-type': 'application/json' },
      });
      expect(posted.json()).toEqual({ raw: '{' });
      expect((await app.inject({ url: '/inbox/a' })).statusCode).toBe(401);
      expect((await ask({ url: '/inbox/a' })).json()).toEqual({ account: '1000000000000001' });
    },
    { plugins: [plugin] },
  );
});

const well: Standing = {
  now: NOW,
  eventLoopDelayMs: 1,
  history: { value: null, fault: 'not asked' },
  evaluation: { fault: null, value: { foldLagMs: 30_000, backlog: 10_000, refusing: null } as never },
  outbox: { fault: null, value: { pending: 1, sending: 1, oldestDueAt: 0, oldestHealthyDueAt: NOW - 300_000 } },
  courier: { fault: null, value: { outboxFailures: 0 } as never },
};
const silent = { value: null, fault: 'no answer within 2000 ms' } as const;
test.each<[string, Partial<Standing>, string[], string]>([
  ['everything at its limit', {}, [], ''],
  [
    'evaluation late',
    { evaluation: { fault: null, value: { foldLagMs: 30_001, backlog: 0, refusing: null } as never } },
    ['evaluation'],
    'Cloudbell is behind',
  ],
  [
    'appends waiting',
    { evaluation: { fault: null, value: { foldLagMs: 0, backlog: 10_001, refusing: null } as never } },
    ['log'],
    'Cloudbell is behind',
  ],
  [
    'the log refusing',
    { evaluation: { fault: null, value: { foldLagMs: 0, backlog: 0, refusing: 'disk full' } as never } },
    ['log'],
    'disk full',
  ],
  [
    'a delivery waiting',
    { outbox: { fault: null, value: { pending: 1, sending: 0, oldestDueAt: 0, oldestHealthyDueAt: NOW - 300_001 } } },
    ['courier'],
    'Cloudbell is behind',
  ],
  [
    'the courier unable to record',
    { courier: { fault: null, value: { outboxFailures: 2 } as never } },
    ['courier'],
    '2 times',
  ],
  ['a late event loop', { eventLoopDelayMs: 1001 }, ['event_loop'], 'Cloudbell is behind'],
  ['a stuck log', { evaluation: silent }, ['log', 'evaluation'], 'no answer'],
  ['a stuck store', { outbox: silent }, ['store'], 'no answer'],
])('ready? %s', (_, change, failing, message) => {
  const { ready, checks } = readinessOf({ ...well, ...change }, DEFAULT_API_SETTINGS.readiness);
  expect(ready).toBe(failing.length === 0);
  const failed = checks.filter((check) => !check.ok);
  expect(failed.map((check) => check.name)).toEqual(failing);
  for (const check of failed) expect(check.message).toContain(message);
});

test('/readyz answers 503 while behind, and soon while a room is stuck; /healthz is alive all the same', () =>
  withApi(async ({ ask, state, clock }) => {
    expect((await ask({ url: '/readyz', isKnown: false })).json().ready).toBe(true);
    state.evaluation = { ...state.evaluation, foldLagMs: 31_000 };
    expect((await ask({ url: '/readyz' })).statusCode).toBe(503);
    state.isStuck = true;
    const waiting = ask({ url: '/readyz' });
    await clock.advance(2000);
    const stuck = await waiting;
    expect([stuck.statusCode, stuck.body.includes('no answer within 2000 ms')]).toEqual([503, true]);
    expect((await ask({ url: '/healthz' })).json()).toEqual({ status: 'alive', version: '1.2.3' });
  }));

test('/metrics shows what the rooms say, and no id', () =>
  withApi(async ({ ask, state }) => {
    state.evaluation = { ...state.evaluation, foldLagMs: 1500, appendMs: 3, commitMs: 4, lateSamples: 7 };
    await ask({ url: '/api/v1/rules/secret-rule' });
    const { body, headers } = await ask({ url: '/metrics', isKnown: false });
    expect(headers['content-type']).toMatch(/^text\/plain; version=0.0.4/);
    for (const line of [
      'cloudbell_fold_lag_seconds 1.5',
      'cloudbell_log_append_seconds 0.003',
      'cloudbell_commit_seconds 0.004',
      'cloudbell_fold_late_samples_total 7',
      'cloudbell_room_answers{room="evaluation"} 1',
      'cloudbell_delivery_oldest_due_age_seconds 0',
      'cloudbell_attempts_total{outcome="timeout"} 4',
      'cloudbell_delivery_latency_seconds_bucket{le="0.025"} 2',
      'cloudbell_delivery_latency_seconds_bucket{le="+Inf"} 3',
      'cloudbell_http_requests_total{method="GET",route="/api/v1/rules/:ruleId",status="404"} 1',
      'cloudbell_build_info{version="1.2.3"} 1',
    ])
      expect(body).toContain(`${line}\n`);
    expect(body).toContain('cloudbell_event_loop_delay_p99_seconds ');
    expect(body).not.toContain('secret-rule');
    expect(body.match(/^# TYPE (\S+)/gm)).toHaveLength(new Set(body.match(/^# TYPE (\S+)/gm)).size);
  }));

test('what is not HTTP, and heads that are too large, get an answer too', () =>
  withApi(async ({ app, ask }) => {
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const say = async (text: string): Promise<string> => {
      const socket = connect(port, '127.0.0.1');
      let answer = '';
      socket.on('data', (chunk) => {
        answer += chunk;
      });
      socket.on('error', () => undefined);
      socket.end(text);
      await once(socket, 'close');
      return answer;
    };
    expect(await say('\x16\x03\x01 hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"request_malformed"/);
    const head = `GET /healthz HTTP/1.1\r\nhost: a\r\nx-long: ${'x'.repeat(20_000)}\r\nconnection: close\r\n\r\n`;
    expect(await say(head)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await say(head.replace('x-long: ', `x-long: ${'x'.repeat(1 << 20)}`))).toMatch(
      /^HTTP\/1\.1 431 [\s\S]*"code":"headers_too_large"/,
    );
    expect((await ask({ url: '/metrics' })).body).toContain('cloudbell_limit_hits_total{limit="header_bytes"} 1\n');
  }));
