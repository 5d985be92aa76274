import type { SQLOutputValue, StatementSync } from 'node:sqlite';
import type { Credentials, User, UserPut, UserStore, UserWrite } from '../../ports/user-store.ts';
import { SESSIONS_SQL, USERS_SQL } from './identity-sql.ts';
import type { WriteQueue } from './write-queue.ts';

export class SqliteUsers implements UserStore {
  readonly #queue: WriteQueue;
  readonly #usersPerAccountMax: number;

  constructor(queue: WriteQueue, limits: { readonly usersPerAccountMax: number }) {
    this.#queue = queue;
    this.#usersPerAccountMax = limits.usersPerAccountMax;
  }

  putUser(put: UserPut, now: number): Promise<UserWrite> {
    return this.#queue.write((): UserWrite => {
      const before = this.#credentials(put.account, put.name);
      return before === null ? this.#create(put, now) : this.#change(before, put, now);
    });
  }

  removeUser(account: string, name: string): Promise<'removed' | 'not_found' | 'last_admin'> {
    return this.#queue.write(() => {
      const before = this.#credentials(account, name);
      if (before === null) return 'not_found';
      if (this.#isLastAdmin(before.user)) return 'last_admin';
      this.#statement(SESSIONS_SQL.endAll).run(account, name);
      this.#statement(USERS_SQL.remove).run(account, name);
      return 'removed';
    });
  }

  async credentials(account: string, name: string): Promise<Credentials | null> {
    return this.#credentials(account, name);
  }

  async users(query: { account: string; after: string | null; limit: number }): Promise<User[]> {
    const { account, after, limit } = query;
    return this.#statement(USERS_SQL.list)
      .all({ account, after: after ?? '', limit })
      .map(userOf);
  }

  #create(put: UserPut, now: number): UserWrite {
    const { count } = this.#statement(USERS_SQL.count).get(put.account) ?? {};
    if (put.passwordHash === null) return { outcome: 'password_missing' };
    if (Number(count) >= this.#usersPerAccountMax) return { outcome: 'too_many', limit: this.#usersPerAccountMax };
    return this.#put('created', { ...put, enabled: put.enabled ?? true, passwordHash: put.passwordHash, now });
  }

  #change(before: Credentials, put: UserPut, now: number): UserWrite {
    if (put.onlyNew) return { outcome: 'exists' };
    const { account, name, role, passwordHash } = put;
    const enabled = put.enabled ?? before.user.enabled;
    const isSame = role === before.user.role && enabled === before.user.enabled;
    if (isSame && passwordHash === null) return { outcome: 'unchanged', user: before.user };
    if ((role !== 'admin' || !enabled) && this.#isLastAdmin(before.user)) return { outcome: 'last_admin' };
    if (isSame && put.keepSession !== null) this.#statement(SESSIONS_SQL.endOthers).run(account, name, put.keepSession);
    else this.#statement(SESSIONS_SQL.endAll).run(account, name);
    return this.#put('updated', {
      account,
      name,
      role,
      enabled,
      passwordHash: passwordHash ?? before.passwordHash,
      now,
    });
  }

  #put(
    outcome: 'created' | 'updated',
    row: Pick<UserPut, 'account' | 'name' | 'role'> & { enabled: boolean; passwordHash: string; now: number },
  ): UserWrite {
    const { account, name, role, enabled, passwordHash, now } = row;
    const parameters = { account, name, role, enabled: enabled ? 1 : 0, password_hash: passwordHash, now };
    this.#statement(USERS_SQL.put).run(parameters);
    const after = this.#credentials(account, name);
    if (after === null) throw new Error('a user that was written is not there');
    return { outcome, user: after.user };
  }

  #isLastAdmin(user: User): boolean {
    if (user.role !== 'admin' || !user.enabled) return false;
    return Number(this.#statement(USERS_SQL.otherAdmins).get(user.account, user.name)?.count) === 0;
  }

  #credentials(account: string, name: string): Credentials | null {
    const row = this.#statement(USERS_SQL.get).get(account, name);
    return row === undefined ? null : { user: userOf(row), passwordHash: row.password_hash as string };
  }

  #statement(sql: string): StatementSync {
    return this.#queue.db.prepare(sql);
  }
}

function userOf(row: Readonly<Record<string, SQLOutputValue>>): User {
  return {
    account: row.account as string,
    name: row.name as string,
    role: row.role as User['role'],
    enabled: row.enabled === 1,
    createdAt: row.created_at as number,
    updatedAt: row.updated_at as number,
    lastSignInAt: row.last_sign_in_at as number | null,
  };
}
