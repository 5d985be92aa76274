import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { type Program, parseSync, Visitor } from 'oxc-parser';

/**
 * The repository as the tidy checks see it: every file's text, and for code its syntax tree and what it imports.
 * A check is a pure function from a tree to findings, so each one is tried on made-up sources too.
 */
export interface Tree {
  readonly files: readonly TreeFile[];
  readonly byPath: ReadonlyMap<string, TreeFile>;
}

export interface TreeFile {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly text: string;
  /** Null for what is not TypeScript or JavaScript. */
  readonly code: Code | null;
}

export interface Code {
  readonly program: Program;
  readonly imports: readonly Import[];
  /** Every string in the source that ends like a file name: how threads and pages are named. */
  readonly fileNames: readonly string[];
}

export interface Import {
  readonly specifier: string;
  /** Path in this repository, or null for a package or a Node module. */
  readonly target: string | null;
  /** A `type` import loads nothing; a `dynamic` one loads only when it is reached. */
  readonly kind: 'value' | 'type' | 'dynamic';
  readonly reExport: boolean;
  readonly line: number;
}

export interface Finding {
  readonly file: string;
  readonly line: number;
  /** What is wrong, and what to do instead. */
  readonly message: string;
}

const SKIPPED = new Set(['node_modules', '.git', 'data', 'data-demo', 'dist', 'coverage', 'out']);
const CODE = /\.(ts|tsx|mts|js|mjs|cjs)$/;
const TEXT =
  /(\.(ts|tsx|mts|js|mjs|cjs|css|html|sql|md|json|ya?ml|sh|py|service|proto)|(^|\/)(Dockerfile|LICENSE|run|\.[a-z]+))$/;

/** Reads the working tree. Data folders at the root and installed packages are no part of it. */
export function readTree(root: string): Tree {
  const texts: Record<string, string> = {};
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) {
        const isMade = entry.name === 'node_modules' || path.startsWith('packages/console/dist');
        const isSkipped = isMade || (!path.startsWith('packages/') && SKIPPED.has(entry.name));
        if (!isSkipped) walk(path);
      } else if (entry.isFile() && TEXT.test(path)) {
        texts[path] = readFileSync(join(root, path), 'utf8');
      }
    }
  };
  walk('');
  return treeOf(texts);
}

export function treeOf(texts: Readonly<Record<string, string>>): Tree {
  const files = Object.keys(texts)
    .sort()
    .map((path): TreeFile => {
      const text = texts[path] ?? '';
      return { path, text, code: CODE.test(path) ? parseCode(path, text) : null };
    });
  return { files, byPath: new Map(files.map((file) => [file.path, file])) };
}

/** 1-based line of an offset. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** Tests, and what only they use: simulated, scripted and recording stand-ins, fixtures. */
const TEST_CODE = /\.test\.ts$|[-.]fixtures?\.ts$|\/(simulated|scripted|recording)-[^/]+\.ts$/;
export const isTest = (path: string): boolean => TEST_CODE.test(path) || path.startsWith('test/');
/** Suites that every engine of a port must pass: test code that lives beside the port. */
export const isContract = (path: string): boolean => path.endsWith('.contract.ts');

function parseCode(path: string, text: string): Code {
  const parsed = parseSync(path, text);
  const fatal = parsed.errors.find((error) => error.severity === 'Error');
  if (fatal !== undefined) throw new SyntaxError(`${path}: ${fatal.message}`);
  const imports: Import[] = [];
  const add = (specifier: string, offset: number, kind: Import['kind'], reExport = false): void => {
    imports.push({ specifier, target: resolve(path, specifier), kind, reExport, line: lineAt(text, offset) });
  };
  for (const { moduleRequest, entries, start } of parsed.module.staticImports) {
    const onlyTypes = entries.length > 0 && entries.every((entry) => entry.isType);
    add(moduleRequest.value, start, onlyTypes ? 'type' : 'value');
  }
  for (const { entries, start } of parsed.module.staticExports) {
    const from = entries.filter((entry) => entry.moduleRequest !== null);
    const request = from[0]?.moduleRequest;
    if (request !== undefined && request !== null) {
      add(request.value, start, from.every((entry) => entry.isType) ? 'type' : 'value', true);
    }
  }
  const fileNames: string[] = [];
  new Visitor({
    ImportExpression: (node) => {
      if (node.source.type === 'Literal') add(String(node.source.value), node.start, 'dynamic');
    },
    TSImportType: (node) => add(String(node.source.value), node.start, 'type'),
    Literal: (node) => {
      if (typeof node.value === 'string' && /\.(ts|tsx|js|mjs|html|css)$/.test(node.value)) fileNames.push(node.value);
    },
    TemplateElement: (node) => {
      if (/\.(ts|tsx|js|mjs|html|css)$/.test(node.value.raw)) fileNames.push(node.value.raw);
    },
  }).visit(parsed.program);
  return { program: parsed.program, imports, fileNames };
}

function resolve(from: string, specifier: string): string | null {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier);
  const own = /^@cloudbell\/(core|server|console)\/(.+)$/.exec(specifier);
  return own === null ? null : `packages/${own[1]}/src/${own[2]}`;
}
