import { remedyOf } from '@cloudbell/core/notify/remedy.ts';
import { expect, test } from 'vitest';
import type { EndpointStatus } from '../ports/courier.ts';
import { ACCOUNT, NOW, newAlert, newEffect, newIntent, newRule } from '../ports/store-fixtures.contract.ts';
import type { EndpointRow } from '../ports/store-reader.ts';
import { type Fixture, openFixture, RULE } from './api-fixture.contract.ts';
import { endpointStanding } from './endpoints.ts';

const TOKEN = 'abcd0f57e4f2b94cb3e35b2f0a6c2b1e';
const ROW: EndpointRow = {
  ...{ endpoint: 'http://a.example/hook', channel: 'callback', deliveryId: 'd1', createdAt: NOW },
  ...{ lastAttempt: null, queued: 0, oldestQueuedAt: null },
};
const SEEN: EndpointStatus = {
  ...{ endpoint: ROW.endpoint, channel: 'callback', cap: 4, inFlight: 0, failing: false, failuresInARow: 0 },
  ...{ failingSince: null, lastOutcome: null, lastStatus: null, lastSuccessAt: null, lastFailureAt: null },
  ...{
    lastError: null,
    waitingUntil: null,
    outcomes: {},
    recent: { accepted: 0, failed: 0, p50Ms: null, p99Ms: null },
  },
};

test.each<[string, Partial<EndpointRow>, Partial<EndpointStatus> | null, object]>([
  ['nothing has ended yet', {}, null, { state: 'untried', lastError: null, hint: null }],
  [
    'one failure is enough to be told, with what to do',
    {},
    {
      lastOutcome: 'status',
      lastStatus: 404,
      lastError: 'Answered 404 Not Found.',
      failuresInARow: 1,
      failingSince: NOW,
    },
    { state: 'failing', failingSince: NOW, lastError: 'Answered 404 Not Found.', hint: expect.stringMatching(/path/) },
  ],
  [
    'a robot that throttles waits',
    { channel: 'dingtalk' },
    { lastOutcome: 'throttled', lastStatus: 130101, lastError: 'The robot takes no more.', waitingUntil: NOW + 9 },
    { state: 'waiting', lastError: 'The robot takes no more.', hint: null, waitingUntil: NOW + 9, failingSince: null },
  ],
  [
    'no SMTP server waits for the settings',
    { channel: 'email', endpoint: 'a@b.example' },
    { lastOutcome: 'not_configured', lastError: 'No SMTP server is configured.' },
    { state: 'waiting', lastError: 'No SMTP server is configured.' },
  ],
  [
    'a used-up budget waits',
    {},
    { lastOutcome: 'accepted', waitingUntil: NOW + 1 },
    { state: 'waiting', lastError: null },
  ],
  ['well', {}, { lastOutcome: 'accepted', lastStatus: 200, lastSuccessAt: NOW }, { state: 'well', lastSuccessAt: NOW }],
])('%s', (_, row, seen, wanted) => {
  expect(endpointStanding({ ...ROW, ...row }, seen === null ? null : { ...SEEN, ...seen })).toMatchObject(wanted);
});

test('what attempts came to lately, and how long the queue takes', () => {
  const recent = { accepted: 30, failed: 10, p50Ms: 20, p99Ms: 700 };
  const busy = endpointStanding({ ...ROW, queued: 1000 }, { ...SEEN, cap: 8, recent });
  expect(busy).toMatchObject({ failureRatio: 0.25, latencyP50Ms: 20, latencyP99Ms: 700, cap: 8, drainMs: 2500 });
  expect(endpointStanding({ ...ROW, queued: 1 }, { ...SEEN, failing: true, recent })).toMatchObject({
    failing: true,
    drainMs: null,
  });
  expect(endpointStanding(ROW, null)).toMatchObject({ failing: false, failureRatio: null, cap: 4, drainMs: 0 });
});

test('every failure of a callback that is told has something to do', () => {
  expect(remedyOf({ channel: 'callback', outcome: 'timeout', status: null })).not.toBeNull();
});

async function withTwoEndpoints(story: (api: Fixture) => Promise<void>): Promise<void> {
  const api = await openFixture();
  const sent = (alertId: string, webhook: string) =>
    newEffect(alertId, {
      alert: newAlert(alertId),
      notification: newIntent({ rule: { ...newRule('r1', { webhook }), version: 1 } }),
    });
  try {
    await api.commit([sent('a', `http://u:pw@a.example/hook?token=${TOKEN}`)], NOW);
    await api.commit(
      [sent('b', `http://u:pw@a.example/hook?token=${TOKEN}2`), sent('c', 'http://c.example/')],
      NOW + 1,
    );
    await story(api);
  } finally {
    await api.close();
  }
}

test('endpoints are listed, failing ones first, without what is secret in them', () =>
  withTwoEndpoints(async ({ ask, state }) => {
    const failing = { ...SEEN, endpoint: 'http://c.example/', lastOutcome: 'refused', failuresInARow: 2 } as const;
    state.courier = { ...state.courier, endpoints: [failing] };
    const answer = await ask({ url: '/api/v1/endpoints' });
    expect(answer.json()).toMatchObject({ failing: 1, waiting: 0, hasMore: false });
    expect(answer.json().items.map((one: { endpoint: string; queued: number }) => [one.endpoint, one.queued])).toEqual([
      ['http://c.example/', 1],
      ['http://…@a.example/hook?token=abcd…', 1],
      ['http://…@a.example/hook?token=abcd…', 1],
    ]);
    expect((await ask({ url: '/api/v1/endpoints?limit=1' })).json()).toMatchObject({ failing: 1, hasMore: true });
  }));

test('deliveries show an endpoint without its secrets, and are found by what is shown, or by the whole', () =>
  withTwoEndpoints(async ({ ask }) => {
    const found = async (endpoint: string) => {
      const answer = await ask({ url: `/api/v1/deliveries?endpoint=${encodeURIComponent(endpoint)}` });
      expect(answer.body).not.toContain(TOKEN);
      return answer.json().items.map((delivery: { alertId: string }) => delivery.alertId);
    };
    expect(await found('http://…@a.example/hook?token=abcd…')).toEqual(['b', 'a']);
    expect(await found(`http://u:pw@a.example/hook?token=${TOKEN}`)).toEqual(['a']);
    expect(await found('http://c.example/')).toEqual(['c']);
    expect(await found('http://x.example/…')).toEqual([]);
    const [{ deliveryId }] = (await ask({ url: '/api/v1/deliveries?channel=callback' })).json().items;
    expect((await ask({ url: `/api/v1/deliveries/${deliveryId}` })).body).not.toContain(TOKEN);
    expect((await ask({ url: '/api/v1/deliveries?channel=email' })).json().items).toEqual([]);
  }));

test('the callback of a rule: whole for who may change it, shortened for a viewer; a shortened one is refused', async () => {
  const api = await openFixture();
  try {
    const webhook = `http://127.0.0.1:9099/hook?token=${TOKEN}`;
    await api.ask({ method: 'PUT', url: '/api/v1/rules/r1', body: { ...RULE, webhook } });
    expect((await api.ask({ url: '/api/v1/rules/r1' })).json().webhook).toBe(webhook);
    await api.putUser('vera', 'viewer');
    const headers = await api.signIn('vera');
    for (const url of ['/api/v1/rules/r1', '/api/v1/rules']) {
      const answer = await api.ask({ url, headers, isKnown: false });
      expect([answer.statusCode, answer.body.includes(TOKEN)]).toEqual([200, false]);
      expect(answer.body).toContain('http://127.0.0.1:9099/hook?token=abcd…');
    }
    const body = { ...RULE, webhook: 'http://127.0.0.1:9099/hook?token=abcd…' };
    const refused = await api.ask({ method: 'PUT', url: '/api/v1/rules/r1', body });
    expect([refused.statusCode, refused.json().error.code]).toEqual([400, 'callback_url_invalid']);
    expect((await api.store.rules.get(ACCOUNT, 'r1'))?.rule.webhook).toBe(webhook);
  } finally {
    await api.close();
  }
});
