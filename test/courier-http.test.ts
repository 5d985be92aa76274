/**
 * Goal: the courier, the callback channel and the SQLite outbox together do over real sockets what each does alone:
 * order in a lane over a real retry, isolation from a receiver that hangs, nothing sent again after a restart.
 * Method: one run of about 8 s with four receivers side by side; the timelines in full are packages/server/src/deliver
 * (simulated time) and test/end-to-end/retries.long.test.ts (real time).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAddressPolicy } from '@cloudbell/server/base/address-policy.ts';
import { systemClock } from '@cloudbell/server/base/clock.ts';
import { hmacBase64 } from '@cloudbell/server/base/digest.ts';
import { systemRandom } from '@cloudbell/server/base/random.ts';
import { createCallbackChannel } from '@cloudbell/server/channel/callback/channel.ts';
import { createResolver } from '@cloudbell/server/channel/http/resolver.ts';
import { Courier } from '@cloudbell/server/deliver/courier.ts';
import type { Channel } from '@cloudbell/server/ports/channel.ts';
import { type NewDelivery, newDelivery } from '@cloudbell/server/ports/outbox-bench.contract.ts';
import { newAlert, newCommitter, newEffect, newIntent } from '@cloudbell/server/ports/store-fixtures.contract.ts';
import { openSqliteStore } from '@cloudbell/server/store/sqlite/store.ts';
import { afterAll, expect, test } from 'vitest';
import { answer, hang, type Received, Receiver } from './end-to-end/receiver.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'cloudbell-courier-'));
const drafts = new Map<string, NewDelivery>();
const store = openSqliteStore({
  expandEvent: () => [],
  dataDir,
  limits: { rulesPerAccountMax: 10 },
  expand: ({ intent }) => {
    const { alertId: _a, ruleId: _r, triggerLevel: _t, createdAt: _c, ...draft } = drafts.get(intent.transId ?? '')!;
    return [draft];
  },
});
const channel = createCallbackChannel({
  clock: systemClock,
  policy: createAddressPolicy(['loopback']),
  secrets: () => ({ primary: 'whsec_Y2xvdWRiZWxsLXZlY3Rvci1zZWNyZXQtMDAwMDAx', previous: null }),
  hmacBase64,
  settingsOf: () => null,
  userAgent: 'Cloudbell/0.1.0',
  resolver: createResolver({ clock: systemClock }),
  // So long that no slow minute ends the hung attempts before the others have arrived.
  deadlineMs: 60_000,
});
afterAll(async () => {
  await channel.close();
  await store.close();
  rmSync(dataDir, { recursive: true });
});

const startCourier = async (): Promise<Courier> => {
  const courier = new Courier({
    outbox: store.outbox,
    channels: new Map<'callback', Channel>([['callback', channel]]),
    clock: systemClock,
    random: systemRandom,
    logger: {
      info: () => undefined,
      warn: () => undefined,
      error: (fields, message) => expect.unreachable(`${message} ${JSON.stringify(fields)}`),
    },
  });
  await courier.start();
  return courier;
};

const idOf = (received: Received): string => String(received.headers['webhook-id']);

/** A port that nothing listens on. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

test('order, isolation and restart over real sockets', async () => {
  const failed = new Set<string>();
  const [healthy, hung, flaky] = await Promise.all([
    Receiver.open(),
    Receiver.open(hang),
    Receiver.open((response, request) => {
      const first = !failed.has(idOf(request)) && idOf(request) === 'flaky-1';
      failed.add(idOf(request));
      answer(first ? 500 : 204)(response, request);
    }),
  ]);
  const refused = `http://127.0.0.1:${await closedPort()}/hook`;
  const commit = await newCommitter(store.commits);
  let courier = await startCourier();
  const send = async (
    endpoint: string,
    ...deliveries: readonly { readonly id: string; readonly alert: string }[]
  ): Promise<void> => {
    const createdAt = systemClock.wallMs();
    const effects = deliveries.map(({ id, alert }) => {
      drafts.set(id, { ...newDelivery(id, { alert, createdAt }), endpoint, lane: `${endpoint} ${alert}` });
      const intent = newIntent({ transId: id });
      return newEffect(alert, { alert: newAlert(alert), notification: intent });
    });
    await commit(effects, createdAt);
    await courier.wake();
  };

  await send(`${hung.url}/hook`, ...Array.from({ length: 30 }, (_, n) => ({ id: `hung-${n}`, alert: `h${n}` })));
  await send(refused, { id: 'refused-1', alert: 'r' });
  await send(`${flaky.url}/hook`, { id: 'flaky-1', alert: 'f' }, { id: 'flaky-2', alert: 'f' });
  for (let round = 1; round <= 10; round++) {
    await send(
      `${healthy.url}/hook`,
      ...Array.from({ length: 10 }, (_, n) => ({ id: `healthy-${n}-${round}`, alert: `a${n}` })),
    );
  }

  // A hundred deliveries arrive while four hang, those of one alert in order.
  await healthy.until(100);
  expect(hung.received.every((each) => each.closedAt === null)).toBe(true);
  expect(hung.received).toHaveLength(4);
  for (let n = 0; n < 10; n++) {
    const ofAlert = healthy.received.map(idOf).filter((id) => id.startsWith(`healthy-${n}-`));
    expect(ofAlert).toEqual(Array.from({ length: 10 }, (_, round) => `healthy-${n}-${round + 1}`));
  }

  // The second of a lane waits for the retry of the first, which is the same bytes under the same id.
  const [first, retry, second] = await flaky.until(3);
  expect([first, retry, second].map((each) => [idOf(each!), each!.headers['cloudbell-attempt']])).toEqual([
    ['flaky-1', '1'],
    ['flaky-1', '2'],
    ['flaky-2', '1'],
  ]);
  expect(retry!.body).toBe(first!.body);
  expect(retry!.at - first!.at).toBeGreaterThanOrEqual(1000 - 5);

  // What hangs beyond the courier's patience when stopping is cut off: recorded interrupted, pending again.
  await courier.stop();
  expect(await store.outbox.status(systemClock.wallMs(), [])).toMatchObject({ pending: 31, sending: 0 });
  const { endpoints, delivered } = await courier.status();
  expect(delivered).toBe(102);
  expect(endpoints.find((each) => each.endpoint === refused)?.outcomes).toMatchObject({ refused: expect.any(Number) });
  expect(endpoints.find((each) => each.endpoint.startsWith(hung.url))).toMatchObject({
    inFlight: 0,
    outcomes: { interrupted: 4 },
  });

  courier = await startCourier();
  const before = hung.received.length;
  await hung.until(before + 1);
  expect([healthy.received.length, flaky.received.length]).toEqual([100, 3]);
  await Promise.all([courier.stop(), hung.close(), healthy.close(), flaky.close()]);
});
