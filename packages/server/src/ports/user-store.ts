import type { Role } from '@cloudbell/core/contract/role.ts';

/** A person who may sign in. Times are wall clock ms. */
export interface User {
  readonly account: string;
  readonly name: string;
  readonly role: Role;
  /** False: is let in no more, by no way. */
  readonly enabled: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly lastSignInAt: number | null;
}

export interface UserPut {
  readonly account: string;
  readonly name: string;
  readonly role: Role;
  /** Null: stays as it is; a new user is enabled. */
  readonly enabled: boolean | null;
  /** Null: stays as it is; a new user needs one. */
  readonly passwordHash: string | null;
  /** Answers `exists` instead of changing a user that is there. */
  readonly onlyNew: boolean;
  /** The session that a new password does not end: of who gives it to themselves. */
  readonly keepSession: string | null;
}

export type UserWrite =
  | { readonly outcome: 'created' | 'updated' | 'unchanged'; readonly user: User }
  | { readonly outcome: 'exists' | 'last_admin' | 'password_missing' }
  | { readonly outcome: 'too_many'; readonly limit: number };

export interface Credentials {
  readonly user: User;
  /** `scrypt$N$r$p$salt$hash`: what a password is checked against, by whoever has the time for it. */
  readonly passwordHash: string;
}

/**
 * The users of accounts. An account that has an enabled admin never loses its last one: not by deletion, not by another
 * role, not by disabling. What takes something away from a user (a new password or role, disabling, deletion) ends the
 * user's sessions in the same transaction ({@link ./session-store.ts}).
 */
export interface UserStore {
  putUser(put: UserPut, now: number): Promise<UserWrite>;
  removeUser(account: string, name: string): Promise<'removed' | 'not_found' | 'last_admin'>;
  /** Of enabled and disabled users alike; null when there is none of this name. */
  credentials(account: string, name: string): Promise<Credentials | null>;
  /** In order of name, after `after`; null for the first page. */
  users(query: { readonly account: string; readonly after: string | null; readonly limit: number }): Promise<User[]>;
}
