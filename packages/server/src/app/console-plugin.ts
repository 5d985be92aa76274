import { readdir, readFile } from 'node:fs/promises';
import { extname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { CONSOLE_DIST } from '@cloudbell/console/files.ts';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { sha256Hex } from '../base/digest.ts';
import { type Random, systemRandom } from '../base/random.ts';

/**
 * Serves the built console: one page at every address that the console's routes know, and its files below /console/.
 * All is read, and compressed, once at the start, so that an upgrade under a running process never serves half of the
 * old console.
 *
 * The page's policy: scripts from here only, no inline one, no eval. Styles from here too, and style elements that carry
 * the answer's own nonce: Mantine makes such elements for its theme. So the page is never cached; the files, which are
 * named by their content, are kept for ever. Style attributes are not needed: React sets styles by script.
 */
export const consolePlugin: FastifyPluginAsync = async (app) =>
  createConsolePlugin({ dist: CONSOLE_DIST, random: systemRandom })(app, {});

/** As the console's routes (console/src/routes.tsx); a `*` stands for the rest of the path. */
export const PAGE_PATHS = [
  '/',
  '/alerts',
  '/alerts/*',
  '/events',
  '/silences',
  '/alert-rules',
  '/alert-rules/*',
  '/deliveries',
  '/deliveries/*',
  '/inbox',
  '/contacts',
  '/endpoints',
  '/settings',
] as const;

/** Vite puts it where a nonce belongs (console/vite.config.ts). */
const NONCE_PLACEHOLDER = /__CSP_NONCE__/g;

export function createConsolePlugin(from: { readonly dist: URL; readonly random: Random }): FastifyPluginAsync {
  return async (app) => {
    const page = await readPage(from.dist);
    const sendPage = (_: FastifyRequest, reply: FastifyReply): FastifyReply => {
      const nonce = Buffer.from(from.random.bytes(16)).toString('base64url');
      reply.headers(headersOf(nonce)).header('cache-control', 'no-store').type('text/html; charset=utf-8');
      return page === null ? reply.code(503).send(NOT_BUILT) : reply.send(page.replace(NONCE_PLACEHOLDER, nonce));
    };
    for (const path of PAGE_PATHS) app.get(path, sendPage);
    if (page === null) return app.log.warn('the console is not built: npm start in the repository builds it');
    for (const file of await readFiles(from.dist)) {
      app.get(`/console/${file.name}`, (request, reply) => sendFile(file, request, reply));
    }
  };
}

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Console not built - Cloudbell</title>
<h1>The console is not built</h1>
<p>Cloudbell runs, and its API and callbacks work; only these pages are missing.</p>
<p>Start it with <code>npm start</code> in the repository, which builds them, or run <code>node scripts/console.mjs</code> there and start again.</p>
</html>
`;

async function readPage(dist: URL): Promise<string | null> {
  try {
    return await readFile(new URL('index.html', dist), 'utf8');
  } catch {
    return null;
  }
}

interface LoadedFile {
  /** Below /console/. */
  readonly name: string;
  readonly contentType: string;
  readonly content: string;
  readonly gzipped: Buffer;
  readonly etag: string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const compress = promisify(gzip);

async function readFiles(dist: URL): Promise<readonly LoadedFile[]> {
  const folder = fileURLToPath(dist);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && extname(entry.name) in TYPES)
    .map((entry) => relative(folder, `${entry.parentPath}/${entry.name}`).replaceAll(sep, '/'));
  return Promise.all(names.map((name) => load(name, new URL(name, dist))));
}

async function load(name: string, url: URL): Promise<LoadedFile> {
  const content = await readFile(url, 'utf8');
  return {
    name,
    contentType: TYPES[extname(name)] ?? '',
    content,
    gzipped: await compress(content),
    etag: `"${sha256Hex(content).slice(0, 32)}"`,
  };
}

function sendFile(file: LoadedFile, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const isForEver = file.name.startsWith('assets/');
  reply
    .headers({ 'x-content-type-options': 'nosniff', vary: 'accept-encoding', etag: file.etag })
    .header('cache-control', isForEver ? 'public, max-age=31536000, immutable' : 'no-cache');
  const known = (request.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (known.includes(file.etag)) return reply.code(304).send();
  reply.type(file.contentType);
  if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(file.content);
  return reply.header('content-encoding', 'gzip').send(file.gzipped);
}

/** Nothing from elsewhere, no framing; and a sign-in link never leaks by a Referer. */
const headersOf = (nonce: string): Record<string, string> => ({
  'content-security-policy': [
    "default-src 'self'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
});
