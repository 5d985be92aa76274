import type { Role } from '@cloudbell/core/contract/role.ts';

/** What programs come in with. Times are wall clock ms. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly account: string;
  /** What it is for, in words. */
  readonly name: string;
  readonly role: Role;
  /** `scrypt$N$r$p$salt$hash`, base64url parts: the secret itself is never stored. */
  readonly secretHash: string;
  /** Made by a start, or given to one: the next that is given replaces it. */
  readonly isBootstrap: boolean;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

export type AccessKeyWrite = { readonly outcome: 'stored' } | { readonly outcome: 'too_many'; readonly limit: number };

/** Access keys, and the deployment's own settings. */
export interface IdentityStore {
  /** The stored value, or stores and answers `initial`, atomically: the first start decides. */
  setting(name: string, initial: string): Promise<string>;
  putSetting(name: string, value: string): Promise<void>;
  accessKey(accessKeyId: string): Promise<AccessKey | null>;
  /** In order of id, after `after`; null for the first page. */
  accessKeys(query: {
    readonly account: string;
    readonly after: string | null;
    readonly limit: number;
  }): Promise<AccessKey[]>;
  /** Inserts or replaces. */
  putAccessKey(key: AccessKey): Promise<AccessKeyWrite>;
  /** The same, and every other bootstrap key of its account is gone: a key that was rotated lets nobody in. */
  putBootstrapKey(key: AccessKey): Promise<void>;
  /** False when there was none. */
  removeAccessKey(account: string, accessKeyId: string): Promise<boolean>;
  noteAccessKeyUse(accessKeyId: string, now: number): Promise<void>;
}
