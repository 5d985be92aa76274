import { runCli } from './cli/cli.ts';
import { processTerminal } from './cli/process-terminal.ts';

// What is written holds secrets (signing secret, sessions, callbacks): it is for this user alone.
process.umask(0o077);
process.exitCode = await runCli(processTerminal());
