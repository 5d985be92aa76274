import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** Goal: the console is built when it must be and only then. Method: the real script, and a vite that only pretends. */
const repository = fileURLToPath(new URL('..', import.meta.url));
const SHOWN = 'Building the console (a few seconds, once) …\n';
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cloudbell-console-'));
  for (const path of ['scripts', 'packages/server/bin'])
    cpSync(join(repository, path), join(root, path), { recursive: true });
  write('package.json', '{"type": "module"}');
  write('package-lock.json', '{}');
  write('packages/core/src/rule.ts', 'export const a = 1;');
  write('packages/console/vite.config.ts', '');
  write('packages/console/src/main.tsx', 'one');
  vite("await writeFile(join(outDir, 'index.html'), await readFile(join(home, 'src/main.tsx'), 'utf8'));");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** `vite build HOME --outDir DIR …` */
function vite(script: string): void {
  write('node_modules/vite/package.json', '{"type": "module"}');
  write(
    'node_modules/vite/bin/vite.js',
    `import { mkdir, readFile, writeFile } from 'node:fs/promises';
    import { join } from 'node:path';
    const [, , , home, , outDir] = process.argv;
    await mkdir(outDir, { recursive: true });
    ${script}`,
  );
}

const build = (): SpawnSyncReturns<string> =>
  spawnSync(process.execPath, [join(root, 'scripts/console.mjs')], { cwd: root, encoding: 'utf8' });
const built = (): string => readFileSync(join(root, 'packages/console/dist/index.html'), 'utf8');

test('it is built once', () => {
  expect([build().stdout, built()]).toEqual([SHOWN, 'one']);
  expect(build().stdout).toBe('');
});

test.each([
  ['a source', 'packages/console/src/main.tsx'],
  ['a new source', 'packages/console/src/other.tsx'],
  ['core', 'packages/core/src/rule.ts'],
  ['the lock file', 'package-lock.json'],
])('%s that changes builds it again', (_, path) => {
  build();
  write(path, 'two');
  expect(build().stdout).toBe(SHOWN);
});

test('a test that changes does not', () => {
  build();
  write('packages/console/src/main.test.ts', 'two');
  expect(build().stdout).toBe('');
});

test('a failed build says why, leaves what was there, and is tried again', () => {
  build();
  write('packages/console/src/main.tsx', 'two');
  vite("console.error('no such file'); process.exit(3);");
  const failed = build();
  expect([failed.status, built()]).toEqual([3, 'one']);
  expect(failed.stdout).toContain('no such file');
  vite("await writeFile(join(outDir, 'index.html'), 'mended');");
  expect([build().status, built()]).toEqual([0, 'mended']);
  expect(readdirSync(join(root, 'packages/console')).filter((name) => name.startsWith('dist'))).toEqual(['dist']);
});

test('a part of the repository without a console has nothing to build', () => {
  rmSync(join(root, 'packages/console'), { recursive: true });
  expect([build().status, build().stdout]).toEqual([0, '']);
  expect(existsSync(join(root, 'packages/console'))).toBe(false);
});
