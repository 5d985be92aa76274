import type { SQLOutputValue, StatementSync } from 'node:sqlite';
import type { Role } from '@cloudbell/core/contract/role.ts';
import { type NewSession, SESSIONS_PER_USER_MAX, type Session, type SessionStore } from '../../ports/session-store.ts';
import { SESSIONS_SQL, USERS_SQL } from './identity-sql.ts';
import type { WriteQueue } from './write-queue.ts';

export class SqliteSessions implements SessionStore {
  readonly #queue: WriteQueue;
  readonly #user: StatementSync;
  readonly #session: StatementSync;

  constructor(queue: WriteQueue) {
    this.#queue = queue;
    this.#user = queue.db.prepare(USERS_SQL.get);
    this.#session = queue.db.prepare(SESSIONS_SQL.get);
  }

  /** Sessions that have expired are dropped on the way, so that they do not pile up. */
  startSession(session: NewSession): Promise<boolean> {
    return this.#queue.write(() => {
      const { tokenHash, passwordHash, sessionId, account, user, address, userAgent, createdAt, expiresAt } = session;
      this.#statement(SESSIONS_SQL.dropExpired).run(createdAt);
      const stored = this.#user.get(account, user);
      if (stored === undefined || stored.enabled !== 1) return false;
      if (passwordHash !== null && stored.password_hash !== passwordHash) return false;
      const row = [tokenHash, sessionId, account, user, address, userAgent, createdAt, expiresAt];
      this.#statement(SESSIONS_SQL.insert).run(...row);
      this.#statement(SESSIONS_SQL.dropOldest).run(account, user, SESSIONS_PER_USER_MAX);
      this.#statement(USERS_SQL.noteSignIn).run(createdAt, account, user);
      return true;
    });
  }

  async session(tokenHash: string, now: number): Promise<(Session & { readonly role: Role }) | null> {
    const row = this.#session.get(tokenHash, now);
    return row === undefined ? null : { ...sessionOf(row), role: row.role as Role };
  }

  async sessions(account: string, user: string, now: number): Promise<Session[]> {
    return this.#statement(SESSIONS_SQL.list).all(account, user, now).map(sessionOf);
  }

  endSession({ account, user, sessionId }: { account: string; user: string; sessionId: string }): Promise<boolean> {
    return this.#queue.write(() => this.#statement(SESSIONS_SQL.end).run(account, user, sessionId).changes > 0);
  }

  endSessions(account: string, user: string): Promise<void> {
    return this.#queue.write(() => {
      this.#statement(SESSIONS_SQL.endAll).run(account, user);
    });
  }

  #statement(sql: string): StatementSync {
    return this.#queue.db.prepare(sql);
  }
}

function sessionOf(row: Readonly<Record<string, SQLOutputValue>>): Session {
  return {
    sessionId: row.session_id as string,
    account: row.account as string,
    user: row.user as string,
    address: row.address as string,
    userAgent: row.user_agent as string,
    createdAt: row.created_at as number,
    expiresAt: row.expires_at as number,
  };
}
