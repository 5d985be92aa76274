import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { CONSOLE_DIST } from '../../packages/console/src/files.ts';
import { buildConsole } from './build-console.ts';

const SCRIPT_BYTES_MAX = 250 * 1024;

beforeAll(buildConsole);

const read = (path: string): string => readFileSync(new URL(path, CONSOLE_DIST), 'utf8');

/** A script and all that it imports at once; what it imports lazily comes later. */
function withImports(name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const [, other] of read(`assets/${name}`).matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g))
    withImports(other ?? '', seen);
  return seen;
}

test('the first page loads at most 250 KB of compressed script', () => {
  const entry = /src="\/console\/assets\/([^"]+\.js)"/.exec(read('index.html'))?.[1] ?? '';
  const overview = /["'./]assets\/(overview-page-[\w-]+\.js)|\.\/(overview-page-[\w-]+\.js)/.exec(
    read(`assets/${entry}`),
  );
  const files = withImports(overview?.[1] ?? overview?.[2] ?? 'overview is missing', withImports(entry));
  const bytes = [...files].map((name) => gzipSync(read(`assets/${name}`)).length).reduce((sum, size) => sum + size, 0);
  expect(files.size).toBeGreaterThan(1);
  expect(bytes).toBeLessThan(SCRIPT_BYTES_MAX);
});

test('what was only needed for its types is not in there', () => {
  const entry = /src="\/console\/assets\/([^"]+\.js)"/.exec(read('index.html'))?.[1] ?? '';
  for (const name of withImports(entry)) expect([name, read(`assets/${name}`).includes('_zod')]).toEqual([name, false]);
});
