import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { timeAndRandomness, unfinished } from './tidy/bans.ts';
import { cycles } from './tidy/cycles.ts';
import { changelog, lockFile } from './tidy/documents.ts';
import { importTable } from './tidy/import-table.ts';
import { barrels, deadFiles, defaultExports, migrations, names } from './tidy/shape.ts';
import { fileSize, functionSize } from './tidy/size.ts';
import { type Finding, readTree, type Tree } from './tidy/tree.ts';

/**
 * Style as a test: what a reviewer would otherwise have to say again and again. Each finding names the file and the
 * line, and what to do instead. `tidy/checks.test.ts` shows that each of these can fail.
 */
const tree = readTree(fileURLToPath(new URL('..', import.meta.url)));

test.each<[string, (tree: Tree) => Finding[]]>([
  ['imports follow the table of design.md §5', importTable],
  ['no file imports itself, by whatever way round', cycles],
  ['no file only re-exports', barrels],
  ['no file is longer than 400 lines', fileSize],
  ['no function is longer than 70 lines', functionSize],
  ['time and randomness enter at base/ only', timeAndRandomness],
  ['nothing is left unfinished', unfinished],
  ['everything is exported by name', defaultExports],
  ['every file is referred to', deadFiles],
  ['folders and files are named for what they hold', names],
  ['migrations are numbered', migrations],
  ['the changelog keeps its shape', changelog],
  ['the lock file names no registry', lockFile],
])('%s', (_, check) => {
  expect(check(tree).map(({ file, line, message }) => `${file}:${line} ${message}`)).toEqual([]);
});

test('the tree that is checked is the whole one', () => {
  for (const path of [
    'packages/core/src/alert/fold.ts',
    'packages/server/src/base/clock.ts',
    'package-lock.json',
    'scripts/browser/package-lock.json',
  ]) {
    expect(tree.byPath.has(path), path).toBe(true);
  }
});
