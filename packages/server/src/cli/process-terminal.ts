import { createInterface } from 'node:readline/promises';
import { systemClock } from '../base/clock.ts';
import type { Terminal } from './terminal.ts';

/** The real one. Colours only where a person looks, and NO_COLOR is honoured (no-color.org). */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  const isLookedAt = stdout.isTTY === true;
  for (const stream of [stdout, stderr]) stream.on('error', outlive);
  return {
    argv: process.argv.slice(2),
    env: process.env,
    cwd: process.cwd(),
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    colour: isLookedAt && !process.env.NO_COLOR,
    columns: stdout.columns || 100,
    now: () => systemClock.wallMs(),
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    ask: async (question) => {
      if (!isLookedAt || stdin.isTTY !== true) return null;
      const lines = createInterface({ input: stdin, output: stdout });
      try {
        return await lines.question(question);
      } finally {
        lines.close();
      }
    },
    interrupted: () =>
      new Promise((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
      }),
  };
}

/** Who read the output is gone (`| head`, a terminal that was closed): that ends what is said, and nothing else. */
function outlive(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
