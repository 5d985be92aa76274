import { safeText } from '../base/terminal-text.ts';
import { EXIT } from './exit.ts';
import { type Terminal, UsageError } from './terminal.ts';

type Verb = (argv: readonly string[], terminal: Terminal) => Promise<number>;

/** Runs one of a command's verbs and answers the exit code: what the server refuses, or that it is not there, is one line. */
export async function runVerb(
  command: string,
  verbs: Readonly<Record<string, Verb>>,
  { argv, terminal }: { readonly argv: readonly string[]; readonly terminal: Terminal },
): Promise<number> {
  const [name, ...rest] = argv;
  const verb = name !== undefined && Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (verb === undefined) {
    const names = Object.keys(verbs);
    const there = [names.slice(0, -1).join(', '), names.at(-1)].filter((part) => part !== '').join(' or ');
    throw new UsageError(`${command} ${name === undefined ? 'needs a verb' : `has no verb "${name}"`}: ${there}`);
  }
  try {
    return await verb(rest, terminal);
  } catch (thrown) {
    if (thrown instanceof UsageError || !(thrown instanceof Error)) throw thrown;
    terminal.err(`cloudbell: ${safeText(thrown.message)}\n`);
    return EXIT.failed;
  }
}
