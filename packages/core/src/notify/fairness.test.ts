import { expect, test } from 'vitest';
import { AHEAD_MAX, type EndpointLoad, type PlannedClaim, planAhead, planClaims } from './fairness.ts';

const load = (endpoint: string, inFlight: number, cap: number, inTrouble = false): EndpointLoad => ({
  endpoint,
  inFlight,
  waiting: 0,
  cap,
  inTrouble,
});
const many = (count: number, of: (n: number) => EndpointLoad): EndpointLoad[] =>
  Array.from({ length: count }, (_, n) => of(n));
const plan = (free: number, loads: readonly EndpointLoad[]): PlannedClaim[] =>
  planClaims({ free, inFlightMax: 256, firstAttemptShare: 0.25, loads });

test('nothing known: newcomers have the cap they start with', () => {
  expect(plan(256, [])).toEqual([{ limit: 256, room: {}, defaultRoom: 4 }]);
});

test('no slot free: no claim', () => {
  expect(plan(0, [load('a', 256, 300)])).toEqual([]);
});

test('room is cap minus what is under way, never negative', () => {
  expect(plan(200, [load('a', 3, 10), load('b', 4, 2), load('c', 0, 1)])).toEqual([
    { limit: 200, room: { a: 7, b: 0, c: 1 }, defaultRoom: 4 },
  ]);
});

test('one or three busy endpoints may use their whole cap', () => {
  expect(
    plan(
      64,
      many(3, (n) => load(`e${n}`, 1, 64)),
    )[0]?.room,
  ).toEqual({ e0: 63, e1: 63, e2: 63 });
});

test('many busy endpoints share all but the reserve, so a newcomer finds a slot', () => {
  const [claim] = plan(
    64,
    many(8, (n) => load(`e${n}`, 24, 64)),
  );
  expect(claim?.limit).toBe(64);
  expect(new Set(Object.values(claim?.room ?? {}))).toEqual(new Set([0]));
  expect(claim?.defaultRoom).toBe(4);
});

test('however many are busy, each may have one', () => {
  const [claim] = plan(6, [...many(250, (n) => load(`e${n}`, 1, 64)), load('idle', 0, 64)]);
  expect(claim?.room).toMatchObject({ e0: 0, idle: 1 });
});

test('a few in trouble need no claim of their own', () => {
  expect(plan(250, [load('dead', 1, 2, true), load('b', 5, 9)])).toEqual([
    { limit: 250, room: { dead: 1, b: 4 }, defaultRoom: 4 },
  ]);
});

test('many in trouble together have at most what is not reserved', () => {
  const claims = plan(
    156,
    many(1000, (n) => load(`dead${n}`, n < 100 ? 1 : 0, 1, true)),
  );
  expect(claims.map((claim) => [claim.limit, claim.defaultRoom])).toEqual([
    [156, 4],
    [92, 0],
  ]);
  expect(claims[0]?.room).toMatchObject({ dead0: 0, dead999: 0 });
  expect(claims[1]?.room).toMatchObject({ dead0: 0, dead999: 1 });
});

test('when they have used it up, the others still are served', () => {
  const claims = plan(
    64,
    many(1000, (n) => load(`dead${n}`, n < 192 ? 1 : 0, 1, true)),
  );
  expect(claims).toHaveLength(1);
  expect(claims[0]).toMatchObject({ limit: 64, defaultRoom: 4 });
  expect(claims[0]?.room).toMatchObject({ dead0: 0, dead999: 0 });
});

test('only those that have proved themselves are claimed ahead for', () => {
  expect(planAhead([])).toBeNull();
  expect(planAhead([load('new', 3, 63), load('failing', 1, 64, true)])).toBeNull();
  expect(planAhead([load('new', 3, 63), load('good', 64, 64), { ...load('fed', 64, 64), waiting: 200 }])).toEqual({
    limit: 312,
    room: { good: 256, fed: 56 },
    defaultRoom: 0,
  });
});

test('however many have proved themselves, what is claimed ahead has a limit', () => {
  const plan = planAhead(many(100, (n) => load(`e${n}`, 1, 64)));
  expect(new Set(Object.values(plan?.room ?? {}))).toEqual(new Set([5]));
  expect(planAhead([{ ...load('a', 64, 64), waiting: AHEAD_MAX }, load('b', 64, 64)])).toBeNull();
});
