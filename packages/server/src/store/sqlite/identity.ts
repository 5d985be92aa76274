import type { StatementSync } from 'node:sqlite';
import type { Clock } from '../../base/clock.ts';
import type { AccessKey, IdentityStore, Session } from '../../ports/identity-store.ts';
import type { WriteQueue } from './write-queue.ts';

export class SqliteIdentity implements IdentityStore {
  readonly #queue: WriteQueue;
  readonly #clock: Clock;
  readonly #setting: StatementSync;
  readonly #initialSetting: StatementSync;
  readonly #putSetting: StatementSync;
  readonly #accessKey: StatementSync;
  readonly #putAccessKey: StatementSync;
  readonly #dropOtherKeys: StatementSync;
  readonly #accessKeyCount: StatementSync;
  readonly #putSession: StatementSync;
  readonly #session: StatementSync;
  readonly #endSession: StatementSync;
  readonly #dropExpired: StatementSync;

  constructor(queue: WriteQueue, clock: Clock) {
    const { db } = queue;
    this.#queue = queue;
    this.#clock = clock;
    this.#setting = db.prepare('SELECT value FROM settings WHERE name = ?');
    this.#initialSetting = db.prepare('INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING');
    this.#putSetting = db.prepare(
      'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    );
    this.#accessKey = db.prepare(
      'SELECT access_key_id, account, secret_hash, created_at FROM access_keys WHERE access_key_id = ?',
    );
    this.#putAccessKey = db.prepare(
      `INSERT INTO access_keys (access_key_id, account, secret_hash, created_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (access_key_id) DO UPDATE SET
         account = excluded.account, secret_hash = excluded.secret_hash, created_at = excluded.created_at`,
    );
    this.#dropOtherKeys = db.prepare('DELETE FROM access_keys WHERE account = ? AND access_key_id <> ?');
    this.#accessKeyCount = db.prepare('SELECT count(*) AS count FROM access_keys WHERE account = ?');
    this.#putSession = db.prepare(
      `INSERT INTO sessions (token_hash, account, user, expires_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (token_hash) DO UPDATE SET
         account = excluded.account, user = excluded.user, expires_at = excluded.expires_at`,
    );
    this.#session = db.prepare(
      'SELECT account, user, expires_at FROM sessions WHERE token_hash = ? AND expires_at > ?',
    );
    this.#endSession = db.prepare('DELETE FROM sessions WHERE token_hash = ?');
    this.#dropExpired = db.prepare('DELETE FROM sessions WHERE expires_at <= ?');
  }

  async setting(name: string, initial: string): Promise<string> {
    const known = this.#valueOf(name);
    if (known !== null) return known;
    return await this.#queue.write(() => {
      this.#initialSetting.run(name, initial);
      return this.#valueOf(name) ?? initial;
    });
  }

  putSetting(name: string, value: string): Promise<void> {
    return this.#queue.write(() => {
      this.#putSetting.run(name, value);
    });
  }

  async accessKey(accessKeyId: string): Promise<AccessKey | null> {
    const row = this.#accessKey.get(accessKeyId) as unknown as AccessKeyRow | undefined;
    if (row === undefined) return null;
    return {
      accessKeyId: row.access_key_id,
      account: row.account,
      secretHash: row.secret_hash,
      createdAt: row.created_at,
    };
  }

  putAccessKey(key: AccessKey): Promise<void> {
    return this.#queue.write(() => {
      this.#putAccessKey.run(key.accessKeyId, key.account, key.secretHash, key.createdAt);
    });
  }

  putOnlyAccessKey(key: AccessKey): Promise<void> {
    return this.#queue.write(() => {
      this.#putAccessKey.run(key.accessKeyId, key.account, key.secretHash, key.createdAt);
      this.#dropOtherKeys.run(key.account, key.accessKeyId);
    });
  }

  async accessKeyCount(account: string): Promise<number> {
    return Number(this.#accessKeyCount.get(account)?.count);
  }

  /** Sessions that have expired are dropped on the way, so that they do not pile up. */
  putSession(tokenHash: string, session: Session): Promise<void> {
    return this.#queue.write(() => {
      this.#dropExpired.run(this.#clock.wallMs());
      this.#putSession.run(tokenHash, session.account, session.user, session.expiresAt);
    });
  }

  async session(tokenHash: string, now: number): Promise<Session | null> {
    const row = this.#session.get(tokenHash, now) as unknown as SessionRow | undefined;
    return row === undefined ? null : { account: row.account, user: row.user, expiresAt: row.expires_at };
  }

  endSession(tokenHash: string): Promise<void> {
    return this.#queue.write(() => {
      this.#endSession.run(tokenHash);
    });
  }

  #valueOf(name: string): string | null {
    return (this.#setting.get(name)?.value as string | undefined) ?? null;
  }
}

interface AccessKeyRow {
  readonly access_key_id: string;
  readonly account: string;
  readonly secret_hash: string;
  readonly created_at: number;
}

interface SessionRow {
  readonly account: string;
  readonly user: string;
  readonly expires_at: number;
}
