import { spawnSync } from 'node:child_process';

/** Of nobody, on every Unix. */
const NOBODY = 65_534;

/**
 * What a module prints when somebody runs it who may only do what everybody may: root may write everywhere. Root is given
 * up once its imports are loaded, for they may lie in a folder that is root's alone.
 */
export function printedByNobody({ imports, body }: { readonly imports: string; readonly body: string }): string {
  const giveUpRoot = `if (process.getuid() === 0) {
    process.setgroups([]);
    process.setgid(${NOBODY});
    process.setuid(${NOBODY});
  }`;
  const script = [imports, giveUpRoot, body].join('\n');
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  return stdout + stderr;
}
