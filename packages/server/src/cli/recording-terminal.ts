import type { Terminal } from './terminal.ts';

/** A terminal for tests: keeps what was said. */
export interface RecordingTerminal extends Terminal {
  readonly said: { out: string; err: string };
  /** What SIGINT does. */
  readonly interrupt: () => void;
}

export function recordingTerminal(argv: readonly string[], changes: Partial<Terminal> = {}): RecordingTerminal {
  const said = { out: '', err: '' };
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    argv,
    env: {},
    cwd: process.cwd(),
    out: (text) => {
      said.out += typeof text === 'string' ? text : Buffer.from(text).toString('utf8');
    },
    err: (text) => {
      said.err += text;
    },
    colour: false,
    columns: 100,
    now: () => 0,
    timeZone: 'UTC',
    ask: async () => null,
    interrupted: () => promise,
    said,
    interrupt: resolve,
    ...changes,
  };
}
