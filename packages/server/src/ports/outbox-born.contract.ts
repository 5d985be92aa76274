import { expect, test } from 'vitest';
import type { BornRequest } from './outbox.ts';
import { again, type Bench, delivered, exhausted, ids, NOW, newDelivery } from './outbox-bench.contract.ts';

const ROOM: BornRequest = { limit: 100, room: {}, defaultRoom: 100, channels: ['callback'] };

/** Deliveries that a commit makes and claims at once, and claims that are undone (ports/outbox.ts). */
export function describeBornClaims({ add, claim, outbox }: Bench): void {
  const lane = { endpoint: 'a', alert: 'x' };

  test('born claimed: as a claim would have it, with an attempt begun, and not handed out again', async () => {
    const born = outbox().claimBorn(ROOM);
    await add(newDelivery('d1', lane));
    const [claimed] = await born;
    expect(claimed).toMatchObject({ deliveryId: 'd1', judgedAttempts: 0, replay: false, createdAt: NOW, ruleId: 'r1' });
    expect(new TextDecoder().decode(claimed?.body)).toBe('id=d1&curValue=97.39');
    expect(await outbox().status(NOW, [])).toMatchObject({ pending: 0, sending: 1 });
    expect(await claim()).toEqual([]);
    await outbox().settle([again(claimed, 'status', NOW + 1)]);
    const [second] = await claim({ now: NOW + 1 });
    expect(second).toMatchObject({ deliveryId: 'd1', sequence: claimed?.sequence, judgedAttempts: 1 });
    expect(second?.attemptId).not.toBe(claimed?.attemptId);
  });

  test('born claimed: within the room, of those channels, in order; the others are pending', async () => {
    const room = { 'http://a.example/hook': 1, 'http://b.example/hook': 9 };
    const born = outbox().claimBorn({ ...ROOM, limit: 3, room, defaultRoom: 0 });
    const mail = { ...newDelivery('mail', { endpoint: 'b' }), channel: 'email' as const };
    const b = [1, 2, 3].map((n) => newDelivery(`b${n}`, { endpoint: 'b' }));
    await add(newDelivery('a1'), newDelivery('a2'), newDelivery('c1', { endpoint: 'c' }), mail, ...b);
    expect(ids(await born)).toEqual(['a1', 'b1', 'b2']);
    expect(ids(await claim())).toEqual(['a2', 'c1', 'mail', 'b3']);
  });

  test('born claimed: never past what is in its lane, whether that waits or is under way', async () => {
    await add(newDelivery('d1', lane));
    const born = outbox().claimBorn(ROOM);
    await add(newDelivery('d2', lane), newDelivery('e1', { alert: 'y' }), newDelivery('e2', { alert: 'y' }));
    expect(ids(await born)).toEqual(['e1']);
    const [first] = await claim();
    expect(first?.deliveryId).toBe('d1');
    const next = outbox().claimBorn(ROOM);
    await add(newDelivery('d3', lane), newDelivery('z1', { alert: 'z' }));
    expect(ids(await next)).toEqual(['z1']);
    await outbox().settle([delivered(first)]);
    expect(ids(await claim())).toEqual(['d2']);
  });

  test('born claimed: a live one does not wait for the replays of its alert', async () => {
    await add(newDelivery('old', lane));
    await outbox().settle([exhausted((await claim())[0])]);
    await outbox().replay('old', NOW);
    const born = outbox().claimBorn(ROOM);
    await add(newDelivery('live', lane));
    expect(ids(await born)).toEqual(['live']);
    expect(await claim()).toEqual([]);
  });

  test('born claimed: the room is for one commit, and the last call is the one that counts', async () => {
    const replaced = outbox().claimBorn(ROOM);
    const born = outbox().claimBorn({ ...ROOM, limit: 1 });
    expect(await replaced).toEqual([]);
    await add(newDelivery('d1'));
    await add(newDelivery('d2'));
    expect(ids(await born)).toEqual(['d1']);
    expect(ids(await claim())).toEqual(['d2']);
    const none = outbox().claimBorn({ ...ROOM, limit: 0 });
    await add(newDelivery('d3'));
    expect(ids(await claim())).toEqual(['d3']);
    void outbox().claimBorn(ROOM);
    expect(await none).toEqual([]);
  });

  test('born claimed: after a crash it is due at once, not counted', async () => {
    const born = outbox().claimBorn(ROOM);
    await add(newDelivery('d1', lane), newDelivery('d2', lane));
    expect(ids(await born)).toEqual(['d1']);
    expect(await outbox().recover(NOW + 10, { channels: {} })).toBe(1);
    const [claimed] = await claim({ now: NOW + 10 });
    expect(claimed).toMatchObject({ deliveryId: 'd1', judgedAttempts: 0 });
  });

  test('not sent: the claim is undone, its attempt forgotten, and it is due as it was', async () => {
    await add(newDelivery('d1', lane), newDelivery('d2', lane), newDelivery('other', { createdAt: NOW + 5 }));
    const [claimed] = await claim();
    const { deliveryId, attemptId } = claimed!;
    const unsent = { deliveryId, attemptId, result: null, state: 'pending', nextAttemptAt: NOW } as const;
    await outbox().settle([unsent]);
    await outbox().settle([unsent]);
    expect(await outbox().status(NOW, [])).toMatchObject({ pending: 3, sending: 0, oldestDueAt: NOW });
    const [first, second] = await claim({ now: NOW + 5 });
    expect([first, second].map((each) => each?.deliveryId)).toEqual(['d1', 'other']);
    expect(first).toMatchObject({ judgedAttempts: 0 });
    await outbox().settle([unsent]);
    expect(await outbox().status(NOW, [])).toMatchObject({ sending: 2 });
  });
}
