import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './terminal.ts';

type Flags = NonNullable<ParseArgsConfig['options']>;

/** Reads a command's own flags; throws {@link UsageError} with one line for what it does not know. */
export function readFlags<const F extends Flags>(argv: readonly string[], flags: F, positionals = false) {
  try {
    return parseArgs({ args: [...argv], options: flags, allowPositionals: positionals, strict: true });
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    // node:util explains `--` at length after the first sentence.
    throw new UsageError(message.split(/\. /, 1)[0]?.split('\n', 1)[0] ?? message);
  }
}
