#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { chooseNode, NO_NODE, stopWithParent, supervise } from './pinned-node.mjs';

// The same file twice: on whatever Node the system has it only starts the pinned one; on that one it is Cloudbell.
const node = chooseNode();
if (node === null) {
  process.stderr.write(`${NO_NODE}\n`);
  process.exitCode = 1;
} else if (node.path === process.execPath) {
  stopWithParent();
  keepCompiled();
  await import('../src/main.ts');
} else {
  process.exitCode = await supervise(node.path, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    follow: true,
  });
}

/**
 * Half of a start's work is making code of source, in every thread anew; kept, it is done once. Beside this package, not in
 * the system's folder for such, where other users could lay something ready. What cannot be written is not kept.
 */
function keepCompiled() {
  // Threads take it from the environment (Node's documentation, Module compile cache).
  process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url));
  enableCompileCache(process.env.NODE_COMPILE_CACHE);
}
