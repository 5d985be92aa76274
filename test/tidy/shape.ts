import { posix } from 'node:path';
import { type Finding, isTest, type Tree, type TreeFile } from './tree.ts';

/** A file that only re-exports: it hides where things live, and ties everything behind it into one cycle. */
export function barrels(tree: Tree): Finding[] {
  return tree.files.flatMap((file) => {
    const body = file.code?.program.body ?? [];
    const reExports = file.code?.imports.filter((one) => one.reExport) ?? [];
    const first = reExports[0];
    const onlyPasses = body.every((node) =>
      ['ImportDeclaration', 'ExportAllDeclaration', 'EmptyStatement'].includes(node.type)
        ? true
        : node.type === 'ExportNamedDeclaration' && node.declaration === null,
    );
    if (first === undefined || !onlyPasses) return [];
    return [
      { file: file.path, line: first.line, message: 'only re-exports; import from the file that defines the thing' },
    ];
  });
}

/** Configuration and test reporters: their tools ask for the default export. */
const LOADED_BY_DEFAULT = /(\.config\.ts|-reporter\.mjs)$/;

export function defaultExports(tree: Tree): Finding[] {
  return tree.files.flatMap((file) => {
    const node = file.code?.program.body.find((one) => one.type === 'ExportDefaultDeclaration');
    if (node === undefined || LOADED_BY_DEFAULT.test(file.path)) return [];
    const line = file.text.slice(0, node.start).split('\n').length;
    return [
      { file: file.path, line, message: 'a default export; export it by name, so that it has one name everywhere' },
    ];
  });
}

/** What starts by itself; and makers of documents, which their own test compares with the document. */
const ROOTS = [
  /-doc\.ts$/,
  /\.test\.ts$/,
  /\.config\.ts$/,
  /^packages\/server\/src\/main\.ts$/,
  /^packages\/server\/bin\//,
];

/** Code that nothing but its own test reaches. */
export function deadFiles(tree: Tree): Finding[] {
  const used = new Set<string>();
  const named = new Map<string, Set<string>>();
  for (const file of tree.files) {
    for (const one of file.code?.imports ?? []) {
      if (one.target !== null && !isOwnTest(file.path, one.target)) used.add(one.target);
    }
    for (const name of namesIn(file)) {
      const key = posix.basename(name);
      named.set(key, (named.get(key) ?? new Set()).add(file.path));
    }
  }
  return tree.files.flatMap((file) => {
    if (file.code === null && !/^packages\/.*\.(html|css)$/.test(file.path)) return [];
    if (ROOTS.some((root) => root.test(file.path)) || used.has(file.path)) return [];
    const namedBy = [...(named.get(posix.basename(file.path)) ?? [])];
    if (namedBy.some((path) => path !== file.path && !isOwnTest(path, file.path))) return [];
    return [{ file: file.path, line: 1, message: 'nothing refers to this file; delete it, or wire it up' }];
  });
}

const isOwnTest = (path: string, target: string): boolean =>
  isTest(path) && path.replace(/(\.long)?\.test\.ts$/, '') === target.replace(/\.ts$/, '');

/** File names that code, commands and container files mention. */
function namesIn(file: TreeFile): readonly string[] {
  if (file.code !== null) return file.code.fileNames;
  if (/package-lock\.json$|\.md$/.test(file.path)) return [];
  return file.text.match(/[\w.-]+\.(tsx|ts|js|mjs|html|css)\b/g) ?? [];
}

const VAGUE = ['utils', 'util', 'helpers', 'helper', 'common', 'services', 'models', 'misc', 'lib'];
const KEBAB = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/;

export function names(tree: Tree): Finding[] {
  return tree.files.flatMap((file): Finding[] => {
    const at = { file: file.path, line: 1 };
    const parts = file.path.split('/');
    const vague = parts.find((part, index) =>
      VAGUE.includes(index === parts.length - 1 ? (part.split('.')[0] ?? '') : part),
    );
    if (vague !== undefined)
      return [{ ...at, message: `"${vague}" says nothing; name it by the noun of the field it holds` }];
    if (file.code === null || KEBAB.test(posix.basename(file.path))) return [];
    return [{ ...at, message: 'files are named in kebab-case' }];
  });
}

/** Merged migrations are never edited, only followed: their numbers say the order. */
export function migrations(tree: Tree): Finding[] {
  const folders = new Map<string, string[]>();
  for (const { path } of tree.files) {
    if (!path.endsWith('.sql') || !posix.dirname(path).endsWith('migrations')) continue;
    folders.set(posix.dirname(path), [...(folders.get(posix.dirname(path)) ?? []), path]);
  }
  return [...folders.values()].flatMap((paths) =>
    paths.sort().flatMap((path, index): Finding[] => {
      const number = /^(\d{4})-[a-z0-9]+(-[a-z0-9]+)*\.sql$/.exec(posix.basename(path))?.[1];
      if (number !== undefined && Number(number) === index + 1) return [];
      const want = String(index + 1).padStart(4, '0');
      return [
        {
          file: path,
          line: 1,
          message: `migrations are named NNNN-what-it-does.sql without holes; this one is ${want}`,
        },
      ];
    }),
  );
}
