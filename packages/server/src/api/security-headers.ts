import type { FastifyInstance } from 'fastify';

const PAGE_POLICY =
  "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

/** On every answer; a plugin that has set a header of its own keeps it. */
export function addSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply) => {
    const set = (name: string, value: string): void => {
      if (!reply.hasHeader(name)) reply.header(name, value);
    };
    set('x-content-type-options', 'nosniff');
    set('referrer-policy', 'no-referrer');
    const isPage = String(reply.getHeader('content-type') ?? '').startsWith('text/html');
    if (isPage) {
      set('content-security-policy', PAGE_POLICY);
      set('x-frame-options', 'DENY');
      set('cross-origin-opener-policy', 'same-origin');
    }
    if (isPage || request.url.startsWith('/api/') || request.url.startsWith('/signin'))
      set('cache-control', 'no-store');
  });
}
