import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDataDir } from './lock.ts';

let dir: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cloudbell-lock-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(dir, { recursive: true });
});

const locked = expect.objectContaining({
  code: 'data_folder_locked',
  message: expect.stringContaining('another Cloudbell process'),
});

test('a second lock is refused, in this process too, until the first is released', () => {
  const first = lockDataDir(join(dir, 'made'));
  expect(() => lockDataDir(join(dir, 'made'))).toThrow(locked);
  first.release();
  first.release();
  lockDataDir(join(dir, 'made')).release();
  expect(readdirSync(join(dir, 'made'))).toEqual(['lock.db']);
});

test('another process is refused while this one holds it; a killed one frees it', async () => {
  const script = `
    import { lockDataDir } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))};
    // Kept reachable: a lock that is collected as garbage is a lock let go.
    try { globalThis.lock = lockDataDir(${JSON.stringify(dir)}); console.log('holds it'); setInterval(() => {}, 1000); }
    catch (error) { console.log(error.code); }`;
  const start = () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    children.push(child);
    const says = new Promise<string>((resolve) =>
      child.stdout.once('data', (text: Buffer) => resolve(text.toString().trim())),
    );
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    return { child, says, ended };
  };
  const mine = lockDataDir(dir);
  const refused = start();
  expect(await refused.says).toBe('data_folder_locked');
  await refused.ended;
  mine.release();

  const holder = start();
  expect(await holder.says).toBe('holds it');
  expect(() => lockDataDir(dir)).toThrow(locked);
  holder.child.kill('SIGKILL');
  await holder.ended;
  lockDataDir(dir).release();
});
