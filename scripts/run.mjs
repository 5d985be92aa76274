/**
 * Every command of the repository: `node scripts/run.mjs VERB …`. Plain JavaScript for Node 20.10 and later, no
 * dependency. Sets up if need be, then goes on with the pinned Node (packages/server/bin/pinned-node.mjs).
 *
 *   test, test:long, check, bench   what they say
 *   torture                   kill -9 under load, and a verdict over the history of it
 *   screenshots               every page of the console, into docs/console
 *   anything else                   goes to the cloudbell command, `serve` and `demo` among it
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chooseNode, NO_NODE, supervise } from '../packages/server/bin/pinned-node.mjs';
import { ensureBrowser } from './browser.mjs';
import { ensureConsole } from './console.mjs';
import { ensureSetUp } from './setup.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const installed = (...parts) => join(root, 'node_modules', ...parts);
/** What serves the console, or looks at it. */
const NEED_THE_CONSOLE = new Set(['screenshots', 'serve', 'demo', 'test', 'test:long']);
const NEED_A_BROWSER = new Set(['screenshots', 'test', 'test:long']);
const say = (line) => void process.stdout.write(`${line}\n`);

process.exitCode = await main(process.argv[2] ?? 'serve', process.argv.slice(3));

async function main(verb, args) {
  const setUp = await ensureSetUp({ root, env: process.env, say });
  if (setUp !== 0) return setUp;
  const node = chooseNode({ from: root });
  if (node === null) {
    process.stderr.write(`${NO_NODE}\n`);
    return 1;
  }
  if (NEED_THE_CONSOLE.has(verb)) {
    const built = await ensureConsole({ root, node: node.path, say });
    // Alerts are worth more than pages: a start goes on without them, and says so where they would be.
    if (built !== 0 && verb.startsWith('test')) return built;
  }
  if (NEED_A_BROWSER.has(verb)) await ensureBrowser({ root, node: node.path, env: process.env, say });
  const run = (...program) => supervise(node.path, program, { cwd: root });
  switch (verb) {
    case 'test':
      return (await check(run, true)) || countedTests(run, args);
    case 'test:long':
      return countedTests(run, ['--config', 'vitest.long.config.ts', ...args]);
    case 'check':
      return check(run, false);
    case 'screenshots':
      return run(join(root, 'scripts', 'screenshots.mjs'), ...args);
    case 'torture':
      return run(join(root, 'test', 'torture', 'main.ts'), ...args);
    case 'bench':
      return run(join(root, 'bench', 'main.ts'), ...args);
    default:
      return cloudbell(node, [verb, ...args]);
  }
}

/** `./data` stays the same folder wherever npm was called from; other commands' paths are relative to where one stands. */
function cloudbell(node, args) {
  const bin = join(root, 'packages', 'server', 'bin', 'cloudbell.mjs');
  const serves = args[0] === 'serve' || args[0] === 'demo';
  const cwd = serves ? process.cwd() : (process.env.INIT_CWD ?? process.cwd());
  return supervise(node.path, [bin, ...args], { cwd, follow: true });
}

/** Types, then lint and format; 0, or the first failing step's code after a heading. */
async function check(run, beforeTests) {
  const projects = readdirSync(join(root, 'packages'))
    .map((name) => join('packages', name))
    .concat('.')
    .filter((folder) => existsSync(join(root, folder, 'tsconfig.json')));
  const steps = [
    ...projects.map((folder) => [`Type check of ${folder}`, installed('typescript', 'bin', 'tsc'), '-p', folder]),
    ['Lint and format', installed('@biomejs', 'biome', 'bin', 'biome'), 'check', '--error-on-warnings', '.'],
  ];
  for (const [title, ...program] of steps) {
    const code = await run(...program);
    if (code === 0) continue;
    say(`\n${title} failed.`);
    if (beforeTests) say('No test was run.\n\n0 passed, 1 failed, 0 skipped');
    return code;
  }
  say('Types, lint and format are in order.');
  return 0;
}

/** vitest, then what was skipped by name, then the count as the last line. */
async function countedTests(run, args) {
  const folder = mkdtempSync(join(tmpdir(), 'test-counts-'));
  const file = join(folder, 'counts.json');
  process.env.TEST_COUNTS_FILE = file;
  try {
    const reporters = ['--reporter=default', `--reporter=${join(root, 'scripts', 'count-reporter.mjs')}`];
    const code = await run(installed('vitest', 'vitest.mjs'), 'run', ...reporters, ...args);
    if (!existsSync(file)) {
      say(`\nThe tests did not run to their end (code ${code}).\n\n0 passed, 1 failed, 0 skipped`);
      return code || 1;
    }
    const { passed, failed, skipped } = JSON.parse(readFileSync(file, 'utf8'));
    for (const { name, note } of skipped) say(`skipped: ${name}${note === null ? '' : ` (${note})`}`);
    say(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
    return code || (failed > 0 ? 1 : 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
