import type { Role } from '@cloudbell/core/contract/role.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Who is asking: a machine by its access key, or a person by a session. */
export interface Principal {
  readonly account: string;
  /** The access key id, or the console user. */
  readonly name: string;
  readonly kind: 'access_key' | 'session';
  /** Of the moment: a session has that of its user. */
  readonly role: Role;
  /** Null for an access key. */
  readonly sessionId: string | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null before authentication, and on open paths. */
    principal: Principal | null;
  }
  interface FastifyInstance {
    /**
     * An `onRequest` hook for plugins that are mounted beside the API: rejects who is not known, or whose role does not
     * reach what the contract asks of the route; else sets `request.principal`.
     */
    authenticate: (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
  }
}

/** For handlers behind authentication. */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === null) throw new Error('this route is not behind authentication');
  return request.principal;
}
