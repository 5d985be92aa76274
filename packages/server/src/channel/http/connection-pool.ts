import type { Connection } from './connection.ts';

/**
 * Connections that are open and idle, by key, the most recently used first, so that superfluous ones fall idle and
 * close. How many are in use at once is the courier's business; how many idle ones are kept is limited here, whatever
 * the number of receivers.
 */
export interface ConnectionPool {
  /** An idle connection of that key, or a new one. It belongs to the caller until given back. */
  take(key: string, open: (onDisconnect: (connection: Connection) => void) => Connection): Connection;
  /** For a connection whose answer was read to its end. */
  giveBack(connection: Connection): void;
  /** After one of a key was found dead on use: its idle siblings go too, for they were opened before it died. */
  dropIdle(key: string): void;
  /** Closes the idle ones; those in use are closed when they are given back. */
  close(): void;
  readonly idleCount: number;
}

export function createConnectionPool(idleMax: number): ConnectionPool {
  const idleByKey = new Map<string, Connection[]>();
  /** All idle ones, the longest idle first. */
  const idle = new Set<Connection>();
  let closed = false;

  function remove(connection: Connection): boolean {
    if (!idle.delete(connection)) return false;
    const siblings = (idleByKey.get(connection.key) ?? []).filter((sibling) => sibling !== connection);
    if (siblings.length === 0) idleByKey.delete(connection.key);
    else idleByKey.set(connection.key, siblings);
    return true;
  }

  /** An idle connection that the other side closed, or that idled too long, is forgotten. */
  function forget(connection: Connection): void {
    if (remove(connection)) connection.destroy();
  }

  return {
    take: (key, open) => {
      const connection = idleByKey.get(key)?.at(-1);
      if (connection === undefined) return open(forget);
      remove(connection);
      return connection;
    },
    giveBack: (connection) => {
      if (closed) {
        connection.destroy();
        return;
      }
      idle.add(connection);
      idleByKey.set(connection.key, [...(idleByKey.get(connection.key) ?? []), connection]);
      for (const longest of idle) {
        if (idle.size <= idleMax) break;
        forget(longest);
      }
    },
    dropIdle: (key) => {
      for (const connection of idleByKey.get(key) ?? []) forget(connection);
    },
    close: () => {
      closed = true;
      for (const connection of [...idle]) forget(connection);
    },
    get idleCount() {
      return idle.size;
    },
  };
}
