import { runCli } from './cli/cli.ts';
import { processTerminal } from './cli/process-terminal.ts';

process.exitCode = await runCli(processTerminal());
