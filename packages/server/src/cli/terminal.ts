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

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const;

export type Paint = (colour: keyof typeof CODES, text: string) => string;

export const painter =
  (colour: boolean): Paint =>
  (name, text) =>
    colour && text !== '' ? `\u001b[${CODES[name]}m${text}\u001b[0m` : text;

/** Rows of texts as columns, two spaces apart; the last column is not padded. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  return rows.map((row) =>
    row
      .map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
