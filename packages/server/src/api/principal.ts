import type { FastifyReply, FastifyRequest } from 'fastify';

/** Who is asking: a machine by its access key, or a person by a session. */
export interface Principal {
  readonly account: string;
  /** The access key id, or the console user. */
  readonly name: string;
  readonly kind: 'access_key' | 'session';
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null before authentication, and on open paths. */
    principal: Principal | null;
  }
  interface FastifyInstance {
    /** An `onRequest` hook for plugins that are mounted beside the API: rejects, or sets `request.principal`. */
    authenticate: (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
  }
}

/** For handlers behind authentication. */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === null) throw new Error('this route is not behind authentication');
  return request.principal;
}
