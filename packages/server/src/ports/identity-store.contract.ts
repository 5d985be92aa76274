import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AccessKey, IdentityStore } from './identity-store.ts';

export interface IdentityStoreEngine {
  readonly identity: IdentityStore;
  close(): Promise<void>;
}

const NOW = 1_700_000_000_000;
const KEYS_MAX = 4;

/** What every engine of the identity store must do (ports/identity-store.ts). */
export function describeIdentityStoreContract(
  name: string,
  makeEngine: (limits: { readonly accessKeysPerAccountMax: number }) => Promise<IdentityStoreEngine>,
): void {
  describe(`identity store contract: ${name}`, () => {
    let engine: IdentityStoreEngine;
    beforeEach(async () => {
      engine = await makeEngine({ accessKeysPerAccountMax: KEYS_MAX });
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

    const key: AccessKey = {
      accessKeyId: 'k1',
      account: 'one',
      name: 'collector',
      role: 'editor',
      secretHash: 'scrypt$1',
      isBootstrap: false,
      createdAt: NOW,
      lastUsedAt: null,
    };
    const idsOf = async (account: string): Promise<string[]> =>
      (await engine.identity.accessKeys({ account, after: null, limit: 10 })).map(({ accessKeyId }) => accessKeyId);

    test('access keys are inserted, replaced, listed by account in order of id, and removed', async () => {
      const { identity } = engine;
      expect(await identity.accessKey('k1')).toBeNull();
      await identity.putAccessKey({ ...key, accessKeyId: 'k2' });
      await identity.putAccessKey(key);
      await identity.putAccessKey({ ...key, secretHash: 'scrypt$2', role: 'viewer' });
      await identity.putAccessKey({ ...key, accessKeyId: 'k3', account: 'two' });
      expect(await identity.accessKey('k1')).toEqual({ ...key, secretHash: 'scrypt$2', role: 'viewer' });
      expect([await idsOf('one'), await idsOf('two'), await idsOf('nobody')]).toEqual([['k1', 'k2'], ['k3'], []]);
      const next = await identity.accessKeys({ account: 'one', after: 'k1', limit: 1 });
      expect(next.map(({ accessKeyId }) => accessKeyId)).toEqual(['k2']);
      expect(await identity.removeAccessKey('two', 'k1')).toBe(false);
      expect(await identity.removeAccessKey('one', 'k1')).toBe(true);
      expect(await identity.removeAccessKey('one', 'k1')).toBe(false);
      expect(await identity.accessKey('k1')).toBeNull();
    });

    test('a bootstrap key takes the place of those before it, and of no other', async () => {
      const { identity } = engine;
      await identity.putAccessKey(key);
      await identity.putBootstrapKey({ ...key, accessKeyId: 'b1', isBootstrap: true });
      await identity.putBootstrapKey({ ...key, accessKeyId: 'b2', isBootstrap: true });
      await identity.putBootstrapKey({ ...key, accessKeyId: 'b3', account: 'two', isBootstrap: true });
      expect([await idsOf('one'), await idsOf('two')]).toEqual([['b2', 'k1'], ['b3']]);
    });

    test('when a key was used last is noted; one that is gone is not brought back by that', async () => {
      const { identity } = engine;
      await identity.putAccessKey(key);
      await identity.noteAccessKeyUse('k1', NOW + 60_000);
      await identity.noteAccessKeyUse('k9', NOW);
      expect((await identity.accessKey('k1'))?.lastUsedAt).toBe(NOW + 60_000);
      expect(await identity.accessKey('k9')).toBeNull();
    });

    test('an account has so many keys and no more; replacing one is still possible', async () => {
      const { identity } = engine;
      for (let i = 0; i < KEYS_MAX; i++) await identity.putAccessKey({ ...key, accessKeyId: `k${i}` });
      expect(await identity.putAccessKey({ ...key, accessKeyId: 'more' })).toEqual({
        outcome: 'too_many',
        limit: KEYS_MAX,
      });
      expect(await identity.putAccessKey({ ...key, accessKeyId: 'k0' })).toEqual({ outcome: 'stored' });
      expect(await identity.putAccessKey({ ...key, accessKeyId: 'o', account: 'two' })).toEqual({ outcome: 'stored' });
    });
  });
}
