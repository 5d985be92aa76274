import type { Contact, ContactGroup } from '@cloudbell/core/notify/contact.ts';

export type ContactWrite =
  | { readonly outcome: 'created' | 'updated' | 'unchanged'; readonly contact: Contact }
  | { readonly outcome: 'too_many'; readonly limit: number };

export type ContactGroupWrite =
  | { readonly outcome: 'created' | 'updated' | 'unchanged'; readonly group: ContactGroup }
  | { readonly outcome: 'too_many'; readonly limit: number };

/** In code point order of names. */
export interface NameQuery {
  readonly account: string;
  readonly limit: number;
  /** Name after which to go on; null for the first page. */
  readonly after: string | null;
  /** Only these, as far as they exist. */
  readonly names?: readonly string[] | undefined;
}

/**
 * Contacts and the groups that rules name. A group may hold names of contacts that do not exist yet: nobody is told
 * through them until they do. Commit reads both within its own transaction, so what was written before a notification
 * is what it goes to ({@link ./commit-store.ts}).
 */
export interface ContactStore {
  /** Creates or replaces. `now` is wall clock, ms; what is equal to the stored one keeps its times. */
  putContact(contact: Omit<Contact, 'createdAt' | 'updatedAt'>, now: number): Promise<ContactWrite>;
  /** Takes the contact out of its groups in the same transaction. False when there was none. */
  removeContact(account: string, name: string): Promise<boolean>;
  contact(account: string, name: string): Promise<Contact | null>;
  contacts(query: NameQuery): Promise<Contact[]>;
  /** Creates or replaces; members are kept once each, in order of name. */
  putGroup(group: ContactGroup): Promise<ContactGroupWrite>;
  /** Its contacts stay. False when there was none. */
  removeGroup(account: string, name: string): Promise<boolean>;
  group(account: string, name: string): Promise<ContactGroup | null>;
  groups(query: NameQuery): Promise<ContactGroup[]>;
}
