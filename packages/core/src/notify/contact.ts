/** A person, or a duty, with the endpoints of theirs: what rules name through groups (design.md §1). */
export interface Contact {
  readonly account: string;
  readonly name: string;
  readonly email: string | null;
  readonly dingtalk: ContactRobot | null;
  /** Wall clock, ms. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A chat robot: where its messages are posted, and what it wants them signed with. */
export interface ContactRobot {
  readonly webhook: string;
  readonly secret: string | null;
}

export interface ContactGroup {
  readonly account: string;
  readonly name: string;
  /** Names of contacts. */
  readonly contacts: readonly string[];
}

/** The distinct contacts of these groups, in order of name; groups that do not exist have none. */
export type ContactsOf = (account: string, groups: readonly string[]) => Contact[];
