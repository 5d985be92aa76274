/**
 * The secrets that chat robots want their messages signed with, as the contacts have them now: one that was wrong and has
 * been mended serves the next attempt.
 */
export interface RobotSecrets {
  /** Null when no contact has this webhook with a secret: the robot then knows us by a keyword or our address. */
  secretOf(webhook: string): Promise<string | null>;
}
