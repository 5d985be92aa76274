import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type OptionsInput, type OptionsResult, parseOptions } from './options.ts';
import { CONFIG_FLAG } from './options-sources.ts';
import { environmentName } from './options-table.ts';

/** {@link parseOptions} with the file read: `--config`, `CLOUDBELL_CONFIG`, or `./cloudbell.yaml` where there is one. */
export function loadOptions(input: Omit<OptionsInput, 'yamlText'> & { readonly cwd: string }): OptionsResult {
  const named = configFlag(input.argv) ?? (input.env[environmentName(CONFIG_FLAG)] || null);
  const file = resolve(input.cwd, named ?? 'cloudbell.yaml');
  let yamlText: string | null = null;
  try {
    yamlText = readFileSync(file, 'utf8');
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? 'error';
    if (named !== null || code !== 'ENOENT') return { error: `${named ?? 'cloudbell.yaml'}: cannot be read (${code})` };
  }
  return parseOptions({ ...input, yamlText });
}

function configFlag(argv: readonly string[]): string | null {
  for (const [at, given] of argv.entries()) {
    if (given === `--${CONFIG_FLAG}`) return argv[at + 1] ?? null;
    if (given.startsWith(`--${CONFIG_FLAG}=`)) return given.slice(CONFIG_FLAG.length + 3);
  }
  return null;
}
