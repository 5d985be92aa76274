#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { chooseNode, NO_NODE, stopWithParent, supervise } from './pinned-node.mjs';

// The same file twice: on whatever Node the system has it only starts the pinned one; on that one it is Cloudbell.
const node = chooseNode();
if (node === null) {
  process.stderr.write(`${NO_NODE}\n`);
  process.exitCode = 1;
} else if (node.path === process.execPath) {
  stopWithParent();
  await import('../src/main.ts');
} else {
  process.exitCode = await supervise(node.path, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    follow: true,
  });
}
