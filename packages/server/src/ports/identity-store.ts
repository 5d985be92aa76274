/** A secret as stored for checking: scrypt, never the secret itself. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly account: string;
  /** `scrypt$N$r$p$salt$hash`, base64url parts. */
  readonly secretHash: string;
  readonly createdAt: number;
}

export interface Session {
  readonly account: string;
  readonly user: string;
  readonly expiresAt: number;
}

/** Who may come in, and the deployment's own settings. Times are wall clock ms. */
export interface IdentityStore {
  /** The stored value, or stores and answers `initial`, atomically: the first start decides. */
  setting(name: string, initial: string): Promise<string>;
  putSetting(name: string, value: string): Promise<void>;
  accessKey(accessKeyId: string): Promise<AccessKey | null>;
  /** Inserts or replaces. */
  putAccessKey(key: AccessKey): Promise<void>;
  /** The same, and every other key of its account is gone: a key that was replaced lets nobody in. */
  putOnlyAccessKey(key: AccessKey): Promise<void>;
  accessKeyCount(account: string): Promise<number>;
  /** Sessions are kept by the SHA-256 of their token. */
  putSession(tokenHash: string, session: Session): Promise<void>;
  session(tokenHash: string, now: number): Promise<Session | null>;
  endSession(tokenHash: string): Promise<void>;
}
