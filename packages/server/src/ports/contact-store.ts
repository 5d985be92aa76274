import type { Contact, ContactGroup } from '@cloudbell/core/notify/contact.ts';

/**
 * What a write requires to be stored: what its maker has seen, compared whole; nothing ('absent'); or null for
 * whatever is there.
 */
export type SeenCondition<T> = T | 'absent' | null;

/** Not what was required; `current` null when nothing is stored. */
interface Overtaken<T> {
  readonly outcome: 'overtaken';
  readonly current: T | null;
}

export type ContactWrite =
  | { readonly outcome: 'created' | 'updated' | 'unchanged'; readonly contact: Contact }
  | Overtaken<Contact>
  | { readonly outcome: 'too_many'; readonly limit: number };

export type ContactGroupWrite =
  | { readonly outcome: 'created' | 'updated' | 'unchanged'; readonly group: ContactGroup }
  | Overtaken<ContactGroup>
  | { readonly outcome: 'too_many'; readonly limit: number };

export type Removal<T> = { readonly outcome: 'removed' | 'not_found' } | Overtaken<T>;

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
  /**
   * Creates or replaces. `now` is wall clock, ms; what is equal to the stored one keeps its times, and each change has
   * a later `updatedAt` than the one before.
   */
  putContact(
    contact: Omit<Contact, 'createdAt' | 'updatedAt'>,
    now: number,
    condition?: SeenCondition<Contact>,
  ): Promise<ContactWrite>;
  /** Takes the contact out of its groups in the same transaction. */
  removeContact(account: string, name: string, condition?: SeenCondition<Contact>): Promise<Removal<Contact>>;
  contact(account: string, name: string): Promise<Contact | null>;
  contacts(query: NameQuery): Promise<Contact[]>;
  /** Creates or replaces; members are kept once each, in order of name. */
  putGroup(group: ContactGroup, condition?: SeenCondition<ContactGroup>): Promise<ContactGroupWrite>;
  /** Its contacts stay. */
  removeGroup(account: string, name: string, condition?: SeenCondition<ContactGroup>): Promise<Removal<ContactGroup>>;
  group(account: string, name: string): Promise<ContactGroup | null>;
  groups(query: NameQuery): Promise<ContactGroup[]>;
}
