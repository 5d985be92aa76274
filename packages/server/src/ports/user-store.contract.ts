import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SessionStore } from './session-store.ts';
import type { UserPut, UserStore } from './user-store.ts';

export interface UserStoreEngine {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  close(): Promise<void>;
}

const NOW = 1_700_000_000_000;
const USERS_MAX = 4;
const ADA: UserPut = {
  account: 'one',
  name: 'ada',
  role: 'admin',
  enabled: null,
  passwordHash: 'scrypt$1',
  onlyNew: false,
  keepSession: null,
};
const SAME = { passwordHash: null } as const;

/** What every engine of the user store must do (ports/user-store.ts). */
export function describeUserStoreContract(
  name: string,
  makeEngine: (limits: { readonly usersPerAccountMax: number }) => Promise<UserStoreEngine>,
): void {
  describe(`user store contract: ${name}`, () => {
    let engine: UserStoreEngine;
    beforeEach(async () => {
      engine = await makeEngine({ usersPerAccountMax: USERS_MAX });
    });
    afterEach(() => engine.close());
    const put = (change: Partial<UserPut>, now = NOW) => engine.users.putUser({ ...ADA, ...change }, now);
    const signIn = async (user: string, sessionId: string): Promise<void> => {
      const times = { createdAt: NOW, expiresAt: NOW + 1000 };
      const session = { tokenHash: `t-${sessionId}`, sessionId, account: 'one', user, address: '', userAgent: '' };
      expect(await engine.sessions.startSession({ ...session, ...times, passwordHash: null })).toBe(true);
    };
    const open = async (user: string): Promise<string[]> =>
      (await engine.sessions.sessions('one', user, NOW)).map(({ sessionId }) => sessionId).sort();

    test('a user is created, read, listed by account in order of name, and removed', async () => {
      const { users } = engine;
      const created = await put({ enabled: null });
      const user = {
        ...{ account: 'one', name: 'ada', role: 'admin', enabled: true },
        ...{ createdAt: NOW, updatedAt: NOW, lastSignInAt: null },
      };
      expect(created).toEqual({ outcome: 'created', user });
      expect(await users.credentials('one', 'ada')).toEqual({ user, passwordHash: 'scrypt$1' });
      expect(await users.credentials('two', 'ada')).toBeNull();
      await put({ name: 'bob', role: 'viewer' });
      await put({ name: 'al', role: 'editor', enabled: false });
      await put({ account: 'two', role: 'viewer' });
      const names = async (after: string | null, limit: number) =>
        (await users.users({ account: 'one', after, limit })).map((one) => one.name);
      expect([await names(null, 2), await names('al', 9)]).toEqual([['ada', 'al'], ['bob']]);
      expect(await users.removeUser('one', 'bob')).toBe('removed');
      expect(await users.removeUser('one', 'bob')).toBe('not_found');
    });

    test('what a change does not say stays; one that says nothing new keeps the times', async () => {
      await put({});
      await put({ name: 'bob', role: 'viewer', enabled: false });
      expect(await put({ name: 'bob', role: 'viewer', ...SAME }, NOW + 1)).toMatchObject({
        outcome: 'unchanged',
        user: { enabled: false, updatedAt: NOW },
      });
      expect(await put({ name: 'bob', role: 'editor', ...SAME }, NOW + 2)).toMatchObject({
        outcome: 'updated',
        user: { role: 'editor', enabled: false, createdAt: NOW, updatedAt: NOW + 2 },
      });
      expect((await engine.users.credentials('one', 'bob'))?.passwordHash).toBe('scrypt$1');
    });

    test('a new user needs a password, a free name, and room', async () => {
      expect(await put({ ...SAME })).toEqual({ outcome: 'password_missing' });
      await put({});
      expect(await put({ onlyNew: true, passwordHash: 'scrypt$2' })).toEqual({ outcome: 'exists' });
      expect((await engine.users.credentials('one', 'ada'))?.passwordHash).toBe('scrypt$1');
      for (let i = 1; i < USERS_MAX; i++) await put({ name: `user-${i}`, role: 'viewer' });
      expect(await put({ name: 'more' })).toEqual({ outcome: 'too_many', limit: USERS_MAX });
      expect(await put({ account: 'two' })).toMatchObject({ outcome: 'created' });
    });

    test.each<[string, Partial<UserPut>]>([
      ['another role', { role: 'editor', ...SAME }],
      ['disabling', { enabled: false, ...SAME }],
    ])('the last enabled admin stays: not %s', async (_, change) => {
      await put({});
      await put({ name: 'bob', role: 'admin', enabled: false });
      await put({ name: 'eve', role: 'editor' });
      await put({ account: 'two', name: 'zoe' });
      expect(await put(change)).toEqual({ outcome: 'last_admin' });
      expect(await engine.users.removeUser('one', 'ada')).toBe('last_admin');
      expect((await engine.users.credentials('one', 'ada'))?.user).toMatchObject({ role: 'admin', enabled: true });
      await put({ name: 'bob', enabled: true, ...SAME });
      expect(await put(change)).toMatchObject({ outcome: 'updated' });
    });

    test('of two admins that take the role from each other at once, one stays', async () => {
      await put({});
      await put({ name: 'bob' });
      const outcomes = await Promise.all([
        put({ name: 'bob', role: 'viewer', ...SAME }),
        engine.users.removeUser('one', 'ada'),
      ]);
      expect(outcomes).toMatchObject([{ outcome: 'updated' }, 'last_admin']);
    });

    test.each<[string, Partial<UserPut>, string[]]>([
      ['a new password', { passwordHash: 'scrypt$2' }, []],
      ['a new password, given to oneself', { passwordHash: 'scrypt$2', keepSession: 's1' }, ['s1']],
      ['another role', { role: 'editor', ...SAME }, []],
      ['another role, given to oneself', { role: 'editor', keepSession: 's1', ...SAME }, []],
      ['disabling', { enabled: false, ...SAME }, []],
      ['nothing new', { ...SAME }, ['s1', 's2']],
    ])('%s leaves of two sessions: %j', async (_, change, left) => {
      await put({});
      await put({ name: 'bob' });
      await signIn('bob', 's1');
      await signIn('bob', 's2');
      await signIn('ada', 's3');
      await put({ name: 'bob', ...change });
      expect([await open('bob'), await open('ada')]).toEqual([left, ['s3']]);
    });

    test('deletion ends the sessions too, and a user of the same name later has none of them', async () => {
      await put({});
      await put({ name: 'bob', role: 'viewer' });
      await signIn('bob', 's1');
      await engine.users.removeUser('one', 'bob');
      await put({ name: 'bob', role: 'admin' });
      expect(await open('bob')).toEqual([]);
      expect(await engine.sessions.session('t-s1', NOW)).toBeNull();
    });
  });
}
