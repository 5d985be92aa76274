import type { SQLOutputValue, StatementSync } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import {
  type CallbackSettings,
  callbackSettingsAt,
  type EndpointSettings,
} from '@cloudbell/core/notify/endpoint-settings.ts';
import type { Sealer } from '../../base/sealing.ts';
import type { NameQuery, Removal, SeenCondition } from '../../ports/contact-store.ts';
import type { EndpointSettingsStore, EndpointSettingsWrite } from '../../ports/endpoint-settings-store.ts';
import { ENDPOINT_SECRETS_PLACE } from './sealed-values.ts';
import type { WriteQueue } from './write-queue.ts';

const SQL = {
  get: 'SELECT * FROM endpoint_settings WHERE account = ? AND name = ?',
  ofEndpoint: 'SELECT * FROM endpoint_settings WHERE endpoint = ?',
  all: 'SELECT * FROM endpoint_settings',
  page: `SELECT * FROM endpoint_settings WHERE account = :account AND name > :after
      AND (:names IS NULL OR name IN (SELECT value FROM json_each(:names))) ORDER BY name LIMIT :limit`,
  count: 'SELECT count(*) AS count FROM endpoint_settings WHERE account = ?',
  put: `INSERT INTO endpoint_settings (account, name, endpoint, body, secrets, created_at, updated_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (account, name) DO UPDATE SET
        endpoint = excluded.endpoint, body = excluded.body, secrets = excluded.secrets, updated_at = excluded.updated_at`,
  remove: 'DELETE FROM endpoint_settings WHERE account = ? AND name = ?',
} as const;

/** People write these, a few a day: all but what commits ask is prepared as it is needed. */
export class SqliteEndpointSettings implements EndpointSettingsStore {
  readonly #queue: WriteQueue;
  readonly #sealer: Sealer;
  readonly #perAccountMax: number;
  readonly #ofEndpoint: StatementSync;

  constructor(queue: WriteQueue, sealer: Sealer, limits: { readonly endpointSettingsPerAccountMax: number }) {
    this.#queue = queue;
    this.#sealer = sealer;
    this.#perAccountMax = limits.endpointSettingsPerAccountMax;
    this.#ofEndpoint = queue.db.prepare(SQL.ofEndpoint);
  }

  /** On the writer's own connection: within a transaction it sees what that has written. */
  readonly callbackSettingsOf = (endpoint: string, now: number): CallbackSettings | null => {
    const row = this.#ofEndpoint.get(endpoint);
    return row === undefined ? null : callbackSettingsAt(this.#read(row), now);
  };

  putSettings(
    settings: Omit<EndpointSettings, 'createdAt' | 'updatedAt'>,
    now: number,
    condition: SeenCondition<EndpointSettings> = null,
  ): Promise<EndpointSettingsWrite> {
    return this.#queue.write(() => {
      const { account, name, endpoint, headers, auth, signing, ...body } = settings;
      const before = this.#get(account, name);
      if (!isMet(condition, before)) return { outcome: 'overtaken', current: before };
      const holder = this.#ofEndpoint.get(endpoint);
      if (holder !== undefined && !(holder.account === account && holder.name === name))
        return { outcome: 'taken', by: holder.account === account ? (holder.name as string) : null };
      if (before === null && Number(this.#statement(SQL.count).get(account)?.count) >= this.#perAccountMax)
        return { outcome: 'too_many', limit: this.#perAccountMax };
      const createdAt = before?.createdAt ?? now;
      if (before !== null && isDeepStrictEqual(before, { ...settings, createdAt, updatedAt: before.updatedAt }))
        return { outcome: 'unchanged', settings: before };
      const updatedAt = Math.max(now, (before?.updatedAt ?? 0) + 1);
      const sealed = this.#sealer.seal(JSON.stringify({ headers, auth, signing }), ENDPOINT_SECRETS_PLACE);
      this.#statement(SQL.put).run(account, name, endpoint, JSON.stringify(body), sealed, createdAt, updatedAt);
      const after = { ...settings, createdAt, updatedAt };
      return { outcome: before === null ? 'created' : 'updated', settings: after };
    });
  }

  removeSettings(
    account: string,
    name: string,
    condition: SeenCondition<EndpointSettings> = null,
  ): Promise<Removal<EndpointSettings>> {
    return this.#queue.write(() => {
      const before = this.#get(account, name);
      if (!isMet(condition, before)) return { outcome: 'overtaken', current: before };
      if (before === null) return { outcome: 'not_found' };
      this.#statement(SQL.remove).run(account, name);
      return { outcome: 'removed' };
    });
  }

  async settings(account: string, name: string): Promise<EndpointSettings | null> {
    return this.#get(account, name);
  }

  async settingsPage({ account, after, names, limit }: NameQuery): Promise<EndpointSettings[]> {
    const named = names === undefined ? null : JSON.stringify(names);
    return this.#statement(SQL.page)
      .all({ account, after: after ?? '', names: named, limit })
      .map(this.#read);
  }

  async allSettings(): Promise<EndpointSettings[]> {
    return this.#statement(SQL.all).all().map(this.#read);
  }

  #get(account: string, name: string): EndpointSettings | null {
    const row = this.#statement(SQL.get).get(account, name);
    return row === undefined ? null : this.#read(row);
  }

  readonly #read = (row: Readonly<Record<string, SQLOutputValue>>): EndpointSettings => ({
    account: row.account as string,
    name: row.name as string,
    endpoint: row.endpoint as string,
    ...(JSON.parse(row.body as string) as Pick<EndpointSettings, 'retryFor' | 'rateLimit' | 'callbackProfile'>),
    ...(JSON.parse(this.#sealer.open(row.secrets as string, ENDPOINT_SECRETS_PLACE)) as Pick<
      EndpointSettings,
      'headers' | 'auth' | 'signing'
    >),
    createdAt: row.created_at as number,
    updatedAt: row.updated_at as number,
  });

  #statement(sql: string): StatementSync {
    return this.#queue.db.prepare(sql);
  }
}

function isMet(seen: SeenCondition<EndpointSettings>, before: EndpointSettings | null): boolean {
  if (seen === null) return true;
  if (seen === 'absent') return before === null;
  return before !== null && seen.createdAt === before.createdAt && seen.updatedAt === before.updatedAt;
}
