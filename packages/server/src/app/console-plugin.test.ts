import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../base/random.ts';
import { createConsolePlugin, PAGE_PATHS } from './console-plugin.ts';

/** A pretended build, in a folder with a space in its name. */
let folder: string;
let app: FastifyInstance;

const appOf = (path: string): FastifyInstance => {
  const made = fastify();
  made.register(createConsolePlugin({ dist: pathToFileURL(`${path}/`), random: seededRandom(1) }));
  return made;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'console dist-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<script nonce="__CSP_NONCE__"></script><meta nonce="__CSP_NONCE__">');
  await writeFile(join(folder, 'assets', 'index-1234.js'), 'console.log("é");');
  await writeFile(join(folder, 'icon.svg'), '<svg/>');
  await writeFile(join(folder, 'key'), 'not for others');
  app = appOf(folder);
});
afterAll(() => rm(folder, { recursive: true }));

test.each(PAGE_PATHS)('%s is the page, with a policy that lets in no foreign and no inline script', async (path) => {
  const answer = await app.inject(path.replace('*', 'a%2Fb/c'));
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  const policy = String(answer.headers['content-security-policy']).split('; ');
  expect(policy).toContain("script-src 'self'");
  expect(policy).toContain("default-src 'self'");
  expect(policy.join()).not.toContain('unsafe');
  expect(answer.headers['cache-control']).toBe('no-store');
});

test('each answer has a nonce of its own, the same in the page and in the policy', async () => {
  const nonces = new Set<string>();
  for (let i = 0; i < 3; i++) {
    const answer = await app.inject('/');
    const nonce = /'nonce-([\w-]{22})'/.exec(String(answer.headers['content-security-policy']))?.[1] ?? '';
    expect(answer.body).toBe(`<script nonce="${nonce}"></script><meta nonce="${nonce}">`);
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(3);
});

test('files go out compressed to who takes that, for ever when their name says their content', async () => {
  const asset = await app.inject({ url: '/console/assets/index-1234.js', headers: { 'accept-encoding': 'br, gzip' } });
  expect(gunzipSync(asset.rawPayload).toString()).toBe('console.log("é");');
  expect(asset.headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'content-encoding': 'gzip',
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
  });
  const icon = await app.inject('/console/icon.svg');
  expect([icon.body, icon.headers['cache-control'], icon.headers['content-encoding']]).toEqual([
    '<svg/>',
    'no-cache',
    undefined,
  ]);
  const again = await app.inject({
    url: '/console/icon.svg',
    headers: { 'if-none-match': `"old", W/${String(icon.headers.etag)}` },
  });
  expect([again.statusCode, again.body]).toEqual([304, '']);
});

test('nothing else is served', async () => {
  for (const url of ['/console/key', '/console/index.html', '/console/../package.json', '/nowhere', '/inbox/demo']) {
    expect([url, (await app.inject(url)).statusCode]).toEqual([url, 404]);
  }
});

test('without a build the pages say so, and what to do', async () => {
  const without = appOf(join(folder, 'absent'));
  const answer = await without.inject('/alerts/a');
  expect(answer.statusCode).toBe(503);
  expect(answer.body).toContain('npm start');
});

test('every address of the console is one that the server answers', async () => {
  const routes = await readFile(new URL('../../../console/src/routes.tsx', import.meta.url), 'utf8');
  const paths = [...routes.matchAll(/\bat\('([^']+)'\)/g)].map((match) => match[1] ?? '');
  expect(paths.length).toBeGreaterThan(8);
  for (const path of paths)
    expect([path, (await app.inject(path.replace('$', 'some-'))).statusCode]).toEqual([path, 200]);
});
