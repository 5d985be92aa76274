import type { ClaimedDelivery } from '@cloudbell/core/notify/delivery.ts';
import { expect, test } from 'vitest';
import { again, delivered, exhausted } from '../ports/outbox-bench.contract.ts';
import { NOW, newAlert, newEffect, newIntent, newRule } from '../ports/store-fixtures.contract.ts';
import { type Fixture, openFixture } from './api-fixture.contract.ts';

// Goal: what could not be delivered is found and sent again, with a rate, and without a way around the rules of lanes.

const A = 'http://a.example/hook?token=abcd0f57e4f2b94cb3e35b2f';
const B = 'http://b.example/hook';

/** Alerts a0, a1 … at A and b at B, each with one delivery that the outcome given is settled with. */
async function withLetters(
  settle: (claimed: ClaimedDelivery) => ReturnType<typeof delivered>,
  story: (api: Fixture & { claim: (now?: number) => Promise<ClaimedDelivery[]> }) => Promise<void>,
): Promise<void> {
  const api = await openFixture();
  const notified = (alertId: string, webhook: string) =>
    newEffect(alertId, {
      alert: newAlert(alertId),
      notification: newIntent({ rule: { ...newRule('r1', { webhook }), version: 1 } }),
    });
  const claim = (now = NOW) => api.store.outbox.claim({ now, limit: 100, room: {}, defaultRoom: 100 });
  try {
    await api.commit(
      Array.from({ length: 20 }, (_, at) => notified(`a${at}`, A)),
      NOW,
    );
    await api.commit([notified('b', B)], NOW + 5);
    await api.store.outbox.recover(NOW + 5, { channels: {} });
    await api.store.outbox.settle((await claim(NOW + 5)).map(settle));
    await story({ ...api, claim });
  } finally {
    await api.close();
  }
}

test('exhausted ones are listed, and replayed by filter, so many a second', () =>
  withLetters(exhausted, async ({ ask, claim, state }) => {
    const listed = (await ask({ url: '/api/v1/deliveries?status=exhausted&limit=50' })).json();
    expect(listed.items).toHaveLength(21);
    const replay = (body: object) => ask({ method: 'POST', url: '/api/v1/deliveries/replay', body });
    const { endpoint } = listed.items.at(-1);
    expect(endpoint).not.toContain('0f57');
    const first = await replay({ endpoint, ratePerSecond: 100 });
    expect(first.statusCode).toBe(202);
    const { replayed, more, lastDueAt } = first.json();
    expect([replayed, more, state.wakes]).toEqual([20, false, 1]);
    const claimed = await claim(lastDueAt);
    expect(claimed.map((each) => each.endpoint)).toEqual(Array.from({ length: 20 }, () => A));
    expect(claimed[0]).toMatchObject({ replay: true, judgedAttempts: 0, alertStateNow: 'ALERT' });
    expect((await replay({ ruleId: 'nobody' })).json()).toEqual({ replayed: 0, more: false, lastDueAt: null });
    expect((await replay({ until: NOW + 5 })).json()).toMatchObject({ replayed: 0 });
    expect((await replay({})).json()).toMatchObject({ replayed: 1, more: false });
  }));

test('a slow rate takes only as much as fits; the rest is left for another request', () =>
  withLetters(exhausted, async ({ store, ask }) => {
    const body = { ratePerSecond: 1, since: NOW };
    expect((await ask({ method: 'POST', url: '/api/v1/deliveries/replay', body })).json()).toMatchObject({
      replayed: 21,
    });
    expect(await store.outbox.nextDueAt(0)).not.toBeNull();
  }));

test.each<[string, object, string | undefined]>([
  ['a rate of nothing', { ratePerSecond: 0 }, 'ratePerSecond'],
  ['a rate without measure', { ratePerSecond: 101 }, 'ratePerSecond'],
  ['a field that does not exist', { state: 'delivered' }, 'state'],
  ['a time that is none', { since: 'yesterday' }, 'since'],
])('refused: %s', (_, body, field) =>
  withLetters(exhausted, async ({ ask }) => {
    const answer = await ask({ method: 'POST', url: '/api/v1/deliveries/replay', body });
    expect([answer.statusCode, answer.json().error.code, answer.json().error.field]).toEqual([
      400,
      'replay_invalid',
      field,
    ]);
  }),
);

test('an alert that has ended since says so in its replay', () =>
  withLetters(exhausted, async ({ ask, commit, claim }) => {
    await commit(
      [newEffect('b', { alert: newAlert('b', { state: 'OK', level: 'OK' }), notification: null })],
      NOW + 10,
    );
    await commit([newEffect('a0', { alert: newAlert('a0'), ended: true, notification: null })], NOW + 11);
    const { lastDueAt } = (
      await ask({ method: 'POST', url: '/api/v1/deliveries/replay', body: { ratePerSecond: 100 } })
    ).json();
    const states = new Map((await claim(lastDueAt)).map((each) => [each.alertId, each.alertStateNow]));
    expect([states.get('b'), states.get('a0'), states.get('a1')]).toEqual(['OK', 'ENDED', 'ALERT']);
  }));

test('the planned attempt of a waiting delivery is made now; what waits for none says why', () =>
  withLetters(
    (claimed) => (claimed.endpoint === A ? delivered(claimed) : again(claimed, 'status', 4_000_000_000_000)),
    async ({ ask, claim, state }) => {
      const { items } = (await ask({ url: '/api/v1/deliveries?limit=50' })).json();
      const retry = (of: { deliveryId: string }) =>
        ask({ method: 'POST', url: `/api/v1/deliveries/${of.deliveryId}/retry` });
      const waiting = items.find((each: { state: string }) => each.state === 'pending');
      const done = items.find((each: { state: string }) => each.state === 'delivered');
      expect((await retry(waiting)).statusCode).toBe(202);
      expect(state.wakes).toBe(1);
      const refused = [await retry(waiting), await retry(done)];
      const [claimed] = await claim(4_000_000_000_000);
      expect(claimed).toMatchObject({ deliveryId: waiting.deliveryId, judgedAttempts: 1, replay: false });
      refused.push(await retry(waiting));
      expect(refused.map((answer) => [answer.statusCode, answer.json().error.message])).toEqual([
        [409, 'The delivery is due already.'],
        [409, 'The delivery is delivered.'],
        [409, 'An attempt of the delivery is under way.'],
      ]);
      expect((await retry({ deliveryId: 'nobody' })).statusCode).toBe(404);
    },
  ));
