import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { printedByNobody } from '../../base/nobody-fixture.contract.ts';
import { makeFolder } from './data-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloudbell-folder-'));
});
afterEach(() => {
  chmodSync(folder, 0o755);
  rmSync(folder, { recursive: true });
});

const make = (dir: string): string =>
  printedByNobody({
    imports: `import { makeFolder } from ${JSON.stringify(join(import.meta.dirname, 'data-folder.ts'))};`,
    body: `try { makeFolder(${JSON.stringify(dir)}); console.log('made'); }
      catch (error) { console.log(error.code, error.message, error.problem.hint); }`,
  });

const owner = process.getuid?.() === 0 ? 'root' : `user ${process.getuid?.()}`;

test.skipIf(process.platform === 'win32').each([['data'], ['some/way/down/data']])(
  '%s below a folder that may only be read: which one that is, and whose',
  (below) => {
    chmodSync(folder, 0o555);
    const said = make(join(folder, below));
    expect(said).toContain(
      `store_unavailable The data folder ${join(folder, below)} cannot be made: ${folder} cannot be written by`,
    );
    expect(said).toContain(`; it belongs to ${owner}.`);
    expect(said).toContain('--data');
  },
);

test.skipIf(process.platform === 'win32')('a folder that can be made is, and a file in the way is named', () => {
  chmodSync(folder, 0o777);
  expect(make(join(folder, 'a/b'))).toBe('made\n');
  writeFileSync(join(folder, 'file'), '');
  expect(make(join(folder, 'file'))).toContain('it is not a folder');
});

const mount = (...args: string[]): boolean => spawnSync('mount', args).status === 0;

test('a read-only file system (skipped where none can be mounted)', ({ skip }) => {
  const at = join(folder, 'mounted');
  mkdirSync(at);
  if (process.platform !== 'linux' || !mount('-t', 'tmpfs', '-o', 'ro', 'tmpfs', at)) skip();
  try {
    expect(() => makeFolder(join(at, 'x/data'))).toThrow(`${at} is on a read-only file system.`);
  } finally {
    spawnSync('umount', [at]);
  }
});
