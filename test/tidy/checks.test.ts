import { expect, test } from 'vitest';
import { timeAndRandomness, unfinished } from './bans.ts';
import { cycles } from './cycles.ts';
import { changelog, lockFile } from './documents.ts';
import { importTable } from './import-table.ts';
import { barrels, deadFiles, defaultExports, migrations, names } from './shape.ts';
import { fileSize, functionSize } from './size.ts';
import { type Finding, type Tree, treeOf } from './tree.ts';

/** Made-up sources: each check finds what it is for, where it is, and leaves the neighbouring good case alone. */
const server = 'packages/server/src';
const core = 'packages/core/src';
const lines = (count: number): string => 'let x;\n'.repeat(count);
const manifest = { 'packages/server/package.json': '{"dependencies":{"fastify":"5"}}' };

type Row = [what: string, check: (tree: Tree) => Finding[], files: Record<string, string>, found: readonly string[]];

const ROWS: readonly Row[] = [
  [
    'a working folder importing another',
    importTable,
    { [`${server}/api/a.ts`]: `import { b } from '../inbox/b.ts';` },
    [`${server}/api/a.ts:1`],
  ],
  [
    'a working folder importing its type',
    importTable,
    { [`${server}/api/a.ts`]: `\nimport type { B } from '../inbox/b.ts';` },
    [`${server}/api/a.ts:2`],
  ],
  [
    'a working folder importing ports, base and core',
    importTable,
    {
      [`${server}/api/a.ts`]: `import '../ports/p.ts'; import '../base/b.ts'; import '@cloudbell/core/c.ts'; import './d.ts';`,
    },
    [],
  ],
  [
    'an engine named outside app',
    importTable,
    { [`${server}/api/a.ts`]: `import { b } from '../store/sqlite/b.ts';` },
    [`${server}/api/a.ts:1`],
  ],
  ['an engine named by app', importTable, { [`${server}/app/a.ts`]: `import { b } from '../store/sqlite/b.ts';` }, []],
  [
    'an engine importing another',
    importTable,
    { [`${server}/store/sqlite/a.ts`]: `import '../memory/b.ts'; import './c.ts';` },
    [`${server}/store/sqlite/a.ts:1`],
  ],
  [
    'a port importing a value of base',
    importTable,
    { [`${server}/ports/a.ts`]: `import { x } from '../base/b.ts';` },
    [`${server}/ports/a.ts:1`],
  ],
  [
    'a port importing a type of base',
    importTable,
    { [`${server}/ports/a.ts`]: `import type { X } from '../base/b.ts';` },
    [],
  ],
  [
    'base importing a port',
    importTable,
    { [`${server}/base/a.ts`]: `import type { X } from '../ports/b.ts';` },
    [`${server}/base/a.ts:1`],
  ],
  [
    'cli importing app at once',
    importTable,
    { [`${server}/cli/a.ts`]: `import { x } from '../app/b.ts';` },
    [`${server}/cli/a.ts:1`],
  ],
  ['cli importing app lazily', importTable, { [`${server}/cli/a.ts`]: `const x = await import('../app/b.ts');` }, []],
  [
    'core importing the server',
    importTable,
    { [`${core}/alert/a.ts`]: `import type { X } from '@cloudbell/server/base/b.ts';` },
    [`${core}/alert/a.ts:1`],
  ],
  [
    'core importing by an inline type',
    importTable,
    { [`${core}/alert/a.ts`]: `let x: import('../../../server/src/base/b.ts').B;` },
    [`${core}/alert/a.ts:1`],
  ],
  [
    'core importing Node',
    importTable,
    { [`${core}/alert/a.ts`]: `import { hash } from 'node:crypto';` },
    [`${core}/alert/a.ts:1`],
  ],
  [
    'zod outside the contract',
    importTable,
    { [`${core}/alert/a.ts`]: `import { z } from 'zod';` },
    [`${core}/alert/a.ts:1`],
  ],
  ['zod inside the contract', importTable, { [`${core}/contract/a.ts`]: `import { z } from 'zod';` }, []],
  [
    'the console importing the server',
    importTable,
    { 'packages/console/src/a.ts': `import '@cloudbell/server/base/b.ts';` },
    ['packages/console/src/a.ts:1'],
  ],
  [
    'a package the server does not declare',
    importTable,
    { ...manifest, [`${server}/api/a.ts`]: `import 'fastify';\nimport 'lodash/fp';` },
    [`${server}/api/a.ts:2`],
  ],
  [
    'a folder that is not in the table',
    importTable,
    { [`${server}/extras/a.ts`]: `import '../base/b.ts';` },
    [`${server}/extras/a.ts:1`],
  ],
  [
    'a product file importing a test',
    importTable,
    { [`${server}/api/a.ts`]: `import './b.test.ts';` },
    [`${server}/api/a.ts:1`],
  ],

  [
    'two files in a circle, one by type only',
    cycles,
    { 'a.ts': `import './b.ts';`, 'b.ts': `\nimport type { A } from './a.ts';` },
    ['a.ts:1'],
  ],
  [
    'three files in a circle',
    cycles,
    { 'a.ts': `import './b.ts';`, 'b.ts': `import './c.ts';`, 'c.ts': `export * from './a.ts';` },
    ['a.ts:1'],
  ],
  ['a file that imports itself', cycles, { 'a.ts': `import './a.ts';` }, ['a.ts:1']],
  [
    'a diamond is no circle',
    cycles,
    { 'a.ts': `import './b.ts'; import './c.ts';`, 'b.ts': `import './d.ts';`, 'c.ts': `import './d.ts';`, 'd.ts': '' },
    [],
  ],

  ['a barrel', barrels, { 'a.ts': `export * from './b.ts';\nexport { c } from './c.ts';` }, ['a.ts:1']],
  [
    'a barrel by way of import',
    barrels,
    { 'a.ts': `import type { X } from './x.ts';\nexport type { Y } from './y.ts';\nexport type { X };` },
    ['a.ts:1'],
  ],
  ['a file that also does something', barrels, { 'a.ts': `export { c } from './c.ts'; export const d = 1;` }, []],

  ['a file of 401 lines', fileSize, { 'a.ts': lines(401), 'b.ts': lines(400) }, ['a.ts:401']],
  [
    'a function of 71 lines',
    functionSize,
    { 'a.ts': `\nfunction f() {\n${lines(69)}}\n`, 'b.ts': `const f = () => {\n${lines(68)}};\n` },
    ['a.ts:2'],
  ],
  [
    'a method and an arrow of 71 lines',
    functionSize,
    { 'a.ts': `class A { m() {\n${lines(69)}} }`, 'b.ts': `const f = () => {\n${lines(69)}};` },
    ['a.ts:1', 'b.ts:1'],
  ],
  ['a test may be as long as its story', functionSize, { 'a.test.ts': `const f = () => {\n${lines(99)}};` }, []],

  [
    'the wall clock',
    timeAndRandomness,
    { [`${server}/api/a.ts`]: `const a = Date.now();\nconst b = new Date();\nconst c = new Date(a);` },
    [`${server}/api/a.ts:1`, `${server}/api/a.ts:2`],
  ],
  [
    'the monotonic clock',
    timeAndRandomness,
    { [`${core}/alert/a.ts`]: `const a = performance.now;` },
    [`${core}/alert/a.ts:1`],
  ],
  [
    'randomness',
    timeAndRandomness,
    {
      [`${core}/alert/a.ts`]: `const a = Math.random();`,
      [`${server}/api/a.ts`]: `\nimport { randomUUID } from 'node:crypto';`,
    },
    [`${core}/alert/a.ts:1`, `${server}/api/a.ts:2`],
  ],
  [
    'timers',
    timeAndRandomness,
    {
      [`${server}/api/a.ts`]: `setTimeout(f, 1);\nsetInterval(f, 1);\nAbortSignal.timeout(1);\nglobalThis.setTimeout(f);\nclearTimeout(t);`,
      [`${server}/deliver/b.ts`]: `import { setTimeout } from 'node:timers/promises';`,
    },
    [
      `${server}/api/a.ts:1`,
      `${server}/api/a.ts:2`,
      `${server}/api/a.ts:3`,
      `${server}/api/a.ts:4`,
      `${server}/deliver/b.ts:1`,
    ],
  ],
  [
    'base, tests and the console are free of that',
    timeAndRandomness,
    {
      [`${server}/base/clock.ts`]: 'Date.now()',
      [`${server}/api/a.test.ts`]: 'Date.now()',
      'packages/console/src/app.js': 'setTimeout(f, 1)',
    },
    [],
  ],

  [
    'an unfinished place',
    unfinished,
    { 'a.ts': `let x; // ${'TO'}DO later`, 'b.sql': `-- ${'FIX'}ME`, 'c.ts': 'let todo;' },
    ['a.ts:1', 'b.sql:1'],
  ],
  [
    'a default export',
    defaultExports,
    { 'a.ts': '\nexport default 1;', 'vitest.config.ts': 'export default {};' },
    ['a.ts:2'],
  ],

  [
    'a file only its own test refers to',
    deadFiles,
    { 'packages/core/src/a.ts': '', 'packages/core/src/a.test.ts': `import './a.ts';` },
    ['packages/core/src/a.ts:1'],
  ],
  [
    'a file another refers to',
    deadFiles,
    {
      'b.test.ts': `import './a.ts';`,
      'a.ts': `new Worker(new URL('./c.ts', import.meta.url));`,
      'c.ts': '',
      'package.json': '{"scripts":{"x":"node d.mjs"}}',
      'd.mjs': '',
    },
    [],
  ],
  ['a page nothing serves', deadFiles, { 'packages/console/src/old.html': '' }, ['packages/console/src/old.html:1']],

  [
    'a folder that says nothing',
    names,
    { 'packages/core/src/utils/a.ts': '', 'packages/core/src/alert/helpers.ts': '' },
    ['packages/core/src/alert/helpers.ts:1', 'packages/core/src/utils/a.ts:1'],
  ],
  [
    'a file not in kebab-case',
    names,
    { 'packages/core/src/alert/logRecord.ts': '', 'packages/core/src/alert/log-record.test.ts': '' },
    ['packages/core/src/alert/logRecord.ts:1'],
  ],
  [
    'migrations out of order',
    migrations,
    { 'x/migrations/0001-first.sql': '', 'x/migrations/0003-third.sql': '', 'y/migrations/first.sql': '' },
    ['x/migrations/0003-third.sql:1', 'y/migrations/first.sql:1'],
  ],

  ['no changelog', changelog, {}, ['CHANGELOG.md:1']],
  [
    'a changelog in order',
    changelog,
    { 'CHANGELOG.md': '# Changelog\n\n## Unreleased\n\n- [FEATURE] It rings.\n' },
    [],
  ],
  [
    'a changelog out of order',
    changelog,
    { 'CHANGELOG.md': '# Changes\n## soon\n- it rings\n- [FEATURE] It rings' },
    ['CHANGELOG.md:1', 'CHANGELOG.md:2', 'CHANGELOG.md:3', 'CHANGELOG.md:4'],
  ],
  [
    'a registry in the lock file',
    lockFile,
    { 'package-lock.json': '{\n"resolved": "https://registry.example/a.tgz",\n"resolved": "packages/core"\n}' },
    ['package-lock.json:2'],
  ],
];

test.each(ROWS)('%s', (_, check, files, found) => {
  const findings = check(treeOf(files));
  expect(findings.map(({ file, line }) => `${file}:${line}`)).toEqual(found);
  for (const { message } of findings) expect(message).toMatch(/\S{2,}.*\S/);
});
