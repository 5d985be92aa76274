import type { SQLOutputValue, StatementSync } from 'node:sqlite';
import type { Contact, ContactGroup, ContactsOf } from '@cloudbell/core/notify/contact.ts';
import type { Sealer } from '../../base/sealing.ts';
import type {
  ContactGroupWrite,
  ContactStore,
  ContactWrite,
  NameQuery,
  Removal,
  SeenCondition,
} from '../../ports/contact-store.ts';
import type { RobotSecrets } from '../../ports/robot-secrets.ts';
import { CONTACT_GROUPS_SQL, CONTACTS_SQL } from './contacts-sql.ts';
import { ROBOT_SECRET_PLACE } from './sealed-values.ts';
import type { WriteQueue } from './write-queue.ts';

/** People write these, a few a day: all but what commits and the courier ask is prepared as it is needed. */
export class SqliteContacts implements ContactStore, RobotSecrets {
  readonly #queue: WriteQueue;
  readonly #sealer: Sealer;
  readonly #contactsPerAccountMax: number;
  readonly #ofGroups: StatementSync;
  readonly #robotSecret: StatementSync;

  constructor(queue: WriteQueue, sealer: Sealer, limits: { readonly contactsPerAccountMax: number }) {
    this.#queue = queue;
    this.#sealer = sealer;
    this.#contactsPerAccountMax = limits.contactsPerAccountMax;
    this.#ofGroups = queue.db.prepare(CONTACTS_SQL.ofGroups);
    this.#robotSecret = queue.db.prepare(CONTACTS_SQL.robotSecret);
  }

  /** On the writer's own connection: within a transaction it sees what that has written. */
  readonly contactsOf: ContactsOf = (account, groups) => {
    if (groups.length === 0) return [];
    return this.#ofGroups.all({ account, groups: JSON.stringify(groups) }).map(this.#contactOf);
  };

  async secretOf(webhook: string): Promise<string | null> {
    const sealed = this.#robotSecret.get(webhook)?.secret as string | undefined;
    return sealed === undefined ? null : this.#sealer.open(sealed, ROBOT_SECRET_PLACE);
  }

  putContact(
    contact: Omit<Contact, 'createdAt' | 'updatedAt'>,
    now: number,
    condition: SeenCondition<Contact> = null,
  ): Promise<ContactWrite> {
    return this.#queue.write(() => {
      const { account, name, email, dingtalk } = contact;
      const before = this.#contact(account, name);
      if (!isMet(condition, before, isUntouched)) return { outcome: 'overtaken', current: before };
      if (before === null && this.#isFull(CONTACTS_SQL.count, account)) return this.#tooMany();
      if (before !== null && isSame(before, contact)) return { outcome: 'unchanged', contact: before };
      const createdAt = before?.createdAt ?? now;
      const secret = dingtalk?.secret ?? null;
      const sealed = secret === null ? null : this.#sealer.seal(secret, ROBOT_SECRET_PLACE);
      const robot = [dingtalk?.webhook ?? null, sealed];
      const updatedAt = Math.max(now, (before?.updatedAt ?? 0) + 1);
      this.#statement(CONTACTS_SQL.put).run(account, name, email, ...robot, createdAt, updatedAt);
      const after: Contact = { account, name, email, dingtalk, createdAt, updatedAt };
      return { outcome: before === null ? 'created' : 'updated', contact: after };
    });
  }

  removeContact(account: string, name: string, condition: SeenCondition<Contact> = null): Promise<Removal<Contact>> {
    return this.#queue.write(() => {
      const before = this.#contact(account, name);
      if (!isMet(condition, before, isUntouched)) return { outcome: 'overtaken', current: before };
      if (before === null) return { outcome: 'not_found' };
      this.#statement(CONTACTS_SQL.remove).run(account, name);
      this.#statement(CONTACT_GROUPS_SQL.forgetContact).run(account, name);
      return { outcome: 'removed' };
    });
  }

  async contact(account: string, name: string): Promise<Contact | null> {
    return this.#contact(account, name);
  }

  async contacts(query: NameQuery): Promise<Contact[]> {
    return this.#statement(CONTACTS_SQL.list).all(parametersOf(query)).map(this.#contactOf);
  }

  putGroup(
    { account, name, contacts }: ContactGroup,
    condition: SeenCondition<ContactGroup> = null,
  ): Promise<ContactGroupWrite> {
    return this.#queue.write(() => {
      const before = this.#group(account, name);
      if (!isMet(condition, before, hasSameMembers)) return { outcome: 'overtaken', current: before };
      if (before === null) {
        if (this.#isFull(CONTACT_GROUPS_SQL.count, account)) return this.#tooMany();
        this.#statement(CONTACT_GROUPS_SQL.insert).run(account, name);
      } else if (isSameSet(before.contacts, contacts)) return { outcome: 'unchanged', group: before };
      this.#statement(CONTACT_GROUPS_SQL.removeMembers).run(account, name);
      this.#statement(CONTACT_GROUPS_SQL.addMembers).run({ account, name, contacts: JSON.stringify(contacts) });
      const group = this.#group(account, name) ?? { account, name, contacts };
      return { outcome: before === null ? 'created' : 'updated', group };
    });
  }

  removeGroup(
    account: string,
    name: string,
    condition: SeenCondition<ContactGroup> = null,
  ): Promise<Removal<ContactGroup>> {
    return this.#queue.write(() => {
      const before = this.#group(account, name);
      if (!isMet(condition, before, hasSameMembers)) return { outcome: 'overtaken', current: before };
      if (before === null) return { outcome: 'not_found' };
      this.#statement(CONTACT_GROUPS_SQL.removeMembers).run(account, name);
      this.#statement(CONTACT_GROUPS_SQL.remove).run(account, name);
      return { outcome: 'removed' };
    });
  }

  async group(account: string, name: string): Promise<ContactGroup | null> {
    return this.#group(account, name);
  }

  async groups(query: NameQuery): Promise<ContactGroup[]> {
    const rows = this.#statement(CONTACT_GROUPS_SQL.list).all(parametersOf(query));
    return rows.map((row) => groupOf(query.account, row));
  }

  #contact(account: string, name: string): Contact | null {
    const row = this.#statement(CONTACTS_SQL.get).get(account, name);
    return row === undefined ? null : this.#contactOf(row);
  }

  readonly #contactOf = (row: Row): Contact => {
    const webhook = row.dingtalk_webhook as string | null;
    const sealed = row.dingtalk_secret as string | null;
    const secret = sealed === null ? null : this.#sealer.open(sealed, ROBOT_SECRET_PLACE);
    return {
      account: row.account as string,
      name: row.name as string,
      email: row.email as string | null,
      dingtalk: webhook === null ? null : { webhook, secret },
      createdAt: row.created_at as number,
      updatedAt: row.updated_at as number,
    };
  };

  #group(account: string, name: string): ContactGroup | null {
    const row = this.#statement(CONTACT_GROUPS_SQL.get).get(account, name);
    return row === undefined ? null : groupOf(account, row);
  }

  #isFull(sql: string, account: string): boolean {
    return Number(this.#statement(sql).get(account)?.count) >= this.#contactsPerAccountMax;
  }

  #tooMany(): { readonly outcome: 'too_many'; readonly limit: number } {
    return { outcome: 'too_many', limit: this.#contactsPerAccountMax };
  }

  #statement(sql: string): StatementSync {
    return this.#queue.db.prepare(sql);
  }
}

type Row = Readonly<Record<string, SQLOutputValue>>;

function groupOf(account: string, row: Row): ContactGroup {
  return { account, name: row.name as string, contacts: JSON.parse(row.contacts as string) as string[] };
}

function parametersOf({ account, after, names, limit }: NameQuery) {
  return { account, after: after ?? '', names: names === undefined ? null : JSON.stringify(names), limit };
}

function isSame(before: Contact, { email, dingtalk }: Pick<Contact, 'email' | 'dingtalk'>): boolean {
  const { webhook = null, secret = null } = before.dingtalk ?? {};
  return before.email === email && webhook === (dingtalk?.webhook ?? null) && secret === (dingtalk?.secret ?? null);
}

function isMet<T>(seen: SeenCondition<T>, before: T | null, isEqual: (seen: T, before: T) => boolean): boolean {
  if (seen === null) return true;
  if (seen === 'absent' || before === null) return seen === 'absent' && before === null;
  return isEqual(seen, before);
}

const isUntouched = (seen: Contact, before: Contact): boolean =>
  seen.createdAt === before.createdAt && seen.updatedAt === before.updatedAt && isSame(before, seen);

const hasSameMembers = (seen: ContactGroup, before: ContactGroup): boolean => isSameSet(before.contacts, seen.contacts);

function isSameSet(before: readonly string[], after: readonly string[]): boolean {
  const wanted = new Set(after);
  return before.length === wanted.size && before.every((name) => wanted.has(name));
}
