import { readFile } from 'node:fs/promises';
import { CONSOLE_FILES, type ConsoleFile } from '@cloudbell/console/files.ts';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { sha256Hex } from '../base/digest.ts';

/**
 * Serves the console's files. They are read once, at the start, so that an upgrade under a running process never
 * serves half of the old page; browsers ask each time and are told 304 while nothing changed.
 */
export const consolePlugin: FastifyPluginAsync = async (app) => {
  const files = await Promise.all(CONSOLE_FILES.map(load));
  for (const file of files) app.get(file.path, (request, reply) => send(file, request, reply));
};

interface LoadedFile extends ConsoleFile {
  readonly content: string;
  readonly etag: string;
}

async function load(file: ConsoleFile): Promise<LoadedFile> {
  const content = await readFile(file.url, 'utf8');
  return { ...file, content, etag: `"${sha256Hex(content).slice(0, 32)}"` };
}

/** No inline script or style, nothing from elsewhere, no framing; and a sign-in link never leaks by a Referer. */
const HEADERS = {
  'content-security-policy':
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-cache',
} as const;

function send(file: LoadedFile, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.headers(HEADERS).header('etag', file.etag);
  const known = (request.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (known.includes(file.etag)) return reply.code(304).send();
  return reply.type(file.contentType).send(file.content);
}
