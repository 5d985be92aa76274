/** What a command sees of the world: tests hand in their own. */
export interface Terminal {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly out: (text: string | Uint8Array) => void;
  readonly err: (text: string) => void;
  readonly colour: boolean;
  readonly columns: number;
  /** Wall clock, ms. */
  readonly now: () => number;
  /** In which times are written: an IANA name. */
  readonly timeZone: string;
  /** Asks on the terminal; null where nobody can answer. */
  readonly ask: (question: string) => Promise<string | null>;
  /** Resolves at the first SIGINT or SIGTERM. */
  readonly interrupted: () => Promise<void>;
}

/** Ends a command with exit code 2 and one line: the person asked for something that does not exist. */
export class UsageError extends Error {}
