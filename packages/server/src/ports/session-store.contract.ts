import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type NewSession, SESSIONS_PER_USER_MAX } from './session-store.ts';
import type { UserStoreEngine } from './user-store.contract.ts';

const NOW = 1_700_000_000_000;
const SESSION: NewSession = {
  tokenHash: 't1',
  sessionId: 's1',
  account: 'one',
  user: 'ada',
  address: '192.0.2.7',
  userAgent: 'Browser/1',
  createdAt: NOW,
  expiresAt: NOW + 1000,
  passwordHash: null,
};

/** What every engine of the session store must do (ports/session-store.ts). */
export function describeSessionStoreContract(name: string, makeEngine: () => Promise<UserStoreEngine>): void {
  describe(`session store contract: ${name}`, () => {
    let engine: UserStoreEngine;
    beforeEach(async () => {
      engine = await makeEngine();
      await putUser('ada', {});
      await putUser('bob', { role: 'viewer' });
    });
    afterEach(() => engine.close());

    const putUser = (user: string, change: { role?: 'viewer' | 'admin'; enabled?: boolean; hash?: string | null }) =>
      engine.users.putUser(
        {
          ...{ account: 'one', name: user, role: change.role ?? 'admin', enabled: change.enabled ?? null },
          ...{ passwordHash: change.hash === undefined ? 'scrypt$1' : change.hash, onlyNew: false, keepSession: null },
        },
        NOW,
      );
    const start = (change: Partial<NewSession> = {}) => engine.sessions.startSession({ ...SESSION, ...change });
    const { tokenHash: _t, passwordHash: _p, ...SEEN } = SESSION;

    test('a session holds until it expires, with the user’s role of the moment; the sign-in is noted', async () => {
      const { sessions, users } = engine;
      expect(await start()).toBe(true);
      expect(await sessions.session('t1', NOW + 999)).toEqual({ ...SEEN, role: 'admin' });
      expect(await sessions.session('t1', NOW + 1000)).toBeNull();
      expect(await sessions.session('nobody', NOW)).toBeNull();
      expect((await users.credentials('one', 'ada'))?.user.lastSignInAt).toBe(NOW);
    });

    test.each<[string, Partial<NewSession>, boolean]>([
      ['a link', { passwordHash: null }, true],
      ['the password that was checked', { passwordHash: 'scrypt$1' }, true],
      ['a password that was changed meanwhile', { passwordHash: 'scrypt$0' }, false],
      ['nobody of this name', { user: 'eve' }, false],
      ['the name in another account', { account: 'two' }, false],
      ['a disabled user', { user: 'bob' }, false],
    ])('%s starts one: %s', async (_, change, want) => {
      await putUser('bob', { role: 'viewer', enabled: false });
      expect(await start(change)).toBe(want);
      expect((await engine.sessions.session('t1', NOW)) !== null).toBe(want);
    });

    test('they are listed newest first, and ended one by one or all; of others none', async () => {
      const { sessions } = engine;
      await start();
      await start({ tokenHash: 't2', sessionId: 's2', createdAt: NOW + 1 });
      await start({ tokenHash: 't3', sessionId: 's3', user: 'bob' });
      const ids = async (user: string) => (await sessions.sessions('one', user, NOW)).map((one) => one.sessionId);
      expect([await ids('ada'), await ids('bob')]).toEqual([['s2', 's1'], ['s3']]);
      expect((await sessions.sessions('one', 'ada', NOW))[1]).toEqual(SEEN);
      expect(await sessions.endSession({ account: 'one', user: 'ada', sessionId: 's3' })).toBe(false);
      expect(await sessions.endSession({ account: 'one', user: 'ada', sessionId: 's1' })).toBe(true);
      expect(await sessions.endSession({ account: 'one', user: 'ada', sessionId: 's1' })).toBe(false);
      expect(await sessions.session('t1', NOW)).toBeNull();
      await sessions.endSessions('one', 'ada');
      expect([await ids('ada'), await ids('bob')]).toEqual([[], ['s3']]);
    });

    test('a new one takes no live one away, but the oldest beyond those a user may have', async () => {
      for (let i = 0; i < SESSIONS_PER_USER_MAX; i++)
        await start({ tokenHash: `t${i}`, sessionId: `s${i}`, createdAt: NOW + i });
      expect(await engine.sessions.session('t0', NOW)).not.toBeNull();
      await start({ tokenHash: 'new', sessionId: 'new', createdAt: NOW + 500 });
      expect(await engine.sessions.session('t0', NOW)).toBeNull();
      expect(await engine.sessions.session('t1', NOW)).not.toBeNull();
      expect(await engine.sessions.sessions('one', 'ada', NOW)).toHaveLength(SESSIONS_PER_USER_MAX);
    });
  });
}
