import { type Finding, type Import, isContract, isTest, type Tree, type TreeFile } from './tree.ts';

/**
 * Who may import whom (design.md §5). A zone is a package, a folder of the server, or one engine.
 * Tests, contract suites, scripts and benchmarks may import anything; nothing may import them.
 */
const WORKING = [
  'ingest',
  'collect',
  'scrape',
  'evaluate',
  'follow',
  'query',
  'deliver',
  'channel',
  'api',
  'cms',
  'inbox',
  'cli',
];
const ENGINE_FOLDERS = ['store', 'samplelog', 'history'];

/** `free` files are checked for nothing here but for importing test code. */
type Zone = { readonly name: string; readonly may: readonly string[] } | 'free';

export function zoneOf(path: string): Zone {
  if (isTest(path) || isContract(path)) return 'free';
  const [packages, name, src, folder, engine] = path.split('/');
  if (packages !== 'packages' || src !== 'src') return 'free';
  if (name === 'core') return { name: 'core', may: ['core'] };
  if (name === 'console') return { name: 'console', may: ['console', 'core'] };
  if (folder === undefined || folder === 'app' || folder === 'main.ts') return 'free';
  if (folder === 'base') return { name: 'base', may: ['base', 'core'] };
  if (folder === 'ports') return { name: 'ports', may: ['ports', 'base (types)', 'core'] };
  if (ENGINE_FOLDERS.includes(folder)) {
    const own = `${folder}/${engine}`;
    return { name: own, may: [own, 'base', 'ports', 'core'] };
  }
  if (!WORKING.includes(folder)) return { name: folder, may: [] };
  const may = [folder, 'base', 'ports', 'core'];
  return { name: folder, may: folder === 'cli' ? [...may, 'app (lazily)'] : may };
}

export function importTable(tree: Tree): Finding[] {
  return tree.files.flatMap((file) => [...zoneFindings(file), ...packageFindings(tree, file)]);
}

function zoneFindings(file: TreeFile): Finding[] {
  const zone = zoneOf(file.path);
  return (file.code?.imports ?? []).flatMap((one): Finding[] => {
    if (one.target === null) return [];
    const at = { file: file.path, line: one.line };
    if (zone === 'free') return [];
    if (zone.may.length === 0) {
      return [
        { ...at, message: `the folder ${zone.name}/ is not in the import table; add it to test/tidy/import-table.ts` },
      ];
    }
    if (isTest(one.target) || isContract(one.target)) {
      return [{ ...at, message: `${one.target} is test code; move what is needed into a file that is not` }];
    }
    const target = nameOf(one.target);
    if (mayImport(zone.may, target, one.kind)) return [];
    return [
      {
        ...at,
        message: `${zone.name} must not import ${target}: it may import ${zone.may.join(', ')}; meet in a port`,
      },
    ];
  });
}

function nameOf(path: string): string {
  if (/^packages\/server\/src\/(app\/|main\.ts)/.test(path)) return 'app';
  const zone = zoneOf(path);
  return zone === 'free' ? path : zone.name;
}

function mayImport(may: readonly string[], target: string, kind: Import['kind']): boolean {
  if (may.includes(target)) return true;
  if (target === 'base') return may.includes('base (types)') && kind === 'type';
  if (target === 'app') return may.includes('app (lazily)') && kind !== 'value';
  return false;
}

/** Core takes nothing but zod, in its contract; the server takes what its package.json names. */
function packageFindings(tree: Tree, file: TreeFile): Finding[] {
  const name = /^packages\/(core|server|console)\/src\//.exec(file.path)?.[1];
  if (name === undefined || isTest(file.path) || isContract(file.path)) return [];
  return (file.code?.imports ?? []).flatMap((one): Finding[] => {
    if (one.target !== null) return [];
    const isNode = one.specifier.startsWith('node:');
    const dependency = packageNameOf(one.specifier);
    const at = { file: file.path, line: one.line };
    if (name === 'console' && isNode) {
      return [{ ...at, message: `the console runs in browsers and has no ${one.specifier}` }];
    }
    if (name === 'core') {
      if (dependency === 'zod' && file.path.startsWith('packages/core/src/contract/')) return [];
      return [{ ...at, message: `core is pure and takes no ${one.specifier}; let the caller hand in what it needs` }];
    }
    if (isNode || declares(tree, name, dependency)) return [];
    return [
      {
        ...at,
        message: `${dependency} is not in packages/${name}/package.json; add it there, with a line in ADR 0001`,
      },
    ];
  });
}

const packageNameOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

function declares(tree: Tree, name: string, dependency: string): boolean {
  const manifest = tree.byPath.get(`packages/${name}/package.json`)?.text ?? '{}';
  const { dependencies = {} } = JSON.parse(manifest) as { dependencies?: Record<string, string> };
  return Object.hasOwn(dependencies, dependency);
}
