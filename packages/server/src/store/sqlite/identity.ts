import type { SQLOutputValue, StatementSync } from 'node:sqlite';
import type { Sealer } from '../../base/sealing.ts';
import type { AccessKey, AccessKeyWrite, IdentityStore } from '../../ports/identity-store.ts';
import { ACCESS_KEYS_SQL, SETTINGS_SQL } from './identity-sql.ts';
import { openedSetting, sealedSetting } from './sealed-values.ts';
import type { WriteQueue } from './write-queue.ts';

export class SqliteIdentity implements IdentityStore {
  readonly #queue: WriteQueue;
  readonly #sealer: Sealer;
  readonly #keysPerAccountMax: number;
  readonly #setting: StatementSync;
  readonly #accessKey: StatementSync;
  readonly #putAccessKey: StatementSync;

  constructor(queue: WriteQueue, sealer: Sealer, limits: { readonly accessKeysPerAccountMax: number }) {
    this.#queue = queue;
    this.#sealer = sealer;
    this.#keysPerAccountMax = limits.accessKeysPerAccountMax;
    this.#setting = queue.db.prepare(SETTINGS_SQL.get);
    this.#accessKey = queue.db.prepare(ACCESS_KEYS_SQL.get);
    this.#putAccessKey = queue.db.prepare(ACCESS_KEYS_SQL.put);
  }

  async setting(name: string, initial: string): Promise<string> {
    const known = this.#valueOf(name);
    if (known !== null) return known;
    return await this.#queue.write(() => {
      this.#statement(SETTINGS_SQL.initial).run(name, sealedSetting(name, initial, this.#sealer));
      return this.#valueOf(name) ?? initial;
    });
  }

  putSetting(name: string, value: string): Promise<void> {
    return this.#queue.write(() => {
      this.#statement(SETTINGS_SQL.put).run(name, sealedSetting(name, value, this.#sealer));
    });
  }

  async accessKey(accessKeyId: string): Promise<AccessKey | null> {
    const row = this.#accessKey.get(accessKeyId);
    return row === undefined ? null : keyOf(row);
  }

  async accessKeys(query: { account: string; after: string | null; limit: number }): Promise<AccessKey[]> {
    const { account, after, limit } = query;
    return this.#statement(ACCESS_KEYS_SQL.list)
      .all({ account, after: after ?? '', limit })
      .map(keyOf);
  }

  putAccessKey(key: AccessKey): Promise<AccessKeyWrite> {
    return this.#queue.write(() => {
      const { count } = this.#statement(ACCESS_KEYS_SQL.count).get(key.account) ?? {};
      const isNew = this.#accessKey.get(key.accessKeyId) === undefined;
      if (isNew && Number(count) >= this.#keysPerAccountMax) {
        return { outcome: 'too_many', limit: this.#keysPerAccountMax } as const;
      }
      this.#put(key);
      return { outcome: 'stored' } as const;
    });
  }

  putBootstrapKey(key: AccessKey): Promise<void> {
    return this.#queue.write(() => {
      this.#put(key);
      this.#statement(ACCESS_KEYS_SQL.removeOtherBootstrap).run(key.account, key.accessKeyId);
    });
  }

  removeAccessKey(account: string, accessKeyId: string): Promise<boolean> {
    return this.#queue.write(() => this.#statement(ACCESS_KEYS_SQL.remove).run(account, accessKeyId).changes > 0);
  }

  noteAccessKeyUse(accessKeyId: string, now: number): Promise<void> {
    return this.#queue.write(() => {
      this.#statement(ACCESS_KEYS_SQL.noteUse).run(now, accessKeyId);
    });
  }

  #put(key: AccessKey): void {
    const { accessKeyId, account, name, role, secretHash, isBootstrap, createdAt, lastUsedAt } = key;
    this.#putAccessKey.run(accessKeyId, account, name, role, secretHash, isBootstrap ? 1 : 0, createdAt, lastUsedAt);
  }

  #valueOf(name: string): string | null {
    const value = this.#setting.get(name)?.value as string | undefined;
    return value === undefined ? null : openedSetting(name, value, this.#sealer);
  }

  #statement(sql: string): StatementSync {
    return this.#queue.db.prepare(sql);
  }
}

function keyOf(row: Readonly<Record<string, SQLOutputValue>>): AccessKey {
  return {
    accessKeyId: row.access_key_id as string,
    account: row.account as string,
    name: row.name as string,
    role: row.role as AccessKey['role'],
    secretHash: row.secret_hash as string,
    isBootstrap: row.bootstrap === 1,
    createdAt: row.created_at as number,
    lastUsedAt: row.last_used_at as number | null,
  };
}
