import { expect, it } from 'vitest';
import type { Connection } from './connection.ts';
import { createConnectionPool } from './connection-pool.ts';

const destroyed: string[] = [];
/** A connection with a name in place of a socket: the pool looks at nothing else. */
function named(name: string, key: string): Connection {
  return { key, dispatch: () => {}, beginRequest: () => false, destroy: () => destroyed.push(name) };
}

it('hands out the most recently used, keeps keys apart, and drops the longest idle beyond its limit', () => {
  const pool = createConnectionPool(3);
  const [a1, a2, b1, b2] = [named('a1', 'a'), named('a2', 'a'), named('b1', 'b'), named('b2', 'b')];
  for (const connection of [a1, a2, b1]) pool.giveBack(connection);
  const none = (): Connection => named('new', 'a');
  expect(pool.take('a', none)).toBe(a2);
  expect(pool.take('a', none)).toBe(a1);
  expect(pool.take('b', none)).toBe(b1);
  expect(pool.take('c', () => b2)).toBe(b2);
  for (const connection of [a1, b1, b2, a2]) pool.giveBack(connection);
  expect(destroyed).toEqual(['a1']);
  expect(pool.idleCount).toBe(3);
});

it('forgets an idle connection that went away, and closes what comes back after close()', () => {
  destroyed.length = 0;
  const pool = createConnectionPool(3);
  let disconnect: (connection: Connection) => void = () => {};
  const connection = pool.take('a', (onDisconnect) => {
    disconnect = onDisconnect;
    return named('a', 'a');
  });
  disconnect(connection);
  expect(destroyed).toEqual([]);
  pool.giveBack(connection);
  disconnect(connection);
  expect([destroyed, pool.idleCount]).toEqual([['a'], 0]);

  pool.giveBack(named('idle', 'a'));
  pool.close();
  pool.giveBack(named('late', 'a'));
  expect(destroyed).toEqual(['a', 'idle', 'late']);
});
