import type { CloudbellOptions, OptionKey } from '../app/options-table.ts';
import { CloudbellError } from '../base/errors.ts';
import { EXIT } from './exit.ts';
import { type Terminal, UsageError } from './terminal.ts';
import { COMMAND_USAGE, USAGE } from './usage.ts';

type Command = (argv: readonly string[], terminal: Terminal) => Promise<number>;

const COMMANDS: Readonly<Record<string, Command>> = {
  serve: async (argv, terminal) => {
    const options = await optionsOf(argv, terminal);
    const { serve } = await import('../app/serve.ts');
    return serve({ options, demo: false });
  },
  demo: async (argv, terminal) => {
    const options = await optionsOf(argv, terminal, { dataPath: './data-demo', collectEveryMs: '5s' });
    const { serve } = await import('../app/serve.ts');
    return serve({ options, demo: true });
  },
  receive: async (argv, terminal) => (await import('./receive.ts')).receive(argv, terminal),
  rules: async (argv, terminal) => (await import('./rules.ts')).rules(argv, terminal),
  contacts: async (argv, terminal) => (await import('./contacts.ts')).contacts(argv, terminal),
  groups: async (argv, terminal) => (await import('./groups.ts')).groups(argv, terminal),
  endpoints: async (argv, terminal) => (await import('./endpoints.ts')).endpoints(argv, terminal),
  silences: async (argv, terminal) => (await import('./silences.ts')).silences(argv, terminal),
  users: async (argv, terminal) => (await import('./users.ts')).users(argv, terminal),
  keys: async (argv, terminal) => (await import('./keys.ts')).keys(argv, terminal),
  alerts: async (argv, terminal) => (await import('./alerts.ts')).alerts(argv, terminal),
  deliveries: async (argv, terminal) => (await import('./deliveries.ts')).deliveries(argv, terminal),
  'test-send': async (argv, terminal) => (await import('./test-send.ts')).testSend(argv, terminal),
  backup: async (argv, terminal) => {
    const [file, rest] = leadingFile('backup', argv);
    const { backup } = await import('../app/backup.ts');
    terminal.out(`${await backup({ dataPath: (await optionsOf(rest, terminal)).dataPath, file })}\n`);
    return EXIT.done;
  },
  restore: async (argv, terminal) => {
    const force = argv.includes('--force');
    const [file, rest] = leadingFile(
      'restore',
      argv.filter((each) => each !== '--force'),
    );
    const { restore } = await import('../app/backup.ts');
    terminal.out(`${await restore({ dataPath: (await optionsOf(rest, terminal)).dataPath, file, force })}\n`);
    return EXIT.done;
  },
  secrets: async (argv, terminal) => {
    const { signingSecrets } = await import('../app/secrets.ts');
    const { primary, previous } = signingSecrets(await optionsOf(argv, terminal));
    terminal.out(`${primary}\n`);
    if (previous !== null) terminal.out(`${previous}   (the one before, while rotating)\n`);
    return EXIT.done;
  },
  version: async (_, terminal) => {
    const { version } = await import('../app/version.ts');
    terminal.out(`${version()}\n`);
    return EXIT.done;
  },
  help: async (argv, terminal) => {
    const help = await import('../app/options-help.ts');
    terminal.out(argv.includes('--markdown') ? help.optionsDocument() : `${USAGE}\n${help.optionsHelp()}\n`);
    return EXIT.done;
  },
};

/** The `cloudbell` command: answers the exit code. `serve` is meant when no command is named. */
export async function runCli(terminal: Terminal): Promise<number> {
  const [first = 'serve', ...others] = terminal.argv;
  const isNamed = !first.startsWith('-');
  const name = isNamed ? first : 'serve';
  const argv = isNamed ? others : terminal.argv;
  try {
    if (first === '--version' || first === '-v') return await runNamed('version', [], terminal);
    if (argv.includes('--help') || argv.includes('-h')) {
      const usage = COMMAND_USAGE[name];
      if (usage === undefined) return await runNamed('help', [], terminal);
      terminal.out(usage);
      return EXIT.done;
    }
    return await runNamed(name, argv, terminal);
  } catch (thrown) {
    return explain(thrown, terminal);
  }
}

async function runNamed(name: string, argv: readonly string[], terminal: Terminal): Promise<number> {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined)
    throw new UsageError(`unknown command "${name}"; there are ${Object.keys(COMMANDS).join(', ')}`);
  return command(argv, terminal);
}

/** Errors of the world are one or two lines; only a mistake of ours shows where it happened. */
function explain(thrown: unknown, terminal: Terminal): number {
  if (thrown instanceof UsageError) {
    terminal.err(`cloudbell: ${thrown.message}\n`);
    return EXIT.usage;
  }
  if (thrown instanceof CloudbellError) {
    terminal.err(`cloudbell: ${thrown.message}\n           ${thrown.problem.hint}\n`);
    return EXIT.failed;
  }
  throw thrown;
}

async function optionsOf(
  argv: readonly string[],
  terminal: Terminal,
  defaults: Readonly<Partial<Record<OptionKey, string>>> = {},
): Promise<CloudbellOptions> {
  const { loadOptions } = await import('../app/options-file.ts');
  const result = loadOptions({ argv, env: terminal.env, cwd: terminal.cwd, defaults });
  if ('error' in result) throw new UsageError(result.error);
  return result.options;
}

function leadingFile(command: string, argv: readonly string[]): [file: string, rest: readonly string[]] {
  const [file, ...rest] = argv;
  if (file === undefined || file.startsWith('-'))
    throw new UsageError(`${command} needs a file: cloudbell ${command} FILE`);
  return [file, rest];
}
