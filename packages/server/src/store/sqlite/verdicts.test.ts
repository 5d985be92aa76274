/**
 * Goal: what follows from an attempt beside the delivery itself: word to the fallback group when one is exhausted, and
 * events when an endpoint begins and ceases to fail; each in the transaction of the verdict, and each once. Method: the
 * real store, with the deliveries that the real expansion makes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EndpointTurn } from '@cloudbell/core/event/endpoint-event.ts';
import type { ClaimedDelivery } from '@cloudbell/core/notify/delivery.ts';
import { expandEvent, expandNotification } from '@cloudbell/core/notify/expand.ts';
import { readMessageBody } from '@cloudbell/core/notify/message-body.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hmacBase64, sha256Hex } from '../../base/digest.ts';
import type { Settlement } from '../../ports/outbox.ts';
import {
  ACCOUNT,
  type Committer,
  NOW,
  newCommitter,
  newEffect,
  newIntent,
  newRule,
} from '../../ports/store-fixtures.contract.ts';
import { openSqliteStore, type Store } from './store.ts';

const HOOK = 'http://a.example/hook';
const SECRETS = { primary: 'whsec_Y2xvdWRiZWxs', previous: null };
const ROBOT = 'http://robot.example/send?access_token=0123456789abcdef';
let dataDir: string;
let store: Store;
let commit: Committer;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'cloudbell-store-'));
  store = open();
  for (const name of ['ada', 'bob']) {
    const dingtalk = name === 'bob' ? { webhook: ROBOT, secret: null } : null;
    await store.contacts.putContact({ account: ACCOUNT, name, email: `${name}@a.example`, dingtalk }, NOW);
  }
  await store.contacts.putGroup({ account: ACCOUNT, name: 'ops', contacts: ['ada'] });
  await store.contacts.putGroup({ account: ACCOUNT, name: 'night', contacts: ['ada', 'bob'] });
  await store.rules.put(newRule('r1'), null, NOW);
  commit = await newCommitter(store.commits);
});
afterEach(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true });
});

const open = (fallbackGroup: string | null = 'night'): Store =>
  openSqliteStore({
    ...{ dataDir, fallbackGroup, limits: { rulesPerAccountMax: 10 } },
    expandEvent: (notification) => expandEvent(notification, { digest: sha256Hex }),
    expand: (notification, book) =>
      expandNotification(
        notification,
        { defaultProfile: 'classic', secrets: SECRETS },
        { digest: sha256Hex, hmacBase64, ...book },
      ),
  });

/** An alert of this rule fires; by the webhook and the contact group, or only one of them. */
const fire = (alertId: string, rule = {}) =>
  commit([
    newEffect(alertId, {
      notification: newIntent({ rule: { ...newRule('r1', { contactGroups: [], ...rule }), version: 1 } }),
    }),
  ]);
const claim = (now = NOW) => store.outbox.claim({ now, limit: 100, room: {}, defaultRoom: 100 });
const ended = (
  claimed: ClaimedDelivery,
  state: 'delivered' | 'exhausted',
  turn: EndpointTurn | null = null,
): Settlement => ({
  ...{ deliveryId: claimed.deliveryId, attemptId: claimed.attemptId, state, nextAttemptAt: null, turn },
  result: {
    ...{ startedAt: NOW + 10, durationMs: 5, status: 500, answer: null, retryAfterMs: null },
    ...(state === 'delivered' ? { outcome: 'accepted', error: null } : { outcome: 'status', error: 'answered 500' }),
  },
});
const exhaust = async (claimed: readonly ClaimedDelivery[]) =>
  store.outbox.settle(claimed.map((each) => ended(each, 'exhausted')));
const addresses = (claimed: readonly ClaimedDelivery[]) => claimed.map(({ endpoint }) => endpoint).sort();

test('what a callback did not take goes to the fallback group, at once, in words, and says so', async () => {
  await fire('web-1');
  const first = await claim();
  await exhaust(first);
  const fallback = await claim(NOW + 15);
  expect(addresses(fallback)).toEqual(['ada@a.example', 'bob@a.example', ROBOT]);
  const insteadOf = { channel: 'callback', endpoint: HOOK, error: 'answered 500' };
  for (const { body, alertId, ruleId } of fallback) {
    expect([alertId, ruleId]).toEqual([first[0]?.alertId, 'r1']);
    expect(readMessageBody(body)).toMatchObject({ kind: 'alert', level: 'WARN', value: 97.39, insteadOf });
  }
  expect((await store.outbox.status(NOW + 15, [])).pending).toBe(0);
});

test('a fallback that nobody takes goes no further; nor does a delivery that is replayed tell anybody twice', async () => {
  await fire('web-1');
  const [callback] = await claim();
  await exhaust([callback!]);
  await exhaust(await claim(NOW + 15));
  expect(await claim(NOW + 1000)).toEqual([]);
  await store.outbox.replay(callback!.deliveryId, NOW + 1000);
  await exhaust(await claim(NOW + 1000));
  expect(await claim(NOW + 2000)).toEqual([]);
});

test('a mailbox that fails is not told of itself', async () => {
  await fire('web-1', { webhook: null, contactGroups: ['ops'] });
  await exhaust(await claim());
  expect(addresses(await claim(NOW + 15))).toEqual(['bob@a.example', ROBOT]);
});

test('a result that is settled twice falls back once; one that was recorded interrupted does not', async () => {
  await fire('web-1');
  const [callback] = await claim();
  await Promise.all([exhaust([callback!]), exhaust([callback!])]);
  expect(await claim(NOW + 15)).toHaveLength(3);
  await fire('web-2');
  const [lost] = await claim(NOW + 20);
  await store.outbox.recover(NOW + 30, { channels: {} });
  await exhaust([lost!]);
  expect(addresses(await claim(NOW + 30))).toContain(HOOK);
});

test('without a fallback group a delivery is exhausted, and that is that', async () => {
  await store.close();
  store = open(null);
  commit = await newCommitter(store.commits);
  await fire('web-9');
  await exhaust(await claim());
  expect(await claim(NOW + 15)).toEqual([]);
});

const began: EndpointTurn = { kind: 'began_failing', since: NOW - 31_000 };
const recovered: EndpointTurn = { kind: 'recovered', since: NOW };
const watchEndpoints = () =>
  store.events.putRule(
    {
      ...{
        account: ACCOUNT,
        ruleId: 'endpoints',
        ruleName: 'Endpoints',
        enabled: true,
        product: 'Cloudbell',
        types: [],
      },
      ...{ levels: [], names: ['Endpoint:*'], statuses: [], keyword: null, contactGroups: ['night'], silenceTime: 0 },
    } as never,
    null,
    NOW,
  );
const told = (claimed: readonly ClaimedDelivery[]) =>
  claimed.map(({ endpoint, body }) => {
    const message = readMessageBody(body);
    return [endpoint, message.kind === 'event' ? message.name : message.kind];
  });

test('an endpoint that begins to fail, and one that recovers, is told once each episode, over restarts', async () => {
  await store.close();
  store = open(null);
  commit = await newCommitter(store.commits);
  await watchEndpoints();
  for (const id of ['a', 'b', 'c', 'd']) await fire(id);
  const [a, b, c, d] = await claim();
  await store.outbox.settle([ended(a!, 'exhausted', began)]);
  const failing = [
    ['ada@a.example', 'Endpoint:Failing'],
    ['bob@a.example', 'Endpoint:Failing'],
    [ROBOT, 'Endpoint:Failing'],
  ];
  const first = await claim(NOW + 15);
  expect(told(first).sort()).toEqual(failing.sort());
  await store.outbox.settle([...first.map((each) => ended(each, 'delivered')), ended(b!, 'exhausted', began)]);
  expect(await claim(NOW + 20)).toEqual([]);
  expect(await store.outbox.failing(NOW)).toEqual([{ endpoint: HOOK, channel: 'callback', since: began.since }]);
  await store.outbox.settle([ended(c!, 'delivered', recovered), ended(d!, 'delivered', recovered)]);
  const last = await claim(NOW + 20);
  expect(new Set(told(last).map(([, name]) => name))).toEqual(new Set(['Endpoint:Recovered']));
  expect(last).toHaveLength(3);
  expect(readMessageBody(last[0]!.body)).toMatchObject({
    content: `The callback ${HOOK} takes deliveries again, after 31 s.`,
  });
  expect(await store.outbox.failing(NOW)).toEqual([]);
});

test('of its own failure an endpoint is told nothing, and its token is shown to nobody', async () => {
  await watchEndpoints();
  await store.contacts.putGroup({ account: ACCOUNT, name: 'ops', contacts: ['bob'] });
  await fire('a', { webhook: null, contactGroups: ['ops'] });
  const claimed = await claim();
  const robot = claimed.find(({ endpoint }) => endpoint === ROBOT)!;
  const mail = claimed.find(({ endpoint }) => endpoint !== ROBOT)!;
  await store.outbox.settle([ended(mail, 'delivered'), ended(robot, 'delivered', began)]);
  const notices = await claim(NOW + 15);
  expect(addresses(notices)).toEqual(['ada@a.example', 'bob@a.example']);
  expect(new TextDecoder().decode(notices[0]!.body)).not.toContain('0123456789abcdef');
});

test('after a week nobody is said to fail any more', async () => {
  await fire('a');
  await store.outbox.settle([ended((await claim())[0]!, 'exhausted', began)]);
  expect(await store.outbox.failing(NOW + 6 * 86_400_000)).toHaveLength(1);
  expect(await store.outbox.failing(NOW + 8 * 86_400_000)).toEqual([]);
});
