import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import vectors from '@cloudbell/core/callback/callback-vectors.json' with { type: 'json' };
import { afterAll, describe, expect, test } from 'vitest';

/**
 * Runs the README's snippets as they stand there, against bodies and signatures that neither they nor Cloudbell made.
 */
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'readme-'));
afterAll(() => rmSync(folder, { recursive: true }));

function snippet(language: string): string {
  const found = new RegExp(`\`\`\`${language}\\n([^]*?)\\n\`\`\``).exec(readme)?.[1];
  if (found === undefined) throw new Error(`the README has no ${language} snippet`);
  return found;
}

const cases = vectors.vectors.flatMap(({ body, headers }) => [
  { what: 'genuine', body, headers },
  { what: 'forged', body: body.replace('triggerLevel=', 'triggerLevel=X'), headers },
]);
const has = (command: string, argument: string): boolean => spawnSync(command, [argument]).status === 0;

describe.each(cases)('a $what callback', ({ what, body, headers }) => {
  test('in Node', async () => {
    const file = join(folder, 'verify.mjs');
    writeFileSync(file, snippet('js'));
    const { isGenuine } = (await import(pathToFileURL(file).href)) as {
      isGenuine: (body: string, secret: string) => boolean;
    };
    expect(isGenuine(body, vectors.secret)).toBe(what === 'genuine');
  });

  test.skipIf(!has('python3', '--version'))('in Python (skipped without python3)', () => {
    const program = `import sys\n${snippet('python')}\nprint(is_genuine(sys.argv[1], sys.argv[2]))`;
    const said = execFileSync('python3', ['-c', program, body, vectors.secret], { encoding: 'utf8' });
    expect(said.trim()).toBe(what === 'genuine' ? 'True' : 'False');
  });

  test.skipIf(!has('openssl', 'version'))('in a shell (skipped without openssl)', () => {
    writeFileSync(join(folder, 'body'), body);
    const env = {
      ...process.env,
      secret: vectors.secret,
      id: headers['webhook-id'],
      timestamp: headers['webhook-timestamp'],
      // While a secret is being rotated the header holds two.
      signature: `v1,bm90IHRoaXMgb25l ${headers['webhook-signature']}`,
    };
    const said = execFileSync('sh', ['-c', snippet('sh')], { cwd: folder, env, encoding: 'utf8' });
    expect(said.trim()).toBe(what);
  });
});
