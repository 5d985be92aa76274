import type { Role } from '@cloudbell/core/contract/role.ts';

/** A person who is signed in somewhere. Times are wall clock ms. */
export interface Session {
  /** Names the session to people; the token, which opens doors, is another. */
  readonly sessionId: string;
  readonly account: string;
  readonly user: string;
  /** Where it was started from, and with what. */
  readonly address: string;
  readonly userAgent: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface NewSession extends Session {
  /** SHA-256 of the token. */
  readonly tokenHash: string;
  /** What the password was checked against; null when it came by a sign-in link. */
  readonly passwordHash: string | null;
}

/** Beyond these the oldest of a user end. */
export const SESSIONS_PER_USER_MAX = 100;

/** Sessions of users ({@link ./user-store.ts}), which end with what they were begun on. */
export interface SessionStore {
  /**
   * Notes the sign-in with the user. False, and nothing is begun, when the user is gone, disabled, or no longer has the
   * password that was checked.
   */
  startSession(session: NewSession): Promise<boolean>;
  /** The live session of this token with the user's role of the moment; null also when the user is disabled. */
  session(tokenHash: string, now: number): Promise<(Session & { readonly role: Role }) | null>;
  /** Live ones, newest first. */
  sessions(account: string, user: string, now: number): Promise<Session[]>;
  /** False when the user has no such session. */
  endSession(of: { readonly account: string; readonly user: string; readonly sessionId: string }): Promise<boolean>;
  /** All of a user. */
  endSessions(account: string, user: string): Promise<void>;
}
