import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';

export const isInstalled = (program: string): boolean =>
  spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const finder = createServer();
    finder.listen(0, '127.0.0.1', () => {
      const address = finder.address();
      finder.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Answers how to end it. */
export function startProgram(program: string, args: readonly string[]): () => Promise<void> {
  const child = spawn(program, args, { stdio: 'ignore' });
  return async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await ended;
  };
}
