import { readdir } from 'node:fs/promises';
import { CONSOLE_FILES } from '@cloudbell/console/files.ts';
import fastify from 'fastify';
import { expect, test } from 'vitest';
import { consolePlugin } from './console-plugin.ts';

const app = fastify();
app.register(consolePlugin);

test.each(CONSOLE_FILES.map((file) => file.path))(
  '%s is served with its type, a policy and an entity tag',
  async (path) => {
    const answer = await app.inject(path);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^(text\/(html|css|javascript); charset=utf-8|image\/svg\+xml)$/);
    expect(answer.headers['content-security-policy']).toContain("default-src 'self'");
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.body.length).toBeGreaterThan(50);

    const again = await app.inject({
      url: path,
      headers: { 'if-none-match': `"old", W/${String(answer.headers.etag)}` },
    });
    expect(again.statusCode).toBe(304);
    expect(again.body).toBe('');
  },
);

test('every file of the console is served, and the page asks for no other', async () => {
  const folder = await readdir(new URL('.', CONSOLE_FILES[0]?.url));
  const served = CONSOLE_FILES.map((file) => file.url.pathname.split('/').at(-1));
  expect(folder.filter((name) => !name.endsWith('.ts')).sort()).toEqual([...served].sort());

  const paths = CONSOLE_FILES.map((file) => file.path);
  const page = (await app.inject('/')).body;
  for (const [, asked] of page.matchAll(/(?:src|href)="(\/[^"]+)"/g)) expect(paths).toContain(asked);
  for (const { path } of CONSOLE_FILES.filter((file) => file.path.endsWith('.js'))) {
    for (const [, name] of (await app.inject(path)).body.matchAll(/from '\.\/([^']+)'/g)) {
      expect(paths, `${path} imports it`).toContain(`/console/${name}`);
    }
  }
});

test('the page holds nothing the policy would refuse', async () => {
  const page = (await app.inject('/')).body;
  expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|https?:\/\//i);
  for (const { path } of CONSOLE_FILES.filter((file) => file.path.endsWith('.js'))) {
    expect((await app.inject(path)).body).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/,
    );
  }
});
