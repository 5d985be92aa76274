import type { EndpointSettings } from '@cloudbell/core/notify/endpoint-settings.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CommitStore, Expand } from './commit-store.ts';
import type { EndpointSettingsStore } from './endpoint-settings-store.ts';
import { ACCOUNT, NOW, newCommitter, newEffect } from './store-fixtures.contract.ts';

export interface EndpointSettingsEngine {
  readonly endpointSettings: EndpointSettingsStore;
  readonly commits: CommitStore;
  close(): Promise<void>;
}

const HOOK = 'http://a.example/hook';
const settingsOf = (name: string, fields: Partial<EndpointSettings> = {}) => ({
  ...{ account: ACCOUNT, name, endpoint: `${HOOK}/${name}`, retryFor: 3600, rateLimit: { attempts: 3, period: 1 } },
  ...{ callbackProfile: 'json' as const, headers: { 'X-A': 'b' }, auth: { type: 'bearer' as const, token: 't' } },
  signing: { secret: 'whsec_YQ==', rotation: { next: 'whsec_Yg==', isPromoted: false, endsAt: NOW + 1000 } },
  ...fields,
});

/** What every engine of endpoint settings must do (ports/endpoint-settings-store.ts), seen by commits as well. */
export function describeEndpointSettingsContract(
  name: string,
  makeEngine: (with_: { readonly expand: Expand; readonly perAccountMax: number }) => Promise<EndpointSettingsEngine>,
): void {
  describe(`endpoint settings contract: ${name}`, () => {
    let engine: EndpointSettingsEngine;
    const seen: unknown[] = [];
    beforeEach(async () => {
      seen.length = 0;
      const expand: Expand = (_, { callbackSettingsOf }) => {
        seen.push(callbackSettingsOf(HOOK));
        return [];
      };
      engine = await makeEngine({ expand, perAccountMax: 3 });
    });
    afterEach(() => engine.close());

    test('they read back as they were put, in their account only', async () => {
      const store = engine.endpointSettings;
      const stored = { ...settingsOf('a'), createdAt: NOW, updatedAt: NOW };
      expect(await store.putSettings(settingsOf('a'), NOW)).toEqual({ outcome: 'created', settings: stored });
      expect(await store.settings(ACCOUNT, 'a')).toEqual(stored);
      expect(await store.settings('another', 'a')).toBeNull();
      expect(await store.allSettings()).toEqual([stored]);
    });

    test('what is equal keeps its times; each change has a later one', async () => {
      const store = engine.endpointSettings;
      await store.putSettings(settingsOf('a'), NOW);
      expect((await store.putSettings(settingsOf('a'), NOW + 9)).outcome).toBe('unchanged');
      const changed = await store.putSettings(settingsOf('a', { headers: {} }), NOW);
      expect(changed).toMatchObject({ outcome: 'updated', settings: { createdAt: NOW, updatedAt: NOW + 1 } });
    });

    test('an endpoint has settings of one name, over all accounts', async () => {
      const store = engine.endpointSettings;
      await store.putSettings(settingsOf('a', { endpoint: HOOK }), NOW);
      const again = settingsOf('b', { endpoint: HOOK });
      expect(await store.putSettings(again, NOW)).toEqual({ outcome: 'taken', by: 'a' });
      expect(await store.putSettings({ ...again, account: 'another' }, NOW)).toEqual({ outcome: 'taken', by: null });
      await store.removeSettings(ACCOUNT, 'a');
      expect((await store.putSettings(again, NOW)).outcome).toBe('created');
    });

    test('conditions hold against what was seen', async () => {
      const store = engine.endpointSettings;
      expect((await store.putSettings(settingsOf('a'), NOW, 'absent')).outcome).toBe('created');
      const current = await store.settings(ACCOUNT, 'a');
      expect(await store.putSettings(settingsOf('a'), NOW, 'absent')).toEqual({ outcome: 'overtaken', current });
      await store.putSettings(settingsOf('a', { retryFor: null }), NOW);
      expect((await store.removeSettings(ACCOUNT, 'a', current)).outcome).toBe('overtaken');
      expect((await store.removeSettings(ACCOUNT, 'a')).outcome).toBe('removed');
      expect((await store.removeSettings(ACCOUNT, 'a')).outcome).toBe('not_found');
    });

    test('a page in order of name; no more than the account may have', async () => {
      const store = engine.endpointSettings;
      for (const one of ['c', 'a', 'b']) await store.putSettings(settingsOf(one), NOW);
      const page = async (after: string | null, names?: string[]) =>
        (await store.settingsPage({ account: ACCOUNT, limit: 2, after, names })).map((each) => each.name);
      expect([await page(null), await page('b'), await page(null, ['c', 'x'])]).toEqual([['a', 'b'], ['c'], ['c']]);
      expect(await store.putSettings(settingsOf('d'), NOW)).toEqual({ outcome: 'too_many', limit: 3 });
    });

    test('a commit sees profile and secrets as they are at its time', async () => {
      await engine.endpointSettings.putSettings(settingsOf('a', { endpoint: HOOK }), NOW);
      const commit = await newCommitter(engine.commits);
      await commit([newEffect('x'), newEffect('y')], NOW);
      await commit([newEffect('x')], NOW + 1000);
      await engine.endpointSettings.removeSettings(ACCOUNT, 'a');
      await commit([newEffect('x')], NOW + 1001);
      const rotating = { profile: 'json', secrets: { primary: 'whsec_YQ==', previous: 'whsec_Yg==' } };
      const over = { profile: 'json', secrets: { primary: 'whsec_Yg==', previous: null } };
      expect(seen).toEqual([rotating, rotating, over, null]);
    });
  });
}
