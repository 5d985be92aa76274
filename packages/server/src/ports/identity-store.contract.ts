import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { IdentityStore } from './identity-store.ts';

export interface IdentityStoreEngine {
  readonly identity: IdentityStore;
  close(): Promise<void>;
}

const NOW = 1_700_000_000_000;

/** What every engine of the identity store must do (ports/identity-store.ts). `makeEngine` is given the wall clock, ms. */
export function describeIdentityStoreContract(
  name: string,
  makeEngine: (wallMs: () => number) => Promise<IdentityStoreEngine>,
): void {
  describe(`identity store contract: ${name}`, () => {
    let engine: IdentityStoreEngine;
    let wall = NOW;
    beforeEach(async () => {
      wall = NOW;
      engine = await makeEngine(() => wall);
    });
    afterEach(() => engine.close());

    test('the first to ask decides a setting, also among many at once', async () => {
      const { identity } = engine;
      const answers = await Promise.all(['a', 'b', 'c'].map((initial) => identity.setting('secret', initial)));
      expect(new Set(answers).size).toBe(1);
      expect(['a', 'b', 'c']).toContain(answers[0]);
      expect(await identity.setting('secret', 'd')).toBe(answers[0]);
      expect(await identity.setting('other', 'd')).toBe('d');
    });

    test('a setting that was put is the one that is read', async () => {
      const { identity } = engine;
      await identity.putSetting('zone', 'UTC');
      await identity.putSetting('zone', 'Asia/Shanghai');
      expect(await identity.setting('zone', 'Europe/Berlin')).toBe('Asia/Shanghai');
    });

    test('access keys are inserted, replaced, and counted by account', async () => {
      const { identity } = engine;
      const key = { accessKeyId: 'k1', account: 'one', secretHash: 'scrypt$1', createdAt: NOW };
      expect(await identity.accessKey('k1')).toBeNull();
      await identity.putAccessKey(key);
      await identity.putAccessKey({ ...key, secretHash: 'scrypt$2' });
      await identity.putAccessKey({ ...key, accessKeyId: 'k2' });
      await identity.putAccessKey({ ...key, accessKeyId: 'k3', account: 'two' });
      expect(await identity.accessKey('k1')).toEqual({ ...key, secretHash: 'scrypt$2' });
      expect(await identity.accessKeyCount('one')).toBe(2);
      expect(await identity.accessKeyCount('nobody')).toBe(0);
      await identity.putOnlyAccessKey({ ...key, accessKeyId: 'k4' });
      expect(await identity.accessKey('k1')).toBeNull();
      expect([await identity.accessKeyCount('one'), await identity.accessKeyCount('two')]).toEqual([1, 1]);
    });

    test('a session holds until it expires or is ended', async () => {
      const { identity } = engine;
      const session = { account: 'one', user: 'admin', expiresAt: NOW + 1000 };
      await identity.putSession('t1', session);
      await identity.putSession('t2', session);
      expect(await identity.session('t1', NOW + 999)).toEqual(session);
      expect(await identity.session('t1', NOW + 1000)).toBeNull();
      await identity.endSession('t2');
      await identity.endSession('t2');
      expect(await identity.session('t2', NOW)).toBeNull();
      expect(await identity.session('nobody', NOW)).toBeNull();
    });

    test('a session is prolonged by putting it again, and a new one takes no live one away', async () => {
      const { identity } = engine;
      await identity.putSession('t1', { account: 'one', user: 'admin', expiresAt: NOW + 10 });
      await identity.putSession('t1', { account: 'one', user: 'admin', expiresAt: NOW + 100 });
      wall = NOW + 50;
      await identity.putSession('t2', { account: 'one', user: 'admin', expiresAt: NOW + 500 });
      expect(await identity.session('t1', NOW + 60)).toMatchObject({ expiresAt: NOW + 100 });
    });
  });
}
