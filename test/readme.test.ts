import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import vectors from '@cloudbell/core/callback/callback-vectors.json' with { type: 'json' };
import { runCli } from '@cloudbell/server/cli/cli.ts';
import { recordingTerminal } from '@cloudbell/server/cli/recording-terminal.ts';
import { afterAll, expect, test } from 'vitest';

/**
 * Holds the README to what is there: its snippet is run as it stands, against bodies and signatures that neither it nor
 * Cloudbell made; commands, flags, files and pictures that it names exist; and it stays short.
 */
const root = new URL('../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'readme-'));
afterAll(() => rmSync(folder, { recursive: true }));

const found = (pattern: RegExp): string[] => [...new Set([...readme.matchAll(pattern)].map(([, text]) => text ?? ''))];
const said = async (...argv: string[]): Promise<string> => {
  const terminal = recordingTerminal(argv);
  expect(await runCli(terminal)).toBe(0);
  return terminal.said.out;
};

test.each(
  vectors.vectors.flatMap(({ body }) => [
    { what: 'genuine', body },
    { what: 'forged', body: body.replace('triggerLevel=', 'triggerLevel=X') },
  ]),
)('a $what callback', async ({ what, body }) => {
  const snippet = /```js\n(.*?)\n```/s.exec(readme)?.[1];
  const file = join(folder, 'verify.mjs');
  writeFileSync(file, snippet ?? '');
  const { isGenuine } = (await import(pathToFileURL(file).href)) as {
    isGenuine: (body: string, secret: string) => boolean;
  };
  expect(isGenuine(body, vectors.secret)).toBe(what === 'genuine');
});

test('the files and the three pictures that it names are there', () => {
  const links = found(/\]\(([^)#]+)\)/g).filter((link) => !link.startsWith('http'));
  expect(links.filter((link) => !existsSync(new URL(link, root)))).toEqual([]);
  expect(links.filter((link) => link.startsWith('docs/console/') && link.endsWith('.png'))).toHaveLength(3);
});

const commands = found(/cloudbell -- ([a-z]+(?: [a-z]+)?)/g).map((line) => line.split(' '));
test.each(commands)('cloudbell %s %s is a command, and its help knows the verb', async (command, verb) => {
  const help = await said(command as string, '--help');
  expect(help).toMatch(new RegExp(`cloudbell .*\\b${command}\\b`));
  expect(help).toMatch(new RegExp(`\\b${verb ?? command}\\b`));
});

test('every flag that it names is one of an option or of a command', async () => {
  const helps = await Promise.all([said('help'), ...commands.map(([command]) => said(command as string, '--help'))]);
  const known = helps.join('\n');
  const flags = found(/(?<![\w-])(--[a-z][a-z-]+)/g);
  expect(flags.length).toBeGreaterThan(8);
  expect(flags.filter((flag) => !known.includes(flag))).toEqual([]);
});

test('it stays short enough to be read', () => {
  expect(readme.split('\n').length).toBeLessThanOrEqual(200);
});
