import type { ParseArgsConfig } from 'node:util';
import { type Paint, painter } from '../base/terminal-text.ts';
import { type ApiServer, serverOf } from './api-client.ts';
import { EXIT } from './exit.ts';
import { type Column, tableText } from './table.ts';
import { type Terminal, UsageError } from './terminal.ts';

/** Flags of every command that asks a running Cloudbell. */
export const QUERY_FLAGS = {
  server: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const satisfies ParseArgsConfig['options'];

/** What a command asks with, and whom it answers: people, or machines that want the API's own JSON. */
export interface Query {
  readonly server: ApiServer;
  readonly terminal: Terminal;
  readonly paint: Paint;
  readonly isJson: boolean;
}

export function queryOf(
  values: { readonly server?: string | undefined; readonly json: boolean },
  terminal: Terminal,
): Query {
  return { server: serverOf(values.server, terminal), terminal, paint: painter(terminal.colour), isJson: values.json };
}

export function tell({ terminal, isJson }: Query, answer: unknown, sentence: string): number {
  terminal.out(isJson ? `${JSON.stringify(answer, null, 2)}\n` : `${sentence}\n`);
  return EXIT.done;
}

/** A list: a table, or `none` where it is empty. */
export function tellList<T>(
  query: Query,
  items: readonly T[],
  { table, none }: { readonly table: readonly Column<T>[]; readonly none: string },
): number {
  const { terminal, paint, isJson } = query;
  if (isJson || items.length === 0) return tell(query, items, none);
  // Colours are on where somebody looks, and only there a line has an end.
  terminal.out(tableText(items, table, { paint, columns: terminal.colour ? terminal.columns : null }));
  return EXIT.done;
}

/** Asks before what cannot be taken back; false when the answer is no. */
export async function agreed(terminal: Terminal, question: string, isYes: boolean): Promise<boolean> {
  if (isYes) return true;
  const answer = await terminal.ask(`${question} [y/N] `);
  if (answer === null) throw new UsageError('nobody is there to ask: add --yes');
  return /^y(es)?$/i.test(answer.trim());
}

/** The one argument a verb needs. */
export function onlyArgument(positionals: readonly string[], usage: string): string {
  const [only, ...more] = positionals;
  if (only === undefined || only === '' || more.length > 0) throw new UsageError(`usage: cloudbell ${usage}`);
  return only;
}
