import { Visitor } from 'oxc-parser';
import { type Finding, isContract, isTest, lineAt, type Tree, type TreeFile } from './tree.ts';

/**
 * Time and randomness enter at `packages/server/src/base/` and nowhere else (invariant 9): everything else takes a
 * Clock or a Random, so that simulated time can run it. The console is a page in a browser and is free of this.
 */
export function timeAndRandomness(tree: Tree): Finding[] {
  return tree.files.filter((file) => isGoverned(file.path)).flatMap((file) => impurities(file));
}

const TIMERS = new Set(['setTimeout', 'setInterval']);
const CLOCK = 'take a Clock (base/clock.ts) and call';
const MEMBERS: Readonly<Record<string, string>> = {
  'Date.now': `${CLOCK} wallMs()`,
  'performance.now': `${CLOCK} monoMs()`,
  'process.hrtime': `${CLOCK} monoMs()`,
  'AbortSignal.timeout': `${CLOCK} after()`,
  'Math.random': 'take a Random (base/random.ts)',
  'crypto.randomUUID': 'take a Random (base/random.ts)',
  'crypto.getRandomValues': 'take a Random (base/random.ts)',
};
const RANDOM_IMPORTS = new Set(['randomBytes', 'randomUUID', 'randomInt', 'randomFill', 'randomFillSync']);

const isGoverned = (path: string): boolean =>
  /^packages\/(core|server)\/src\//.test(path) &&
  !path.startsWith('packages/server/src/base/') &&
  !isTest(path) &&
  !isContract(path);

function impurities(file: TreeFile): Finding[] {
  if (file.code === null) return [];
  const findings: Finding[] = [];
  const report = (offset: number, what: string, instead: string): void => {
    findings.push({ file: file.path, line: lineAt(file.text, offset), message: `${what}: ${instead}` });
  };
  for (const one of file.code.imports) {
    if (/^node:timers/.test(one.specifier)) {
      findings.push({ file: file.path, line: one.line, message: `${one.specifier}: ${CLOCK} after()` });
    }
  }
  new Visitor({
    MemberExpression: (node) => {
      if (node.object.type !== 'Identifier' || node.computed || node.property.type !== 'Identifier') return;
      const name = `${node.object.name}.${node.property.name}`;
      const instead = MEMBERS[name];
      if (instead !== undefined) report(node.start, name, instead);
      if (node.object.name === 'globalThis' && TIMERS.has(node.property.name))
        report(node.start, name, `${CLOCK} after()`);
    },
    NewExpression: (node) => {
      if (node.callee.type === 'Identifier' && node.callee.name === 'Date' && node.arguments.length === 0) {
        report(node.start, 'new Date()', `${CLOCK} wallMs()`);
      }
    },
    CallExpression: (node) => {
      if (node.callee.type !== 'Identifier') return;
      if (node.callee.name === 'Date') report(node.start, 'Date()', `${CLOCK} wallMs()`);
      if (TIMERS.has(node.callee.name)) report(node.start, node.callee.name, `${CLOCK} after()`);
    },
    ImportDeclaration: (node) => {
      if (node.source.value !== 'node:crypto') return;
      for (const specifier of node.specifiers) {
        if (RANDOM_IMPORTS.has(specifier.local.name)) {
          report(node.start, specifier.local.name, 'take a Random (base/random.ts)');
        }
      }
    },
  }).visit(file.code.program);
  return findings;
}

// Written in two parts so that this file does not find itself.
const UNFINISHED = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX'].join('|')})\\b`);

export function unfinished(tree: Tree): Finding[] {
  return tree.files.flatMap((file) => {
    if (file.code === null && !/\.(sql|css|html|ya?ml|sh|py)$/.test(file.path)) return [];
    return file.text.split('\n').flatMap((text, index): Finding[] => {
      const word = UNFINISHED.exec(text)?.[1];
      if (word === undefined) return [];
      return [
        {
          file: file.path,
          line: index + 1,
          message: `${word} left in the source; do it, or open an issue and say why`,
        },
      ];
    });
  });
}
